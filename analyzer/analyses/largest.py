"""The largest files and directories that a container sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from msgspec import Struct

from ..layers.names import displayed
from .directories import Directory, largest_directories

if TYPE_CHECKING:
    from ..rootfs.stack import Stack


class File(Struct, frozen=True):
    """A visible file. ``bytes`` are those stored in its layer; ``links`` counts its hard-linked names."""

    path: str
    bytes: int
    pull_bytes: float | None
    layer: int
    links: int


class Largest(Struct, frozen=True):
    """Most bytes first, then by path."""

    files: list[File]
    directories: list[Directory]


def find_largest(changes: pa.Table, stack: Stack, top: int) -> Largest:
    """The ``top`` files and directories by bytes. A file with hard links counts once, at its first path."""
    visible = stack.visible_files
    held = changes.select(["stored", "pull_bytes", "layer"]).take(pa.array(visible.inode))
    sizes, shares, layers = (held[name].to_numpy() for name in held.column_names)
    chosen = np.argsort(-sizes, kind="stable")[:top]
    paths = displayed(stack.rows.tree.paths.take(visible.node[chosen])).to_pylist()
    files = [
        File(
            path,
            int(sizes[at]),
            None if np.isnan(shares[at]) else float(shares[at]),
            int(layers[at]),
            int(visible.links[at]),
        )
        for path, at in zip(paths, chosen, strict=True)
    ]
    return Largest(files, largest_directories(stack.rows.tree, visible.node, sizes, shares, top))
