"""What the directory at the end of a zip archive says: of jars, wheels and whatever else is one.

APPNOTE.TXT of PKWARE, 4.3.12 and 4.3.16, has the layouts. Contents are not looked at: those of one size and one CRC
pass for the same.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from .model import ENTRIES_LIMIT, Entry, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .model import Entries

_MAGICS = (b"PK\3\4", b"PK\5\6")
_END = struct.Struct("<4s8xIIH")  # bytes of the directory, where it is, bytes of the comment
_ENTRY = struct.Struct("<4s2x2xH6xIIIHHH12x")  # flags, CRC, sizes stored and unpacked, of name, extra and comment
_END_MAGIC, _ENTRY_MAGIC = b"PK\5\6", b"PK\1\2"
_COMMENT_LIMIT = 65_535
_UTF_8 = 1 << 11
_IN_EXTRA, _ZIP64 = 0xFFFFFFFF, 1


def zip_entries(data: bytes) -> Entries | None:
    """The entries by name; None where this is no zip archive, a damaged one or one with too many."""
    directory = _directory(data)
    if directory is None:
        return None
    found: Entries = {}
    for count, (name, entry) in enumerate(_entries(directory)):
        if count >= ENTRIES_LIMIT:
            return None
        found.setdefault(name, []).append(entry)
    return found


def _directory(data: bytes) -> memoryview | None:
    """All from the directory on; it stands before its end, even where something stands before the archive."""
    end = data.rfind(_END_MAGIC, max(len(data) - _COMMENT_LIMIT - _END.size, 0))
    if not data.startswith(_MAGICS) or end < 0 or end > len(data) - _END.size:
        return None
    _, size, offset, _ = _END.unpack_from(data, end)
    if not size:
        return memoryview(b"")
    starts = (start for start in (end - size, offset) if start >= 0 and data.startswith(_ENTRY_MAGIC, start))
    start = next(starts, None)
    return None if start is None else memoryview(data)[start:end]


def _entries(directory: memoryview) -> Iterator[tuple[str, Entry]]:
    at = 0
    while at <= len(directory) - _ENTRY.size:
        magic, flags, crc, _, size, name_bytes, extra_bytes, comment_bytes = _ENTRY.unpack_from(directory, at)
        if magic != _ENTRY_MAGIC:
            return
        at += _ENTRY.size
        name = bytes(directory[at : at + name_bytes])
        extra = directory[at + name_bytes : at + name_bytes + extra_bytes]
        size = _size_in(extra) if size == _IN_EXTRA else size
        yield _name(name, flags), Entry(counted(size), crc.to_bytes(4, "big"))
        at += name_bytes + extra_bytes + comment_bytes


def _name(name: bytes, flags: int) -> str:
    """As `zipfile` has it: CP437 unless a flag says UTF-8 (APPNOTE, appendix D)."""
    return name.decode("utf-8", "backslashreplace") if flags & _UTF_8 else name.decode("cp437")


def _size_in(extra: memoryview) -> int:
    """The size of a content of 4 GiB or more, the first number of the field that is there for it (4.5.3)."""
    at = 0
    while at <= len(extra) - 4:
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == _ZIP64 and size >= 8 and at + 12 <= len(extra):
            found: int = struct.unpack_from("<Q", extra, at + 4)[0]
            return found
        at += 4 + size
    return _IN_EXTRA
