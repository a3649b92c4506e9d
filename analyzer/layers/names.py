"""Names in headers: whole columns of them, made into the paths and link targets of the changes table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from ..arrays import Ints, Octets

_DENORMAL = r"^/|//|(^|/)\.\.?(/|$)"


def _text_lengths(field: Octets) -> Ints:
    """How many bytes of each row of a text field come before its first NUL."""
    zeros = field == 0
    return np.where(zeros.any(axis=1), zeros.argmax(axis=1), field.shape[1]).astype(np.int64)


def text_column(field: Octets) -> pa.BinaryArray:
    """Each row of a fixed-width text field, up to its first NUL."""
    lengths = _text_lengths(field)
    return _join(field, np.zeros_like(lengths), lengths)


def trimmed_column(field: Octets) -> pa.BinaryArray:
    """The same without one leading ``./`` and one trailing ``/``, which most tar writers put somewhere."""
    stops = _text_lengths(field)
    rows = np.arange(len(field))
    starts = np.where((stops > 1) & (field[:, 0] == ord(".")) & (field[:, 1] == ord("/")), 2, 0)
    slashed = (stops > starts) & (field[rows, np.maximum(stops - 1, 0)] == ord("/"))
    return _join(field, starts, stops - slashed)


def prefixed(prefix: Octets, name: Octets) -> Octets:
    """ustar's prefix and name as one field: ``prefix/name`` where there is a prefix, moved to the front."""
    lengths = _text_lengths(prefix)
    joined = np.zeros((len(name), prefix.shape[1] + 1 + name.shape[1]), np.uint8)
    joined[:, : name.shape[1]] = name
    for row in np.flatnonzero(lengths):
        end = lengths[row]
        joined[row, :end] = prefix[row, :end]
        joined[row, end] = ord("/")
        joined[row, end + 1 : end + 1 + name.shape[1]] = name[row]
    return joined


def _join(field: Octets, starts: Ints, stops: Ints) -> pa.BinaryArray:
    columns = np.arange(field.shape[1])
    kept = field[(columns >= starts[:, None]) & (columns < stops[:, None])]
    offsets = np.zeros(len(field) + 1, np.int32)
    np.cumsum(stops - starts, out=offsets[1:])
    return _binary(offsets, kept)


def _binary(offsets: Ints, content: Octets) -> pa.BinaryArray:
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(content)]
    return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, buffers)


def replaced(column: pa.Array, values: dict[int, Any]) -> pa.Array:
    """``column`` with some rows replaced; ``values`` is in ascending order of its keys."""
    if not values:
        return column
    mask = np.zeros(len(column), bool)
    mask[list(values)] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array(list(values.values()), column.type))


def denormal_rows(names: pa.BinaryArray) -> list[int]:
    """Rows whose name needs `normalised`: absolute, or with empty, ``.`` or ``..`` parts."""
    return np.flatnonzero(pc.match_substring_regex(names, _DENORMAL)).tolist()


def displayed(names: pa.BinaryArray) -> pa.StringArray:
    """Names as text, with bytes that are not UTF-8 shown as ``\\xNN``."""
    try:
        return names.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([name.decode("utf-8", "backslashreplace") for name in names.to_pylist()], pa.string())
