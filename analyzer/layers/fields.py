"""Text fields of header blocks, as bytes in a table: what needs no Arrow, and so no time to import it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..arrays import Ints, Octets


def text_lengths(field: Octets) -> Ints:
    """How many bytes of each row of a text field come before its first NUL."""
    zeros = field == 0
    return np.where(zeros.any(axis=1), zeros.argmax(axis=1), field.shape[1]).astype(np.int64)
