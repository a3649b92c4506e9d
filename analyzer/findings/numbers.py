"""Sets of rows, nodes and layers as ascending arrays. `numpy.unique` hashes, which is slow where order is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..arrays import Flags, Ints


def distinct(numbers: Ints) -> Ints:
    """The numbers once each, ascending; fast where they are nearly so.

    >>> distinct(np.array([3, 1, 3, 2])).tolist()
    [1, 2, 3]
    """
    ordered = np.sort(numbers, kind="stable")
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def among(numbers: Ints, wanted: Ints) -> Flags:
    """Which of ``wanted``, none of them negative, are in ``numbers``, which are distinct and ascending.

    >>> among(np.array([1, 3]), np.array([3, 2, 9])).tolist()
    [True, False, False]
    """
    at = np.searchsorted(numbers, wanted)
    found: Flags = np.append(numbers, -1)[at] == wanted
    return found
