"""The paths of two images with the most growth or loss, as a tree small enough for a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from msgspec import Struct

from ..analyses.heaviest import keep_heaviest
from ..rootfs.tree import build_tree
from .growth import grown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..arrays import Ints
    from .layers import LayerPair


class GrowthParts(Struct, frozen=True):
    """Which layers are to blame: one item a path and a place among the pairs of layers, in the order of both.

    Each file counts once: for its own path, or for the closest directory above it that is not left out.
    """

    path: Ints
    pair: Ints
    grew: Ints
    shrank: Ints


class GrowthOutline(Struct, frozen=True):
    """One item a path, a directory before what is in it; path 0 is the root, and its ``parent`` -1.

    ``grew`` and ``shrank`` are the sums over all paths at or below it that did, ``paths`` their number; ``change``
    is that of the path itself, None where only paths below it differ. ``omitted`` paths are left out; the
    directories above them count them.
    """

    name: list[str]
    parent: Ints
    grew: Ints
    shrank: Ints
    paths: Ints
    change: list[str | None]
    parts: GrowthParts
    omitted: int


def outline_growth(files: pa.Table, pairs: Sequence[LayerPair], most: int) -> GrowthOutline:
    """The ``most`` paths of ``files`` (`tables.DIFF_FILES`) with the largest part of all growth or of all loss."""
    files = grown(files, pairs)
    growth = files["bytes"].to_numpy()
    tree, nodes = build_tree(files["path"].combine_chunks().cast(pa.binary()))
    grew, shrank = np.maximum(growth, 0), np.maximum(-growth, 0)
    kept = keep_heaviest(tree, [(nodes, grew), (nodes, shrank)], most)
    at = kept.places(nodes)
    change: list[str | None] = [None] * len(kept.nodes)
    itself = np.flatnonzero(kept.nodes[at] == nodes)
    words = files["change"].take(pa.array(itself)).to_pylist()
    for place, word in zip(at[itself].tolist(), words, strict=True):
        change[place] = word
    return GrowthOutline(
        name=kept.names(tree),
        parent=kept.parent,
        grew=kept.sums(at, grew).astype(np.int64),
        shrank=kept.sums(at, shrank).astype(np.int64),
        paths=kept.sums(at, np.ones_like(grew)).astype(np.int64),
        change=change,
        parts=_parts(at, files["pair"].to_numpy(), grew, shrank),
        omitted=kept.omitted,
    )


def _parts(at: Ints, pair: Ints, grew: Ints, shrank: Ints) -> GrowthParts:
    width = int(pair.max(initial=0)) + 1
    keys, item = np.unique(at * width + pair, return_inverse=True)
    sums = [np.bincount(item, values, len(keys)).astype(np.int64) for values in (grew, shrank)]
    return GrowthParts(keys // width, keys % width, *sums)
