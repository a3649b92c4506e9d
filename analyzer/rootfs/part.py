"""A part of a stack: what is not in it is left out of every count, but still hides and is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from .stack import VISIBLE

if TYPE_CHECKING:
    from ..arrays import Flags
    from .stack import Stack


def part_without(stack: Stack, left_out: Flags) -> Stack:
    """The stack with the entries that are ``left_out``, one item a row, neither seen nor wasted.

    A hard link to a file that is left out names no bytes of this part. Directories without an entry belong
    to no layer, so they are left out.
    """
    holder_left_out = (stack.inode >= 0) & left_out[np.maximum(stack.inode, 0)]
    return replace(
        stack,
        alive=stack.alive & ~left_out,
        inode=np.where(holder_left_out, -1, stack.inode),
        fate=np.where(left_out, VISIBLE, stack.fate),
        caused_by=np.where(left_out, -1, stack.caused_by),
        implied=np.zeros_like(stack.implied),
    )
