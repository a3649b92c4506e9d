"""The members of a zip archive that lies in a content: by its directory at the end, or one after the other.

APPNOTE.TXT of PKWARE, 4.3 to 4.5, has the layouts, those of zip64 included. Java follows the directory; where an
archive is too large to be kept until that comes, the headers before the members have to do.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .probe import Asking

MAGIC = b"PK\3\4"

# Flags, method, stored and unpacked bytes, bytes of the name and of the extra fields behind it.
_HEADER = struct.Struct("<4s2xHH8xIIHH")
_ENTRY = struct.Struct("<4s4xHH8xIIHH10xI")  # the same, and where the header is
_END = struct.Struct("<4s8xII2x")  # bytes of the directory, where it is
_WIDE_END = struct.Struct("<4s36xQQ")  # the same in zip64
_LOCATOR = struct.Struct("<4s4xQ4x")  # where that is
_DESCRIPTOR, _WIDE_DESCRIPTOR = struct.Struct("<4s4xI4x"), struct.Struct("<4s4xQ8x")  # stored bytes
_EXTRA, _NUMBER = struct.Struct("<HH"), struct.Struct("<Q")  # an extra field's kind and size; what zip64 has in it
_ENTRY_MAGIC, _DESCRIPTOR_MAGIC, _END_MAGIC = b"PK\1\2", b"PK\7\x08", b"PK\5\6"
_WIDE_END_MAGIC, _LOCATOR_MAGIC = b"PK\6\6", b"PK\6\7"
_WIDE, _WIDE_KIND = 0xFFFFFFFF, 1
_ENCRYPTED, _DESCRIBED = 1, 8
_PLAIN, _DEFLATED = 0, 8
_RAW_DEFLATE = -15
_COMMENT_LIMIT = 65_535
_NAME_LIMIT = 1024
_MEMBERS_LIMIT = 4096
_WINDOW_BYTES = 256 * 1024
_EXPANSION = 16


class Member(NamedTuple):
    """A file in an archive: ``stored`` bytes from ``start`` on, and where the next header is.

    ``end`` is -1 where that is not known yet; ``stored`` is then no more than a bound, and a ``descriptor`` that
    tells the size comes behind the bytes.
    """

    name: bytes
    method: int
    start: int
    stored: int
    end: int
    descriptor: struct.Struct = _DESCRIPTOR

    @property
    def is_plain(self) -> bool:
        """Whether its bytes stand in the content as they are."""
        return self.method == _PLAIN and self.end >= 0


def by_directory(start: int, size: int, endings: tuple[bytes, ...]) -> Asking[list[Member]]:
    """The members whose names have one of ``endings``, in the order of an archive that lies at ``start``.

    None of them begins inside the one before: no byte is asked for twice.
    """
    directory = yield from _directory(start, size)
    members = []
    for name, method, stored, header_at in {each for ending in endings for each in _entries(directory, ending)}:
        header = yield start + header_at, _HEADER.size
        if header.startswith(MAGIC):
            *_, before, after = _HEADER.unpack(header)
            begin = start + header_at + _HEADER.size + before + after
            members.append(Member(name, method, begin, stored, begin + stored))
    return list(_apart(members))


def _directory(start: int, size: int) -> Asking[bytes]:
    """The directory; empty where it is not found."""
    end_at = start + size - _END.size
    end = yield end_at, _END.size
    if not end.startswith(_END_MAGIC):
        count = min(_COMMENT_LIMIT + _END.size, size)
        tail = yield start + size - count, count
        found = tail.rfind(_END_MAGIC)
        end_at = start + size - count + found
        end = tail[found : found + _END.size] if found >= 0 else b""
    if len(end) < _END.size:
        return b""
    _, count, at = _END.unpack(end)
    if _WIDE in (count, at):
        count, at = yield from _wide_end(start, end_at)
    return (yield start + at, min(count, size))


def _wide_end(start: int, end_at: int) -> Asking[tuple[int, int]]:
    """Size and place of the directory in zip64: a locator before the end says where they stand."""
    locator = yield max(end_at - _LOCATOR.size, start), _LOCATOR.size
    if not locator.startswith(_LOCATOR_MAGIC):
        return 0, 0
    _, at = _LOCATOR.unpack(locator)
    end = yield start + at, _WIDE_END.size
    if not end.startswith(_WIDE_END_MAGIC):
        return 0, 0
    _, count, at = _WIDE_END.unpack(end)
    return count, at


def _widened(numbers: tuple[int, ...], extra: bytes) -> list[int]:
    """The numbers, those that are too large for their fields as zip64's extra field has them, in the same order."""
    wide: Iterator[int] = iter(())
    at = 0
    while at <= len(extra) - _EXTRA.size:
        kind, size = _EXTRA.unpack_from(extra, at)
        at += _EXTRA.size
        if kind == _WIDE_KIND:
            field = extra[at : at + size]
            wide = (number for (number,) in _NUMBER.iter_unpack(field[: len(field) // _NUMBER.size * _NUMBER.size]))
            break
        at += size
    return [next(wide, number) if number == _WIDE else number for number in numbers]


def _apart(members: list[Member]) -> Iterator[Member]:
    end = 0
    for member in sorted(members, key=lambda each: each.start):
        if member.start >= end:
            end = member.end
            yield member


def _entries(directory: bytes, ending: bytes) -> Iterator[tuple[bytes, int, int, int]]:
    """Name, method, stored bytes and place of members; to search is quicker than to step through thousands."""
    at = directory.find(ending)
    for _ in range(_MEMBERS_LIMIT):
        if at < 0:
            return
        end = at + len(ending)
        entry = directory.rfind(_ENTRY_MAGIC, max(end - _NAME_LIMIT - _ENTRY.size, 0), end)
        if 0 <= entry <= len(directory) - _ENTRY.size:
            _, flags, method, stored, size, name_bytes, after, header_at = _ENTRY.unpack_from(directory, entry)
            name = directory[entry + _ENTRY.size : end]
            if len(name) == name_bytes and not flags & _ENCRYPTED:
                _, stored, header_at = _widened((size, stored, header_at), directory[end : end + after])
                yield name, method, stored, header_at
        at = directory.find(ending, end)


def one_by_one(
    start: int, stop: int, endings: tuple[bytes, ...], take: Callable[[Member], Asking[None]]
) -> Asking[None]:
    """Give ``take`` the same, as the headers before the members tell of them, from ``start`` on."""
    at, begun = start, -1
    while begun < at <= stop - _HEADER.size:
        begun = at
        window = yield at, min(_WINDOW_BYTES, stop - at)
        for member in _members(window, begun, stop):
            if member.name.endswith(endings):
                yield from take(member)
            at = member.end if member.end >= 0 else (yield from _end_of(member, stop))


def _members(window: bytes, base: int, stop: int) -> Iterator[Member]:
    """The members whose headers are in ``window``, up to the first whose end is not known."""
    at = 0
    while 0 <= at <= len(window) - _HEADER.size:
        magic, flags, method, stored, unpacked_bytes, name_bytes, after = _HEADER.unpack_from(window, at)
        start = at + _HEADER.size + name_bytes + after
        name, extra = window[at + _HEADER.size : start - after], window[start - after : start]
        if magic != MAGIC or len(name) < name_bytes or len(extra) < after:
            return
        descriptor = _WIDE_DESCRIPTOR if stored == _WIDE else _DESCRIPTOR
        _, stored = _widened((unpacked_bytes, stored), extra)
        end = start + stored
        if flags & _DESCRIBED:
            # Java writes a member's size behind it.
            stored = stored or _stored(window, start, start)
            end = start + stored + descriptor.size if stored >= 0 else -1
        size = stop - base - start if end < 0 else stored
        end_at = base + end if end >= 0 else -1
        yield Member(b"" if flags & _ENCRYPTED else name, method, base + start, size, end_at, descriptor)
        at = end


def _end_of(member: Member, stop: int) -> Asking[int]:
    """Where the member and its descriptor end; ``stop`` where that is not to be found."""
    at = member.start
    while at < stop:
        window = yield at, min(_WINDOW_BYTES, stop - at)
        stored = _stored(window, 0, member.start - at)
        if stored >= 0:
            return member.start + stored + member.descriptor.size
        at = stop if at + len(window) >= stop else at + _WINDOW_BYTES - _DESCRIPTOR.size
    return stop


def _stored(window: bytes, at: int, start: int) -> int:
    """How many bytes a member has, by the first descriptor that says just as many as come before it; -1 for none.

    That of zip64 has the low half of its number in the same place.
    """
    at = window.find(_DESCRIPTOR_MAGIC, at)
    while 0 <= at <= len(window) - _DESCRIPTOR.size:
        if _DESCRIPTOR.unpack_from(window, at)[1] == at - start:
            return at - start
        at = window.find(_DESCRIPTOR_MAGIC, at + 1)
    return -1


def unpacked(member: Member, limit: int) -> Asking[bytes | None]:
    """The first ``limit`` bytes of a member; None where it is damaged, or packed in a way that Java has not."""
    if member.is_plain:
        return (yield member.start, min(member.stored, limit))
    if member.method != _DEFLATED:
        return None
    unpacker = zlib.decompressobj(_RAW_DEFLATE)
    parts: list[bytes] = []
    at, left = member.start, limit
    while left > 0 and not unpacker.eof and at < member.start + member.stored:
        raw = yield at, min(_WINDOW_BYTES, member.start + member.stored - at)
        at += len(raw)
        try:
            parts.append(unpacker.decompress(raw, left))
        except zlib.error:
            return None
        left -= len(parts[-1])
        # What unfolds like a bomb is no archive: those hold what is packed already.
        if not raw or limit - left > _EXPANSION * (at - member.start) + _WINDOW_BYTES:
            return None
    return b"".join(parts)
