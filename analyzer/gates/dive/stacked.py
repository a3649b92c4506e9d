"""What dive finds at whiteouts: the layers below, stacked by its rules.

These are not those of layer.md. An entry does not replace what is there: it lends its size and kind to the node at
its name, and what is below the node stays. A directory that a layer implies without an entry is an entry
without size that is no directory. A layer is stacked name by name in alphabetical order, content before its
directory, so a whiteout also takes away what the same layer has at names before its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from ...errors import LimitExceededError

if TYPE_CHECKING:
    from ...arrays import Flags, Ints
    from .trees import Trees

# Nodes of all layers' trees together, directories without an entry included.
NODES_LIMIT = 2_000_000


class _Nodes(Struct, frozen=True):
    """Nodes of a layer's tree in order, those without an entry included."""

    node: Ints
    size: Ints
    is_directory: Flags


class _Stack:
    """The nodes that stand after some layers; one that does not stand has no size and is no directory."""

    def __init__(self, trees: Trees) -> None:
        self._trees = trees
        self._stands = np.zeros(len(trees.tree), bool)
        self._size = np.zeros(len(trees.tree), np.int64)
        self._is_directory = np.zeros(len(trees.tree), bool)

    def put(self, nodes: _Nodes) -> None:
        """Enter nodes as they are, whiteouts too."""
        self._stands[nodes.node] = True
        self._size[nodes.node] = nodes.size
        self._is_directory[nodes.node] = nodes.is_directory

    def apply(self, nodes: _Nodes) -> None:
        """Stack one layer."""
        is_whiteout = self._trees.is_whiteout[nodes.node]
        whiteouts, others = nodes.node[is_whiteout], nodes.node[~is_whiteout]
        hidden, end = self._trees.hides[whiteouts], self._trees.tree.end
        self._take_away(hidden, end[hidden])
        self.put(_Nodes(others, nodes.size[~is_whiteout], nodes.is_directory[~is_whiteout]))
        has_content = np.searchsorted(others, end[whiteouts]) > np.searchsorted(others, whiteouts)
        self._stands[whiteouts[has_content]] = True
        bare = self._trees.bare[whiteouts]
        earlier = (hidden < whiteouts) & ~bare
        self._take_away(hidden[earlier], end[hidden[earlier]])
        self._take_away(hidden[bare] + 1, end[whiteouts[bare]])

    def at(self, whiteouts: Ints) -> tuple[Flags, Ints]:
        """Whether there is what each whiteout hides, and the bytes that go with it: none but for directories."""
        node = self._trees.hides[whiteouts]
        found = (node == 0) | ((node > 0) & self._stands[node])
        sizes = np.where(found & self._is_directory[node], self._size[node], 0)
        ends = self._trees.tree.end[node]
        for each in np.flatnonzero(found & self._is_directory[node] & (ends > node + 1)).tolist():
            sizes[each] = self._size[node[each] : ends[each]].sum()
        return found, sizes

    def _take_away(self, starts: Ints, stops: Ints) -> None:
        """Take away ranges of nodes; the root stays."""
        starts, stops = starts[starts > 0], stops[starts > 0]
        single = starts[stops == starts + 1]
        ranges = [slice(int(start), int(stop)) for start, stop in zip(starts, stops, strict=True) if stop > start + 1]
        for index in (single, *ranges):
            self._stands[index] = False
            self._size[index] = 0
            self._is_directory[index] = False


def find_hidden(trees: Trees, whiteouts: Ints) -> tuple[Flags, Ints]:
    """Whether there is what each whiteout hides, and the bytes that dive sees go with it.

    ``whiteouts`` are keys, ascending. Raises LimitExceededError where the trees have too many nodes.
    """
    found = np.zeros(len(whiteouts), bool)
    sizes = np.zeros(len(whiteouts), np.int64)
    if not len(whiteouts):
        return found, sizes
    keys = _with_parents(trees)
    size, is_directory = np.zeros(len(keys), np.int64), np.zeros(len(keys), bool)
    at = np.searchsorted(keys, trees.keys)
    size[at], is_directory[at] = trees.size, trees.is_directory
    nodes = trees.split(keys)[1]
    stack = _Stack(trees)
    asked, node = trees.split(whiteouts)
    for layer, here in _slices(trees.split(keys)[0]):
        below = _Nodes(nodes[here], size[here], is_directory[here])
        if layer == 0:
            stack.put(below)  # dive stacks the lowest layer onto a copy of itself
        questions = slice(*np.searchsorted(asked, [layer, layer + 1]))
        found[questions], sizes[questions] = stack.at(node[questions])
        stack.apply(below)
        if questions.stop == len(asked):
            break
    return found, sizes


def _with_parents(trees: Trees) -> Ints:
    """The keys of all nodes of each layer's tree, those above an entry included."""
    levels = [trees.keys]
    while len(levels[-1]):
        layer, node = trees.split(levels[-1])
        parent = trees.tree.parent[node]
        above = np.unique((layer * len(trees.tree) + parent)[parent > 0])
        levels.append(above)
        if sum(map(len, levels)) > NODES_LIMIT + 4 * len(trees.keys):
            raise LimitExceededError("the names are so deep that dive's trees of them cannot be built")
    return np.unique(np.concatenate(levels))


def _slices(layers: Ints) -> list[tuple[int, slice]]:
    """Each layer that occurs, and where its items are."""
    found, first = np.unique(layers, return_index=True)
    stops = np.append(first[1:], len(layers))
    return [(int(layer), slice(*span)) for layer, *span in zip(found, first, stops, strict=True)]
