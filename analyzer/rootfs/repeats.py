"""Repetitions inside one layer: the specification forbids them (layer.md), builders write them, the last entry wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..arrays import Flags, Ints
    from .rows import Rows


def repeated_rows(rows: Rows) -> Flags:
    """Rows that a later entry of the same layer replaced, as unpacking in order would.

    An entry replaces an earlier one at its path, a non-directory also those below its path, and an entry
    below a non-directory turns that into a directory.
    """
    repeated = np.zeros(len(rows), bool)
    named = np.flatnonzero(rows.is_name)
    width = len(rows.tree)
    keys = rows.layer[named].astype(np.int64) * width + rows.node[named]
    order = np.argsort(keys, kind="stable")
    named, keys = named[order], keys[order]
    repeated[named[:-1][keys[:-1] == keys[1:]]] = True
    for leaf_rows, rows_below in _conflicts(rows, named, keys):
        repeated[rows_below[rows_below < leaf_rows.max()]] = True
        repeated[leaf_rows[leaf_rows < rows_below.max()]] = True
    return repeated


def _conflicts(rows: Rows, named: Ints, keys: Ints) -> list[tuple[Ints, Ints]]:
    """Non-directories and the entries below them, where one layer has both: (rows at the path, rows below)."""
    width = len(rows.tree)
    leaf_keys = np.unique(keys[rows.is_leaf[named]])
    nodes = leaf_keys % width
    start = np.searchsorted(keys, leaf_keys + 1)
    stop = np.searchsorted(keys, leaf_keys - nodes + rows.tree.end[nodes])
    conflicts = []
    for at in np.flatnonzero(stop > start):
        here = named[np.searchsorted(keys, leaf_keys[at]) : start[at]]
        conflicts.append((here[rows.is_leaf[here]], named[start[at] : stop[at]]))
    return conflicts
