"""A SQLite database and the write-ahead log beside it, as one: "Database File Format", section 4.

A log is left behind where the last connection did not close, in layers that were made from a running container, say.
It is applied here since a database in memory can have no log.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC = b"SQLite format 3\0"
_PAGE_BYTES_AT, _VERSIONS_AT, _HEADER_BYTES = 16, 18, 100
_ROLLBACK = b"\1\1"
_LARGEST_PAGE = 65536  # stated as 1
_LOG_HEADER = struct.Struct(">8I")  # magic, version, page bytes, sequence, two salts, two checksums
_LOG_MAGIC = (0x377F0682, 0x377F0683)
_FRAME = struct.Struct(">6I")  # page, pages after a commit or 0, two salts, two checksums


def whole(database: bytes, log: bytes) -> bytes:
    """The database with all that the log has committed, in the mode without a log; empty where it is no database."""
    if len(database) < _HEADER_BYTES or not database.startswith(_MAGIC):
        return b""
    found = bytearray(database)
    stated = int.from_bytes(database[_PAGE_BYTES_AT:_VERSIONS_AT], "big")
    page_bytes = _LARGEST_PAGE if stated == 1 else stated
    for page, at in _committed(log, page_bytes):
        start = (page - 1) * page_bytes
        # A page past the end has to be the next one; a log may leave a gap only where it is damaged.
        if 0 <= start <= len(found):
            found[start : start + page_bytes] = log[at : at + page_bytes]
    found[_VERSIONS_AT : _VERSIONS_AT + 2] = _ROLLBACK
    return bytes(found)


def _committed(log: bytes, page_bytes: int) -> Iterator[tuple[int, int]]:
    """Number and place in the log of each page that it has committed, the last of each page only, in their order."""
    if len(log) < _LOG_HEADER.size:
        return
    magic, _, log_page_bytes, _, *salts, _, _ = _LOG_HEADER.unpack_from(log)
    if magic not in _LOG_MAGIC or log_page_bytes != page_bytes:
        return
    committed: dict[int, int] = {}
    pending: dict[int, int] = {}
    for at in range(_LOG_HEADER.size, len(log) - _FRAME.size - page_bytes + 1, _FRAME.size + page_bytes):
        page, commit, *frame_salts, _, _ = _FRAME.unpack_from(log, at)
        if frame_salts != salts:  # a frame of before the log was started anew
            break
        pending[page] = at + _FRAME.size
        if commit:
            committed |= pending
            pending = {}
    yield from sorted(committed.items())
