"""Sparse files: where the stored bytes lie in the logical file (GNU tar manual, "Storing Sparse Files").

A map is a list of (offset, length) data segments, ascending; everything between them is zeros.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ..errors import StreamReadError
from .headers import BLOCK, number
from .records import check_path, check_record_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .records import Overrides

Segments = tuple[tuple[int, int], ...]

OLD_MAP = slice(386, 482)
OLD_EXTENDED = 482
OLD_REAL_SIZE = slice(483, 495)
EXTENSION_MAP = slice(0, 504)
EXTENSION_MORE = 504


class SparseMap(Struct, frozen=True):
    """``size`` is the logical size; ``segments`` are the stored parts, in file order."""

    size: int
    segments: Segments

    @property
    def stored(self) -> int:
        """Bytes of content that the archive holds."""
        return sum(length for _, length in self.segments)


def checked_map(size: int, segments: Sequence[tuple[int, int]]) -> SparseMap:
    """A map whose segments ascend, do not overlap and end within ``size``; raises StreamReadError."""
    position = 0
    if not 0 <= size < 1 << 63:
        raise StreamReadError(f"a sparse file's size {size} is not one that a file can have")
    for offset, length in segments:
        if offset < position or length < 0:
            raise StreamReadError("a sparse file's map is out of order")
        position = offset + length
    if position > size:
        raise StreamReadError(f"a sparse file's map ends at {position:,}, beyond its size {size:,}")
    return SparseMap(size, tuple((offset, length) for offset, length in segments if length))


def old_segments(block: bytes, where: slice) -> list[tuple[int, int]]:
    """The (offset, length) pairs of an old GNU header or extension block; an empty slot ends the list."""
    field = block[where]
    segments = []
    for start in range(0, len(field) - 23, 24):
        if field[start] == 0:
            break
        try:
            segments.append((number(field[start : start + 12]), number(field[start + 12 : start + 24])))
        except ValueError as error:
            raise StreamReadError("a sparse file's map is damaged") from error
    return segments


def old_real_size(header: bytes) -> int:
    """The logical size that an old GNU sparse header states."""
    try:
        return number(header[OLD_REAL_SIZE])
    except ValueError as error:
        raise StreamReadError("a sparse file's size is damaged") from error


def pax_map(overrides: Overrides) -> SparseMap | None:
    """The map that PAX sparse formats 0.0 and 0.1 carry in records, or None where there is none."""
    values = dict(overrides.sparse)
    size = values.get(b"size")
    if size is None or is_version_1(overrides):
        return None
    if b"map" in values:
        numbers = [_whole(part) for part in values[b"map"].split(b",")] if values[b"map"] else []
    else:
        numbers = [_whole(value) for key, value in overrides.sparse if key in (b"offset", b"numbytes")]
    if len(numbers) % 2:
        raise StreamReadError("a sparse file's map has an offset without a length")
    return checked_map(_whole(size), list(zip(numbers[::2], numbers[1::2], strict=True)))


def is_version_1(overrides: Overrides) -> bool:
    """Whether the map stands before the content (PAX sparse format 1.0)."""
    return dict(overrides.sparse).get(b"major") == b"1"


def real_size(overrides: Overrides) -> int:
    """The logical size that a format 1.0 entry states."""
    values = dict(overrides.sparse)
    return _whole(values.get(b"realsize", values.get(b"size", b"")))


def without_sparse(overrides: Overrides) -> Overrides:
    """The overrides less what describes the map, with the entry's true name, which formats 0.1 and 1.0 keep apart."""
    if not overrides.sparse:
        return overrides
    name = check_path(dict(overrides.sparse).get(b"name") or None)
    return replace(overrides, path=name or overrides.path, sparse=())


class MapPrefix:
    """Reads the map at the start of a format 1.0 entry: decimal lines, padded to a whole block.

    ``feed`` it blocks until ``segments`` is no longer None.
    """

    def __init__(self) -> None:
        self.segments: list[tuple[int, int]] | None = None
        self._blocks: list[bytes] = []
        self._lines_read = 0
        self._lines_needed = 1

    def feed(self, block: bytes) -> None:
        """Take the next 512 bytes of the entry; raises StreamReadError, LimitExceededError over 1 MiB."""
        self._blocks.append(block)
        check_record_size(len(self._blocks) * BLOCK)
        if self._lines_needed == 1:
            first, newline, _ = block.partition(b"\n")
            if not newline:
                raise StreamReadError("a sparse file's map is damaged")
            self._lines_needed = 1 + 2 * _whole(first)
        self._lines_read += block.count(b"\n")
        if self._lines_read >= self._lines_needed:
            lines = b"".join(self._blocks).split(b"\n")[1 : self._lines_needed]
            numbers = [_whole(line) for line in lines]
            self.segments = list(zip(numbers[::2], numbers[1::2], strict=True))


def _whole(value: bytes) -> int:
    if not value.isdigit() or len(value) > 18:
        raise StreamReadError(f"a sparse file's map holds {value[:40]!r} for a number")
    return int(value)
