"""Files by path and content: what a catalog keeps of an image, and where an image's layers hold the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ..layers.names import displayed
from ..rootfs.rows import IS_FILE
from ..tables import CATALOG, FILE

if TYPE_CHECKING:
    from ..arrays import Ints
    from ..rootfs.stack import Stack

NOWHERE = 1 << 20


def visible_files(rootfs: pa.Table, changes: pa.Table) -> pa.Table:
    """One row a path of a regular file that a container sees (`tables.CATALOG`), in the order of the rootfs."""
    files = rootfs.filter(pc.and_(pc.equal(rootfs["kind"].cast(pa.string()), FILE), pc.is_valid(rootfs["inode"])))
    inodes = files["inode"].to_numpy()
    first = np.zeros(len(inodes), bool)
    first[np.unique(inodes, return_index=True)[1]] = True
    stored = changes["stored"].take(pa.array(inodes)).to_numpy()
    columns = {name: files[name] for name in ("path", "digest", "mode", "uid", "gid", "layer")}
    columns["stored"] = pa.array(np.where(first, stored, 0))
    return pa.table([columns[name] for name in CATALOG.names], schema=CATALOG).combine_chunks()


class Occurrences(Struct, frozen=True):
    """Every name of a file with content in every layer, also of those that a later layer hides.

    One item a name: ``keys`` are path and digest, ``layer`` is where the content is stored, ``row`` the row
    of the changes table that holds it.
    """

    keys: pa.Array
    layer: Ints
    row: Ints

    def first_layers(self, keys: pa.Array) -> Ints:
        """For each of ``keys``, all different, the lowest layer that holds it; NOWHERE for the others."""
        found, at = self._found(keys)
        lowest = np.full(len(keys), NOWHERE, np.int64)
        np.minimum.at(lowest, at, self.layer[found])
        return lowest

    def first_rows(self, keys: pa.Array) -> Ints:
        """The rows that hold ``keys``, each where it occurs first."""
        found, at = self._found(keys)
        lowest = np.full(len(keys), np.iinfo(np.int64).max, np.int64)
        np.minimum.at(lowest, at, self.row[found])
        return np.unique(lowest[lowest != np.iinfo(np.int64).max])

    def _found(self, keys: pa.Array) -> tuple[Ints, Ints]:
        at = pc.index_in(self.keys, value_set=keys).fill_null(-1).to_numpy(zero_copy_only=False)
        found = np.flatnonzero(at >= 0)
        return found, at[found]


def occurrences(changes: pa.Table, stack: Stack) -> Occurrences:
    """Where the layers of an image hold files."""
    rows = stack.rows
    named = np.flatnonzero(rows.is_name & (stack.inode >= 0))
    inode = stack.inode[named]
    kept = (rows.kind[inode] == IS_FILE) & (changes["stored"].to_numpy()[inode] > 0)
    named, inode = named[kept], inode[kept]
    digests = changes["digest"].take(pa.array(inode)).combine_chunks()
    paths = displayed(rows.tree.paths.take(rows.node[named]))
    known = pc.is_valid(digests).to_numpy(zero_copy_only=False)
    keys = _keys(paths, digests).filter(pa.array(known))
    return Occurrences(keys, rows.layer[inode][known], inode[known])


def keys_of(files: pa.Table) -> pa.Array:
    """Path and digest of each file that has content, each pair once."""
    digests, paths = (files[name].combine_chunks() for name in ("digest", "path"))
    empty = pa.scalar(_EMPTY, digests.type)
    kept = pc.and_(pc.is_valid(digests), pc.fill_null(pc.not_equal(digests, empty), False))
    return pc.unique(_keys(paths.filter(kept), digests.filter(kept)))


def _keys(paths: pa.Array, digests: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(paths.cast(pa.binary()), digests.cast(pa.binary()), b"\0")


# Empty files are everywhere, and prove nothing: sha256 of no bytes.
_EMPTY = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
