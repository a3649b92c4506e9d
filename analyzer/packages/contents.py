"""The files that tell of packages, as a container of the lowest layers would see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from ..rootfs.deaths import NEVER
from .paths import text

if TYPE_CHECKING:
    from ..arrays import Ints
    from ..rootfs.stack import Stack


class KeptFiles(Struct, frozen=True, eq=False):
    """Names of the files that were kept while layers were read.

    One item a name: its path as `paths.text` has it, ``layer`` that brings it, ``hidden_in`` as in `Stack`, ``row``
    that holds its content.
    """

    paths: tuple[str, ...]
    layer: Ints
    hidden_in: Ints
    row: Ints
    contents: Mapping[int, bytes]

    @property
    def changing_layers(self) -> set[int]:
        """The layers after which a container sees other files than before."""
        return {*self.layer.tolist(), *self.hidden_in[self.hidden_in != NEVER].tolist()}

    def after(self, layer: int) -> dict[str, int]:
        """By path the rows that hold the contents, as they are once the layers up to this one are stacked."""
        seen = np.flatnonzero((self.layer <= layer) & (self.hidden_in > layer)).tolist()
        return {self.paths[at]: int(self.row[at]) for at in seen}


class ByPath(Mapping[str, bytes]):
    """Contents by path, which are held by ``rows``; as many in memory as are in use."""

    def __init__(self, rows: Mapping[str, int], contents: Mapping[int, bytes]) -> None:
        self._rows = rows
        self._contents = contents

    def __getitem__(self, path: str) -> bytes:
        return self._contents[self._rows[path]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def kept_files(stack: Stack, contents: Mapping[int, bytes]) -> KeptFiles:
    """All names, hard links included, of the files in ``contents``, which go by row of the changes table."""
    rows = stack.rows
    holds = np.zeros(len(rows), bool)
    holds[list(contents)] = True
    names = np.flatnonzero(rows.is_name & (stack.inode >= 0) & holds[np.maximum(stack.inode, 0)])
    paths = rows.tree.paths.take(rows.node[names]).to_pylist()
    return KeptFiles(tuple(map(text, paths)), rows.layer[names], stack.hidden_in[names], stack.inode[names], contents)
