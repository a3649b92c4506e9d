"""All paths of an image as one tree, in an order in which every subtree is a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from msgspec import Struct

from .directories import deepest_first, distinct_directories, spelled
from .paths import Paths
from .split import split

if TYPE_CHECKING:
    from ..arrays import Flags, Ints, Numbers


class PathTree(Struct, frozen=True):
    """Every path once, implied parents included. Node 0 is the root.

    Nodes are in preorder: the strict descendants of node ``n`` are ``n + 1`` up to but without ``end[n]``.
    ``parent`` of the root is -1.
    """

    paths: Paths
    parent: Ints
    depth: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.paths)

    def subtree_sums(self, values: Numbers) -> Numbers:
        """For each node, the sum of ``values`` over it and all nodes below it."""
        totals = np.concatenate([np.zeros(1, values.dtype), np.cumsum(values)])
        return totals[self.end] - totals[:-1]

    def highest_below(self, values: Ints) -> Ints:
        """For each node, the highest of ``values`` over all nodes strictly below it, -1 for none."""
        highest = np.full(len(self), -1, np.int32)
        for nodes in deepest_first(self.depth):
            np.maximum.at(highest, self.parent[nodes], np.maximum(values[nodes], highest[nodes]))
        return highest

    def covered(self, nodes: Ints) -> Flags:
        """Which nodes are strictly below one of ``nodes``."""
        steps = np.zeros(len(self) + 1, np.int64)
        np.add.at(steps, nodes + 1, 1)
        np.add.at(steps, self.end[nodes], -1)
        return np.cumsum(steps[:-1]) > 0


def build_tree(paths: pa.Array | pa.ChunkedArray) -> tuple[PathTree, Ints]:
    """The tree of all ``paths`` (normalised binary, repeated or not) and of every directory above them.

    With it comes the node of each path. Raises LimitExceededError where hostile depth would make far more
    directories than there are entries.
    """
    chunks = paths.chunks if isinstance(paths, pa.ChunkedArray) else [paths]
    given = pa.chunked_array([*chunks, pa.array([b""], pa.binary())])
    parts = split(given)
    names, directories = len(parts.names), distinct_directories(parts)
    # By directory and name the root, which is in itself and has none, comes first.
    of_paths = directories.number[parts.directory] * names + parts.name[: len(given)]
    keys, place = np.unique(np.append(of_paths, directories.above * names + directories.name), return_inverse=True)
    above, name = np.divmod(keys, names)
    parent = np.append(0, place[len(given) :])[above]
    depth = np.append(0, directories.depth)[above] + 1
    parent[0], depth[0] = -1, 0
    preorder, end = _preorder(parent, depth)
    node = np.empty(len(keys), np.int32)
    node[preorder] = np.arange(len(keys))
    parent[1:] = node[parent[1:]]
    parent, depth, end = (values[preorder].astype(np.int32) for values in (parent, depth, end))
    nodes = node[place[: len(given)]]
    all_paths = _paths(given, nodes, parent, depth, parts.names.take(pa.array(name[preorder])))
    return PathTree(all_paths, parent, depth, end), nodes[: len(paths)]


def _paths(given: pa.ChunkedArray, nodes: Ints, parent: Ints, depth: Ints, names: pa.BinaryArray) -> Paths:
    """The paths of all nodes, where they are ``given``, at ``nodes``, or else spelled by their ``names``."""
    at = np.full(len(parent), -1, np.int64)
    at[nodes] = np.arange(len(given))
    implied = np.flatnonzero(at < 0)
    at[implied] = len(given) + np.arange(len(implied))
    written = pa.chunked_array([*given.chunks, spelled(implied, parent, depth, names)])
    return Paths(written, at, np.append(nodes, implied).astype(np.int32))


def _preorder(parent: Ints, depth: Ints) -> tuple[Ints, Ints]:
    """The order of places in which everything below one follows it, and for each place where that ends.

    Places in one directory stand together, in the order that they are to have.
    """
    levels = deepest_first(depth)
    sizes = np.ones(len(parent), np.int64)
    for places in levels:
        np.add.at(sizes, parent[places], sizes[places])
    before = np.cumsum(sizes) - sizes
    siblings = np.flatnonzero(np.diff(parent, prepend=-2))
    first = np.repeat(siblings, np.diff(np.append(siblings, len(parent))))
    start = before - before[first] + 1
    start[0] = 0
    for places in reversed(levels):
        start[places] += start[parent[places]]
    return np.argsort(start), start + sizes
