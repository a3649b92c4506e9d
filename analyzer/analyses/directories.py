"""Bytes rolled up to directories: which ones are worth naming."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from ..layers.names import displayed

if TYPE_CHECKING:
    from ..arrays import Floats, Ints
    from ..rootfs.tree import PathTree


class Directory(Struct, frozen=True):
    """A directory with all that lies at or below it. ``pull_bytes`` is None where blobs are uncompressed."""

    path: str
    bytes: int
    pull_bytes: float | None
    files: int


def largest_directories(tree: PathTree, nodes: Ints, sizes: Ints, shares: Floats, top: int) -> list[Directory]:
    """The ``top`` directories by the sizes of the files at ``nodes``, the largest first, the root left out.

    A directory whose bytes all lie in one of its subdirectories says nothing new and is left out too.
    ``shares`` are the files' pull_bytes, NaN where they are unknown.
    """
    parents = np.maximum(tree.parent[nodes], 0)
    own = [np.bincount(parents, weights, len(tree)) for weights in (sizes, shares, np.ones(len(nodes)))]
    total, pulled, files = (tree.subtree_sums(each) for each in own)
    largest_child = np.zeros(len(tree))
    np.maximum.at(largest_child, np.maximum(tree.parent[1:], 0), total[1:])
    telling = np.flatnonzero((total > 0) & (total > largest_child) & (np.arange(len(tree)) > 0))
    chosen = telling[np.lexsort((telling, -total[telling]))][:top]
    paths = displayed(tree.paths.take(chosen)).to_pylist()
    return [
        Directory(path, int(total[node]), None if np.isnan(pulled[node]) else float(pulled[node]), int(files[node]))
        for path, node in zip(paths, chosen, strict=True)
    ]
