"""All paths of an image as one tree, in an order in which every subtree is a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ..errors import LimitExceededError

if TYPE_CHECKING:
    from ..arrays import Flags, Ints, Numbers


# Paths that a hostile layer implies can be far longer together than those it names.
IMPLIED_BYTES_LIMIT = 32 * 1024**2
_FEW = 4
_LAST_PART = r"(^|/)[^/]*$"


class PathTree(Struct, frozen=True):
    """Every path once, implied parents included. Node 0 is the root.

    Nodes are in preorder: the strict descendants of node ``n`` are ``n + 1`` up to but without ``end[n]``.
    ``parent`` of the root is -1. ``paths`` are normalised bytes.
    """

    paths: pa.BinaryArray
    parent: Ints
    depth: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.paths)

    def nodes_of(self, paths: pa.Array) -> Ints:
        """The node of each path, -1 where there is none. Each call looks at all paths of the tree."""
        if len(paths) * _FEW > len(self):
            return pc.index_in(paths, value_set=self.paths).fill_null(-1).to_numpy(zero_copy_only=False)
        # A table of few paths is made, and asked, far faster than one of all.
        wanted = paths.dictionary_encode()
        found = pc.index_in(self.paths, value_set=wanted.dictionary)
        node = np.full(len(wanted.dictionary), -1, np.int32)
        nodes = np.flatnonzero(found.is_valid())
        node[found.drop_null().to_numpy()] = nodes
        return node[wanted.indices.to_numpy()]

    def subtree_sums(self, values: Numbers) -> Numbers:
        """For each node, the sum of ``values`` over it and all nodes below it."""
        totals = np.concatenate([np.zeros(1, values.dtype), np.cumsum(values)])
        return totals[self.end] - totals[:-1]

    def highest_below(self, values: Ints) -> Ints:
        """For each node, the highest of ``values`` over all nodes strictly below it, -1 for none."""
        highest = np.full(len(self), -1, np.int32)
        for nodes in _deepest_first(self.depth):
            np.maximum.at(highest, self.parent[nodes], np.maximum(values[nodes], highest[nodes]))
        return highest

    def covered(self, nodes: Ints) -> Flags:
        """Which nodes are strictly below one of ``nodes``."""
        steps = np.zeros(len(self) + 1, np.int64)
        np.add.at(steps, nodes + 1, 1)
        np.add.at(steps, self.end[nodes], -1)
        return np.cumsum(steps[:-1]) > 0


def build_tree(paths: pa.Array) -> tuple[PathTree, Ints]:
    """The tree of all ``paths`` (normalised binary, repeated or not) and of every directory above them.

    With it comes the node of each path. Raises LimitExceededError where hostile depth would make far more
    directories than there are entries.
    """
    encoded = paths.dictionary_encode()
    known = frontier = encoded.dictionary
    if not len(known.filter(pc.equal(known, b""))):
        known = frontier = pa.concat_arrays([known, pa.array([b""], pa.binary())])
    while len(frontier):
        parents = pc.unique(parent_paths(frontier))
        frontier = parents.filter(pc.invert(pc.is_in(parents, value_set=known)))
        if len(frontier):
            known = pa.concat_arrays([known, frontier])
        if known.nbytes > 2 * paths.nbytes + IMPLIED_BYTES_LIMIT:
            raise LimitExceededError("the paths are so deep that their directories cannot be listed")
    order = pc.array_sort_indices(_sortable(known)).to_numpy()
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return _with_structure(known.take(pa.array(order))), rank[encoded.indices.to_numpy()]


def parent_paths(paths: pa.BinaryArray) -> pa.BinaryArray:
    """The directory of each path; the root's is the root."""
    return pc.replace_substring_regex(paths, _LAST_PART, "", max_replacements=1)


def _sortable(paths: pa.BinaryArray) -> pa.BinaryArray:
    """Paths with a separator that sorts before every other byte, so that a directory's content follows it."""
    _, offsets, content = paths.buffers()
    separated = np.frombuffer(content or b"", np.uint8).copy()
    separated[separated == ord("/")] = 0
    return pa.Array.from_buffers(pa.binary(), len(paths), [None, offsets, pa.py_buffer(separated)], 0, paths.offset)


def _with_structure(ordered: pa.BinaryArray) -> PathTree:
    """The tree over paths in preorder, all ancestors among them."""
    depth = pc.count_substring(ordered, "/").to_numpy().astype(np.int32) + 1
    depth[0] = 0
    parent = np.full(len(ordered), -1, np.int32)
    sizes = np.ones(len(ordered), np.int32)
    above: Ints = np.zeros(1, np.int32)
    levels = _deepest_first(depth)
    for nodes in reversed(levels):
        parent[nodes] = above[np.searchsorted(above, nodes) - 1]
        above = nodes
    for nodes in levels:
        np.add.at(sizes, parent[nodes], sizes[nodes])
    return PathTree(ordered, parent, depth, np.arange(len(ordered), dtype=np.int32) + sizes)


def _deepest_first(depth: Ints) -> list[Ints]:
    """The nodes of each depth, ascending, the root left out."""
    order = np.argsort(depth, kind="stable").astype(np.int32)
    bounds = np.searchsorted(depth[order], np.arange(1, depth.max() + 2))
    levels: list[Ints] = list(np.split(order, bounds)[1:-1])
    return levels[::-1]
