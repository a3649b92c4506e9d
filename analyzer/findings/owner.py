"""A user and a group as one number, as columns of owners have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..arrays import Ints


def owner(user: Ints, group: Ints) -> Ints:
    """The numbers of users and their groups.

    >>> [pair(each) for each in owner(np.array([0, 7]), np.array([0, 8])).tolist()]
    ['0:0', '7:8']
    """
    return user.astype(np.int64) << 32 | group


def pair(owner: int) -> str:
    """The same as chown(1) takes it."""
    return f"{owner >> 32 & 0xFFFFFFFF}:{owner & 0xFFFFFFFF}"
