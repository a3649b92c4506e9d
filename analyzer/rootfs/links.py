"""Hard links: which row holds the content of each name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..layers.names import replaced
from .rows import IS_DIRECTORY, IS_HARDLINK, link_bytes

if TYPE_CHECKING:
    import pyarrow as pa

    from ..arrays import Flags, Ints
    from .rows import Rows

# Links to links halve with every step, so this many reach the end of any chain; what is left is a circle.
_STEPS = 40


def resolve_links(changes: pa.Table, rows: Rows, survives: Flags, death: Ints, followed: dict[int, bytes]) -> Ints:
    """The row of each row's inode: itself for all but hard links, -1 where a link leads nowhere.

    A link names what stood at its target when it was unpacked: the entry before it in its layer, or, for
    builders that write the link first, the one after it; else what the layers below show there. Targets
    in ``followed`` (by row) stand instead of those written.
    """
    inode = np.arange(len(rows), dtype=np.int32)
    links = np.flatnonzero(rows.kind == IS_HARDLINK)
    if not len(links):
        return inode
    written = link_bytes(changes, links)
    real = {at: followed[row] for at, row in enumerate(links.tolist()) if row in followed}
    targets = rows.tree.paths.nodes_of(replaced(written, real))
    inode[links] = _target_rows(rows, survives, death, links, targets)
    for _ in range(_STEPS):
        onward = np.flatnonzero((inode >= 0) & (rows.kind[inode] == IS_HARDLINK))
        if not len(onward):
            break
        inode[onward] = inode[inode[onward]]
    lost = (inode >= 0) & (rows.kind[inode] == IS_HARDLINK)
    lost[links] |= (inode[links] >= 0) & (rows.kind[inode[links]] == IS_DIRECTORY)
    inode[lost] = -1
    return inode


def _target_rows(rows: Rows, survives: Flags, death: Ints, links: Ints, targets: Ints) -> Ints:
    named = _ByPlace(rows, np.flatnonzero(rows.is_name))
    before, after = named.before(targets, links), named.after(targets, links)
    first_of_layer = np.searchsorted(rows.layer, rows.layer[links])
    lower = _ByPlace(rows, np.flatnonzero(survives)).before(targets, first_of_layer)
    lower = np.where((lower >= 0) & (death[lower] >= rows.layer[links]), lower, -1)
    found = np.where(_same_layer(rows, after, links), after, lower)
    return np.where(_same_layer(rows, before, links), before, found)


def _same_layer(rows: Rows, first: Ints, second: Ints) -> Flags:
    return (first >= 0) & (rows.layer[first] == rows.layer[second])


class _ByPlace:
    """Rows in the order of their path, then of the tar, to find the neighbours of a place."""

    def __init__(self, rows: Rows, chosen: Ints) -> None:
        self._width = len(rows)
        order = np.argsort(rows.node[chosen], kind="stable")
        self._rows = chosen[order]
        self._nodes = rows.node[self._rows]
        self._keys = self._nodes.astype(np.int64) * self._width + self._rows

    def before(self, nodes: Ints, row: Ints) -> Ints:
        """The last row at each node before ``row``, -1 for none."""
        return self._at(nodes, np.searchsorted(self._keys, nodes.astype(np.int64) * self._width + row) - 1)

    def after(self, nodes: Ints, row: Ints) -> Ints:
        """The first row at each node after ``row``, -1 for none."""
        return self._at(nodes, np.searchsorted(self._keys, nodes.astype(np.int64) * self._width + row, side="right"))

    def _at(self, nodes: Ints, position: Ints) -> Ints:
        inside = (position >= 0) & (position < len(self._rows))
        position = np.where(inside, position, 0)
        if not len(self._rows):
            return np.full(len(nodes), -1)
        matches = inside & (self._nodes[position] == nodes)
        return np.where(matches, self._rows[position], -1)
