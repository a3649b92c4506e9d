"""The three figures that dive judges, from the changes table, exactly as dive has them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from .names import entry_names
from .stacked import find_hidden
from .trees import build_trees

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...arrays import Ints
    from ...model import Layer
    from .trees import Trees

_WORD = 1 << 64


class DiveFigures(Struct, frozen=True):
    """``efficiency`` is a ratio, and so is ``wasted_user_percent`` in spite of its name.

    ``wasted_bytes`` are all copies of each name that dive saw twice, ``user_bytes`` those of all layers but the
    lowest. Without any, ``wasted_user_percent`` is not a number, or infinite where something was wasted.
    """

    efficiency: float
    wasted_bytes: int
    user_bytes: int

    @property
    def wasted_user_percent(self) -> float:
        """Wasted bytes of the user's bytes, as a ratio that can be above 1."""
        if self.user_bytes:
            return float(self.wasted_bytes) / float(self.user_bytes)
        return math.inf if self.wasted_bytes else math.nan


def dive_figures(changes: pa.Table, layers: Sequence[Layer]) -> DiveFigures:
    """What dive makes of ``changes`` (`tables.CHANGES`), whose ``layers`` are in order; raises LimitExceededError.

    To dive a layer is empty that the archive has as a symbolic link to another one. So `docker save` wrote layers
    that occur twice, before it wrote image layouts too.
    """
    linked = pa.array([layer.index for layer in layers if layer.blob.is_symlink], pa.int16())
    if len(linked):
        changes = changes.filter(pc.invert(pc.is_in(changes["layer"], value_set=linked)))
    entries = entry_names(changes)
    is_user = (changes["layer"].to_numpy() > 0) & pc.not_equal(entries, b"").to_numpy(zero_copy_only=False)
    user_bytes = int(changes["size"].to_numpy()[is_user].sum()) % _WORD
    efficiency, wasted = _score(*_sightings(build_trees(changes, entries)))
    return DiveFigures(efficiency, wasted, user_bytes)


def _sightings(trees: Trees) -> tuple[Ints, Ints, Ints]:
    """What dive sees: the identity of a name and its bytes, for each leaf of each layer.

    A whiteout of what is not there ends the layer. The third array is the identities of those, which are not seen.
    """
    leaves = np.flatnonzero(trees.leaves())
    keys, sizes = trees.keys[leaves], trees.size[leaves]
    layer, node = trees.split(keys)
    whiteouts = np.flatnonzero(trees.is_whiteout[node])
    found, sizes[whiteouts] = find_hidden(trees, keys[whiteouts])
    ends_in = layer[whiteouts[~found]]
    end = np.full(int(layer.max(initial=-1)) + 1, len(keys))
    np.minimum.at(end, ends_in, whiteouts[~found])
    seen = np.arange(len(keys)) < end[layer]
    return trees.identity[node[seen]], sizes[seen], trees.identity[node[np.unique(end[end < len(keys)])]]


def _score(identities: Ints, sizes: Ints, unseen: Ints) -> tuple[float, int]:
    """Efficiency and wasted bytes."""
    names, place, count = np.unique(identities, return_inverse=True, return_counts=True)
    total = np.zeros(len(names), np.int64)
    least = np.full(len(names), np.iinfo(np.int64).max)
    np.add.at(total, place, sizes)
    np.minimum.at(least, place, sizes)
    wasted = int(total[count > 1].sum()) % _WORD
    # A name that was given up before it had a size counts with the -1 that it began with.
    needed = int(least.sum()) - len(np.setdiff1d(unseen, names))
    stored = int(total.sum())
    return (float(needed) / float(stored) if stored else 1.0), wasted
