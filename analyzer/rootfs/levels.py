"""Places in a tree by their depth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..arrays import Ints


def deepest_first(depth: Ints) -> list[Ints]:
    """The places of each depth, ascending, from the deepest up to 1, none left out: at 0 is the root."""
    order = np.argsort(depth, kind="stable").astype(np.int32)
    bounds = np.searchsorted(depth[order], np.arange(1, depth.max(initial=0) + 2))
    levels: list[Ints] = list(np.split(order, bounds)[1:-1])
    return levels[::-1]
