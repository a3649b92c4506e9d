"""The strings that Go's build information points to, as it does before Go 1.18.

The pointers stand in the writable data and lead back to constants, which have passed by then. So whatever may be such
a string is kept on the way, until the pointers say which it is: readString in Go's own debug/buildinfo.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from .elf import Sections, Segment
    from .probe import Asking

# What begins at a place of the file.
Passed: TypeAlias = dict[int, bytes]

VERSION_LIMIT, MODULES_LIMIT = 256, 1 << 20
MARK = bytes.fromhex("3077af0c9274080241e1c107e6d618e6")  # cmd/go/internal/modload: infoStart

_VERSIONS = (b"go1.", b"devel ")
_VERSIONS_LIMIT = 1024  # paths of Go's own sources may have its version too
_WINDOW_BYTES = 256 * 1024
_WRITABLE = 2
_WIDTHS = {4: "I", 8: "Q"}
_POINTERS_AT = 16


def passing(segments: list[Segment], sections: Sections, file_bytes: int) -> Asking[Passed]:
    """What may be a version of Go, and the first list of modules; ``sections`` that lie between are read too."""
    found: Passed = {}
    end = 0
    for segment in segments:
        if not segment.flags & _WRITABLE:
            start, end = max(segment.start, end), min(segment.start + segment.size, file_bytes)
            yield from _search(found, start, end, sections)
    return found


def _search(found: Passed, start: int, end: int, sections: Sections) -> Asking[None]:
    with_modules = False
    while start + len(MARK) <= end:
        yield from sections.before(start)
        window = yield start, min(_WINDOW_BYTES, end - start)
        _keep_versions(found, start, window)
        at = -1 if with_modules else window.find(MARK)
        if at >= 0:
            with_modules = True
            found[start + at] = yield start + at, min(MODULES_LIMIT, end - start - at)
            start += at + len(MARK)
        else:
            start += _WINDOW_BYTES - VERSION_LIMIT


def _keep_versions(found: Passed, start: int, window: bytes) -> None:
    for beginning in _VERSIONS:
        at = window.find(beginning)
        while at >= 0 and len(found) < _VERSIONS_LIMIT:
            found[start + at] = window[at : at + VERSION_LIMIT]
            at = window.find(beginning, at + 1)


def has_pointers(info: bytes) -> bool:
    """Whether these are the 32 bytes of build information in this form."""
    return info[14] in _WIDTHS and info[15] < 2


def pointed(info: bytes, segments: list[Segment], passed: Passed) -> Asking[tuple[bytes, bytes]]:
    """The version and the modules that ``info`` points to; empty what is not among what has ``passed``."""
    layout = struct.Struct("<>"[info[15]] + 2 * _WIDTHS[info[14]])
    pointers = layout.unpack_from(info, _POINTERS_AT)
    texts = {}
    for pointer in sorted(pointers):
        place = _place(segments, pointer)
        header = (yield place, layout.size) if place >= 0 else b""
        address, size = layout.unpack(header) if header else (0, 0)
        text = passed.get(_place(segments, address), b"")
        texts[pointer] = text[:size] if size <= len(text) else b""
    version, modules = pointers
    return texts[version], texts[modules]


def _place(segments: list[Segment], address: int) -> int:
    """Where in the file an address is; -1 where it is not."""
    places = (each.start + address - each.address for each in segments if 0 <= address - each.address < each.size)
    return next(places, -1)
