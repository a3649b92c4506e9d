"""What stands where after a layer: names in the order of their paths, in which every directory is a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    from ..arrays import Flags, Ints
    from ..rootfs.stack import Stack


class Standing(Struct, frozen=True, eq=False):
    """Names that a container of some of the layers sees, one item each, by ``node`` and then by ``layer``.

    ``row`` is where the name is in the changes table, ``hidden_in`` the layer that takes it out of sight.
    ``new``: nothing stood at its path when its layer began. ``leaf``: nothing can stand below it.
    """

    row: Ints
    node: Ints
    layer: Ints
    hidden_in: Ints
    new: Flags
    leaf: Flags

    @classmethod
    def of(cls, stack: Stack) -> Standing:
        """All that stands after some layer."""
        rows = stack.rows
        row = np.flatnonzero(stack.hidden_in > rows.layer).astype(np.int32)
        row = row[np.argsort(rows.node[row], kind="stable")]  # of one path, rows are in the order of layers
        node, layer, hidden_in = rows.node[row], rows.layer[row], stack.hidden_in[row]
        new = np.ones(len(row), bool)
        new[1:] = (node[1:] != node[:-1]) | (hidden_in[:-1] < layer[1:])
        return cls(row, node, layer, hidden_in, new, rows.is_leaf[row])

    def after(self, layer: int) -> Ints:
        """The items that a container of the layers up to this one sees: one a node, ascending."""
        return np.flatnonzero((self.layer <= layer) & (self.hidden_in > layer))

    def stored_below(self, layer: int) -> Ints:
        """The nodes, ascending, of what this layer leaves there of lower layers, directories left out."""
        return self.node[self.lower_leaves(layer, slice(None))]

    def lower_leaves(self, layer: int, within: slice) -> Flags:
        """Which of the items ``within`` this layer leaves there of lower layers, directories left out."""
        lower: Flags = self.leaf[within] & (self.layer[within] < layer) & (self.hidden_in[within] > layer)
        return lower

    def brought_by(self, layer: int) -> Ints:
        """The nodes, ascending, at which something stands since this layer."""
        nodes: Ints = self.node[self.new & (self.layer == layer)]
        return nodes

    def within(self, first: int, end: int) -> slice:
        """The items at nodes from ``first`` up to but without ``end``."""
        return slice(*np.searchsorted(self.node, np.array([first, end], self.node.dtype)).tolist())
