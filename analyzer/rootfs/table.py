"""The rootfs table: what a container of the image would see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..layers.names import displayed
from ..tables import DIRECTORY, KIND_CODES, KIND_TYPE, KINDS, ROOTFS, SYMLINK

if TYPE_CHECKING:
    from ..arrays import Ints
    from .paths import Paths
    from .stack import Stack


def rootfs_table(changes: pa.Table, stack: Stack) -> pa.Table:
    """One row a visible path (`tables.ROOTFS`), in the order of a directory walk: a directory before its content."""
    rows = stack.rows
    alive = np.flatnonzero(stack.alive)
    implied = np.flatnonzero(stack.implied)
    nodes = np.concatenate([rows.node[alive], implied])
    order = np.argsort(nodes, kind="stable")
    entry = np.concatenate([alive, np.full(len(implied), -1)])[order]
    inode = np.where(entry >= 0, stack.inode[entry], -1)
    content = np.where(inode >= 0, inode, entry)
    described = np.where(inode >= 0, last_names(stack)[inode], entry)
    kinds = np.where(entry >= 0, rows.kind[content], KIND_CODES[DIRECTORY]).astype(np.int8)
    own, held, about = nullable(entry), nullable(content), nullable(described)
    columns = {
        "path": _paths(rows.tree.paths, nodes[order]),
        "kind": pa.DictionaryArray.from_arrays(pa.array(kinds), pa.array(KINDS)).cast(KIND_TYPE),
        "size": pc.fill_null(taken(changes, "size", held), 0),
        "mode": taken(changes, "mode", about),
        "uid": taken(changes, "uid", about),
        "gid": taken(changes, "gid", about),
        "link_target": pc.if_else(
            pa.array(kinds == KIND_CODES[SYMLINK]), taken(changes, "link_target", held), pa.scalar(None, pa.string())
        ),
        "digest": taken(changes, "digest", held),
        "pull_bytes": taken(changes, "pull_bytes", held),
        "layer": taken(changes, "layer", own),
        "row": own,
        "inode": nullable(inode),
    }
    return pa.table([columns[name] for name in ROOTFS.names], schema=ROOTFS)


def _paths(paths: Paths, nodes: Ints) -> pa.ChunkedArray:
    """The paths of ``nodes`` as text: they are most of the table, and are not copied twice."""
    return pa.chunked_array([displayed(paths.take(piece)) for piece in paths.in_pieces(nodes)], pa.string())


def rootfs_part(rootfs: pa.Table, first_layer: int, without: Ints | None) -> pa.Table:
    """The rows of ``rootfs`` from layers ``first_layer`` up, less files whose content is in the rows ``without``."""
    upper = rootfs.filter(pc.greater_equal(rootfs["layer"], first_layer))
    if without is None:
        return upper
    return upper.filter(pc.invert(pc.is_in(upper["inode"], value_set=pa.array(without))))


def last_names(stack: Stack) -> Ints:
    """For each inode the last entry that names it: unpacking a hard link gives its attributes to the file."""
    last = np.arange(len(stack.inode))
    named = np.flatnonzero(stack.inode >= 0)
    np.maximum.at(last, stack.inode[named], named)
    return last


def nullable(rows: Ints) -> pa.Int64Array:
    """Rows, null where they are negative."""
    return pa.array(rows, mask=rows < 0)


def taken(changes: pa.Table, column: str, rows: pa.Int64Array) -> pa.Array:
    """A column at these rows, null where they are."""
    taken = changes[column].take(rows)
    return taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken
