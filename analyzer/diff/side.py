"""One of the images that are compared: what it shows, path by path, and where each path comes from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ..findings.context import Context
from ..tables import FILE, KIND_CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..analyses.size import Size
    from ..arrays import Floats, Ints
    from ..instructions.created_by import Instruction
    from ..layers.scan import LayerScan
    from ..model import ImageMetadata
    from ..packages.installations import Installed
    from ..rootfs.stack import Stack

# What engines give a directory that no layer has an entry for.
_IMPLIED = {"mode": 0o755, "uid": 0, "gid": 0}


class Side(Struct, frozen=True, eq=False, dict=True):
    """An image, read and stacked.

    ``changes`` has the digests of all files whose size some file of the other side has. ``instructions`` has
    one a layer, None where the history tells nothing. Layers from ``own_from`` on are not a parent image's.
    """

    name: str
    metadata: ImageMetadata
    scans: Sequence[LayerScan]
    changes: pa.Table
    stack: Stack
    rootfs: pa.Table
    size: Size
    installed: Installed
    instructions: Sequence[Instruction | None]
    own_from: int

    @cached_property
    def paths(self) -> pa.StringArray:
        """Every path that a container sees, in the order of the rootfs."""
        return self.rootfs["path"].combine_chunks()

    @cached_property
    def file_bytes(self) -> list[int]:
        """Content of the regular files of each layer, lowest first."""
        rows = self.stack.rows
        files = rows.kind == KIND_CODES[FILE]
        stored = self.changes["stored"].to_numpy()
        return np.bincount(rows.layer[files], stored[files], len(self.scans)).astype(np.int64).tolist()

    @cached_property
    def kind(self) -> Ints:
        """Codes of `KIND_CODES`, by path."""
        names = self.rootfs["kind"].combine_chunks()
        codes = np.array([KIND_CODES[each] for each in names.dictionary.to_pylist()], np.int8)
        return codes[names.indices.to_numpy()]

    @cached_property
    def layer(self) -> Ints:
        """The layer of the entry, by path; -1 for a directory without one."""
        return self._numbers("layer", -1)

    @cached_property
    def first_layer(self) -> Ints:
        """The layer that first stored this content at this path, by path; -1 for a directory without an entry.

        Later layers may have stored it again for another owner or mode: `layer` is the last of these.
        """
        origins = Context(self.metadata, self.changes, self.stack).origins
        first = np.append(origins, -1)[self.row]
        return np.where(first >= 0, self.stack.rows.layer[first], -1)

    @cached_property
    def row(self) -> Ints:
        """The row of ``changes`` of the entry, by path; -1 for a directory without one."""
        return self._numbers("row", -1)

    @cached_property
    def holder(self) -> Ints:
        """The row of ``changes`` that holds content and attributes, by path; -1 for a directory without an entry."""
        inode = self._numbers("inode", -1)
        return np.where(inode >= 0, inode, self.row)

    @cached_property
    def bytes(self) -> Ints:
        """Content as stored, by path, each file at its first path: they sum up to rootfs_bytes."""
        stored = np.zeros(len(self.paths), np.int64)
        visible = self.stack.visible_files
        stored[self._place_of_node[visible.node]] = self.changes["stored"].to_numpy()[visible.inode]
        return stored

    @cached_property
    def pulled(self) -> Floats:
        """The share of the compressed blobs, by path, each file at its first path; NaN where it is unknown."""
        shares = np.zeros(len(self.paths))
        visible = self.stack.visible_files
        shares[self._place_of_node[visible.node]] = self.changes["pull_bytes"].to_numpy()[visible.inode]
        return shares

    @cached_property
    def _place_of_node(self) -> Ints:
        """For each node of the tree its place among ``paths``, which are the seen ones of it in its order."""
        seen = self.stack.implied.copy()
        seen[self.stack.rows.node[self.stack.alive]] = True
        return np.cumsum(seen) - 1

    @cached_property
    def package(self) -> Ints:
        """The package that owns the file, by path, as a place in ``installed.packages``; -1 for none."""
        owner = np.append(self.installed.owner, -1)
        return owner[self.holder]

    def attribute(self, name: str) -> pa.Array:
        """Mode, uid or gid, by path; a directory without an entry has what engines give it."""
        return pc.fill_null(self.rootfs[name].combine_chunks(), _IMPLIED[name])

    def column(self, name: str) -> pa.Array:
        """A column of the rootfs, by path."""
        return self.rootfs[name].combine_chunks()

    def told(self, name: str) -> pa.Array:
        """A column of ``changes``, by path, null for a directory without an entry."""
        rows = pa.array(self.holder, mask=self.holder < 0)
        taken = self.changes[name].take(rows)
        return taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken

    def _numbers(self, name: str, missing: int) -> Ints:
        return pc.fill_null(self.rootfs[name].combine_chunks(), missing).to_numpy().astype(np.int64)
