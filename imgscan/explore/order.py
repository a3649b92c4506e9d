"""The lines of a tree that is partly closed, in the order of names or of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analyzer.arrays import Flags, Ints
    from analyzer.rootfs.tree import PathTree


def open_lines(tree: PathTree, shown: Flags, closed: Flags) -> Ints:
    """The nodes that are ``shown`` and not below a ``closed`` one, by name, the root left out."""
    lines = np.flatnonzero(shown & ~tree.covered(np.flatnonzero(closed & shown)))
    return lines[lines > 0]


def heaviest_first(tree: PathTree, lines: Ints, weight: Ints) -> Ints:
    """The same lines with the heaviest first in each directory, by name where they weigh the same.

    A line's place is that of its directory, one more, and the lines of its heavier siblings. So it is the sum of
    such steps over all directories above it, which a running sum over the old order gives.
    """
    count = len(lines)
    where = np.full(len(tree), -1, np.int32)
    where[lines] = np.arange(count, dtype=np.int32)
    directory = where[tree.parent[lines]]
    end = np.searchsorted(lines, tree.end[lines])
    taken = end - np.arange(count)
    order = np.argsort(-weight[lines], kind="stable")
    order = order[np.argsort(directory[order], kind="stable")]
    before = np.cumsum(taken[order]) - taken[order]
    starts = np.flatnonzero(np.diff(directory[order], prepend=-2))
    step = np.empty(count, np.int64)
    step[order] = before - np.repeat(before[starts], np.diff(np.append(starts, count))) + 1
    changes = np.bincount(np.arange(count), step, count + 1) - np.bincount(end, step, count + 1)
    place = np.cumsum(changes[:count]).astype(np.int64) - 1
    found = np.empty_like(lines)
    found[place] = lines
    return found
