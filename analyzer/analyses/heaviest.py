"""The heaviest paths of a tree: as many as a picture holds, with every directory above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from ..layers.names import displayed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..arrays import Floats, Ints
    from ..rootfs.tree import PathTree


class Kept(Struct, frozen=True):
    """The nodes of a tree that are kept, ascending, as a tree of their own; the root is always one of them.

    ``parent`` and ``end`` are places in ``nodes``, as `PathTree` has them; ``bound`` is its ``end`` of each.
    ``omitted`` nodes with weight are left out.
    """

    nodes: Ints
    parent: Ints
    end: Ints
    bound: Ints
    omitted: int

    def sums(self, at: Ints, values: Ints | Floats) -> Floats:
        """For each kept node the sum of ``values``, which stand ``at`` kept nodes, over it and all below it."""
        totals = np.concatenate([np.zeros(1), np.cumsum(np.bincount(at, values, len(self.nodes)))])
        found: Floats = totals[self.end] - totals[:-1]
        return found

    def places(self, nodes: Ints) -> Ints:
        """For each node of the tree the place of itself, or of the closest one above it that is kept."""
        at = np.searchsorted(self.nodes, nodes, side="right") - 1
        while len(astray := np.flatnonzero(self.bound[at] <= nodes)):
            at[astray] = self.parent[at[astray]]
        return at

    def names(self, tree: PathTree) -> list[str]:
        """The last part of each path."""
        paths = displayed(tree.paths.take(self.nodes)).to_pylist()
        return [path.rpartition("/")[2] for path in paths]


def keep_heaviest(tree: PathTree, weights: Sequence[tuple[Ints, Ints]], most: int) -> Kept:
    """The ``most`` nodes with the largest part of any of the ``weights``: pairs of nodes and what each weighs there.

    A path weighs no more than the directory that it is in, so what is above a kept node is kept, too.
    """
    rank = np.zeros(len(tree))
    for nodes, values in weights:
        sums = tree.subtree_sums(np.bincount(nodes, values, len(tree)))
        np.maximum(rank, sums / max(sums[0], 1), out=rank)
    rank[0] = 1
    count = int((rank > 0).sum())
    # Of equals the first: a directory stands before what is in it.
    kept = np.sort(np.argsort(-rank, kind="stable")[: min(most, count)])
    parent = np.searchsorted(kept, tree.parent[kept])
    parent[0] = -1
    bound = tree.end[kept]
    return Kept(kept, parent, np.searchsorted(kept, bound), bound, count - len(kept))
