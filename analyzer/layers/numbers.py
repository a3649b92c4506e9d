"""Numeric header fields and checksums, for whole columns of headers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import StreamReadError
from ..tar import headers as tar

if TYPE_CHECKING:
    from ..arrays import Flags, Ints, Octets


def check_sums(headers: Octets, starts: Ints) -> None:
    """Raises StreamReadError at the first header whose checksum is wrong; ``starts`` is where they stand.

    A header's bytes are summed as 64-bit words in 16-bit lanes, which 512 bytes cannot overflow.
    """
    words = np.ascontiguousarray(headers).view(np.uint64)
    lanes = np.uint64(0x00FF00FF00FF00FF)
    sums = (words & lanes).sum(axis=1) + ((words >> np.uint64(8)) & lanes).sum(axis=1)
    totals = sums.view(np.uint16).reshape(-1, 4).sum(axis=1, dtype=np.int64)
    field = headers[:, tar.CHECKSUM]
    totals += 8 * ord(" ") - field.sum(axis=1, dtype=np.int64)
    stated, odd = octal(field)
    for row in np.flatnonzero((stated != totals) | odd):
        if not tar.checksum_matches(headers[row].tobytes()):
            raise StreamReadError(f"no valid tar header at byte {starts[row]:,} of the tar stream")


def octal(field: Octets) -> tuple[Ints, Flags]:
    """The octal numbers of a column, and which rows are something else (base-256, damaged)."""
    digits = field - np.uint8(ord("0"))
    is_digit = digits < 8
    values = np.zeros(len(field), np.int64)
    for column in range(field.shape[1]):
        values = np.where(is_digit[:, column], values * 8 + digits[:, column], values)
    blank = (field == 0) | (field == ord(" "))
    runs = np.count_nonzero(is_digit[:, 1:] & ~is_digit[:, :-1], axis=1) + is_digit[:, 0]
    return values, ~(is_digit | blank).all(axis=1) | (runs > 1)


def numbers(headers: Octets, field: slice, what: str) -> Ints:
    """A numeric field of all headers, whatever its form; raises StreamReadError beyond 64 bits."""
    values, odd = octal(headers[:, field])
    for row in np.flatnonzero(odd):
        number = tar.checked_number(headers[row].tobytes(), field, what)
        if not -(1 << 63) <= number < 1 << 63:
            raise StreamReadError(f"a tar header's {what} needs more than 64 bits")
        values[row] = number
    return values
