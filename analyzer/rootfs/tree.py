"""All paths of an image as one tree, in an order in which every subtree is a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from msgspec import Struct

from .directories import distinct_directories, spelled
from .levels import deepest_first
from .paths import Paths, in_few_chunks
from .split import Split, split

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
    given = in_few_chunks([*chunks, pa.array([b""], pa.binary())])
    parts = split(given)
    shape = _shape(parts)
    at = np.full(len(shape.parent), -1, np.int32)
    at[shape.node] = np.arange(len(given))
    implied = np.flatnonzero(at < 0).astype(np.int32)
    at[implied] = len(given) + np.arange(len(implied))
    spellings = spelled(implied, shape.parent, shape.depth, lambda nodes: parts.names.take(pa.array(shape.name[nodes])))
    written = pa.chunked_array([*given.chunks, spellings])
    all_paths = Paths(written, at, np.append(shape.node, implied))
    return PathTree(all_paths, shape.parent, shape.depth, shape.end), shape.node[: len(paths)]


class _Shape(Struct, frozen=True):
    """As in `PathTree`, with the ``name`` of each node as in `Split`; ``node`` has one item a path that was given."""

    parent: Ints
    depth: Ints
    end: Ints
    name: Ints
    node: Ints


def _shape(parts: Split) -> _Shape:
    directories, names = distinct_directories(parts), len(parts.names)
    count = len(parts.directory)
    # By directory and name the root, which is in itself and has none, comes first.
    of_paths = directories.number[parts.directory] * names + parts.name[:count]
    keys, place = np.unique(np.append(of_paths, directories.above * names + directories.name), return_inverse=True)
    above, name = (each.astype(np.int32) for each in np.divmod(keys, names))
    del of_paths, keys
    parent = np.append(0, place[count:]).astype(np.int32)[above]
    depth = np.append(0, directories.depth).astype(np.int32)[above] + 1
    parent[0], depth[0] = -1, 0
    preorder, end = _preorder(parent, depth)
    node = np.empty(len(parent), np.int32)
    node[preorder] = np.arange(len(parent))
    parent[1:] = node[parent[1:]]
    return _Shape(parent[preorder], depth[preorder], end[preorder], name[preorder], node[place[:count]])


def _preorder(parent: Ints, depth: Ints) -> tuple[Ints, Ints]:
    """The order of places in which everything below one follows it, and for each place where that ends.

    Places in one directory stand together, in the order that they are to have.
    """
    levels = deepest_first(depth)
    sizes = np.ones(len(parent), np.int32)
    for places in levels:
        np.add.at(sizes, parent[places], sizes[places])
    before = np.cumsum(sizes, dtype=np.int32) - sizes
    siblings = np.flatnonzero(np.diff(parent, prepend=-2))
    first = np.repeat(siblings, np.diff(np.append(siblings, len(parent))))
    start = before - before[first] + 1
    start[0] = 0
    for places in reversed(levels):
        start[places] += start[parent[places]]
    return np.argsort(start), start + sizes
