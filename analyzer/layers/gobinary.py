"""What the linker of Go wrote into a program: the version of Go, and the modules that were linked.

The form is that of Go's own debug/buildinfo: a magic text at the start of the section .go.buildinfo, which lies in
the writable data. Since Go 1.18 two strings stand behind it, each after its length; before, pointers to them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .gopointers import MARK, MODULES_LIMIT, VERSION_LIMIT, has_pointers, passing, pointed

if TYPE_CHECKING:
    from .elf import Sections, Segment
    from .gopointers import Passed
    from .probe import Asking

GO = "go"

_MAGIC = b"\xff Go buildinf:"
_ALIGNMENT = 16
_FLAGS_AT, _STRINGS_AT = 15, 32
_INLINE = 2
_LENGTH_BYTES = 10
_VERSION = re.compile(rb"(?:go|devel)[ -~]*")

_NOTE = b"Go"  # its name; with the zeros around it, which headers are full of, the search takes ten times as long
_WINDOW_BYTES = 256 * 1024
_FIRST_BYTES = 64 * 1024
_WRITABLE, _EXECUTABLE = 2, 1


def build_info(head: bytes, segments: list[Segment], sections: Sections, file_bytes: int) -> Asking[bytes | None]:
    """The version of Go and, on the lines after it, what `go version -m` prints below; None where there is none.

    Go's linker puts it first into the data. Other linkers put it anywhere there: then all data is searched, if
    the file's ``head`` has the note that Go puts there. The ``sections`` may come when what they tell of is gone.
    """
    data = [each for each in segments if each.flags & (_WRITABLE | _EXECUTABLE) == _WRITABLE]
    is_go = _NOTE in head
    passed = (yield from passing(segments, sections, file_bytes)) if is_go else {}
    yield from sections.before(max((each.start for each in segments), default=0))
    end = 0
    for segment in data if is_go else data[:1]:
        start = max(segment.start, end)
        end = min(segment.start + (segment.size if is_go else min(segment.size, _FIRST_BYTES)), file_bytes)
        found = yield from _searched(start, end, file_bytes, segments, passed)
        if found:
            return found
    return None


def by_section(sections: Sections, file_bytes: int) -> Asking[bytes | None]:
    """The same where only the table of sections says where it is, and it has not passed yet."""
    place = sections.named(b".go.buildinfo")
    if place is None:
        return None
    return (yield from _searched(place[0], min(sum(place), file_bytes), file_bytes, [], {}))


def _searched(start: int, end: int, file_bytes: int, segments: list[Segment], passed: Passed) -> Asking[bytes | None]:
    while start + _STRINGS_AT < end:
        size = min(_WINDOW_BYTES, end - start)
        window = yield start, size
        at = window.find(_MAGIC)
        while 0 <= at <= size - _STRINGS_AT:
            info = window[at : at + _STRINGS_AT]
            if not (start + at) % _ALIGNMENT and info[_FLAGS_AT] & _INLINE:
                return _told(*(yield from _strings(start + at + _STRINGS_AT, file_bytes)))
            if not (start + at) % _ALIGNMENT and has_pointers(info):
                return _told(*(yield from pointed(info, segments, passed)))
            at = window.find(_MAGIC, at + 1)
        start += size if start + size == end else size - _STRINGS_AT
    return None


def _strings(at: int, file_bytes: int) -> Asking[tuple[bytes, bytes]]:
    version, at = yield from _string(at, VERSION_LIMIT, file_bytes)
    modules, at = yield from _string(at, MODULES_LIMIT, file_bytes)
    return version, modules


def _told(version: bytes, modules: bytes) -> bytes | None:
    if not _VERSION.fullmatch(version):
        return None
    modules = modules[len(MARK) : -len(MARK)]  # another mark of this size stands behind them
    return version + b"\n" + (modules if modules.endswith(b"\n") else b"")


def _string(at: int, limit: int, file_bytes: int) -> Asking[tuple[bytes, int]]:
    """A string after its length, and where it ends; empty where it is longer than ``limit``."""
    raw = yield at, max(min(_LENGTH_BYTES, file_bytes - at), 0)
    length, used = _varint(raw)
    text = (yield at + used, length) if length <= limit else b""
    return text, at + used + length


def _varint(raw: bytes) -> tuple[int, int]:
    """A number in seven bits a byte, the lowest first, and how many bytes it takes.

    >>> _varint(b"\\xac\\x02rest"), _varint(b"")
    ((300, 2), (0, 0))
    """
    number = 0
    for place, byte in enumerate(raw):
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return number, place + 1
    return 0, len(raw)
