"""A stack seen from some layer up: what lies below is left out of every count, but still hides and is hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .stack import VISIBLE

if TYPE_CHECKING:
    from .stack import Stack


def part_from(stack: Stack, first_layer: int) -> Stack:
    """The stack with the entries of layers below ``first_layer`` neither seen nor wasted.

    A hard link in an upper layer to a file of a lower one names no bytes of this part. Directories without
    an entry belong to no layer, so they are left out.
    """
    below = stack.rows.layer < first_layer
    holder_below = (stack.inode >= 0) & below[np.maximum(stack.inode, 0)]
    return replace(
        stack,
        alive=stack.alive & ~below,
        inode=np.where(holder_below, -1, stack.inode),
        fate=np.where(below, VISIBLE, stack.fate),
        caused_by=np.where(below, -1, stack.caused_by),
        implied=np.zeros_like(stack.implied),
    )
