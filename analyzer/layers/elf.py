"""What the headers of an ELF file say: its segments, its sections, and what of it a container can do without.

Field offsets are those of the System V ABI, chapter 4 ("ELF Header", "Sections") and 5 ("Program Header").
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .probe import Asking

MAGIC = b"\x7fELF"
HEAD_BYTES = 4096

_HEADER_BYTES = 64
_PROGRAMS_AND_LIBRARIES = (2, 3)  # ET_EXEC, ET_DYN: a linker needs the symbols of ET_REL
_SEGMENTS_LIMIT = 64
_SECTIONS_LIMIT = 4096
_ENTRY_LIMIT = 256
_NAMES_LIMIT = 1 << 20
_LOAD = 1
_SYMBOL_TABLE, _NO_BITS = 2, 8
_ALLOCATED = 2
_DEBUG_NAMES = (b".debug", b".zdebug", b".stab", b".gdb_index", b".line")
_SYMBOL_NAMES = b".strtab\0"


class Segment(NamedTuple):
    """A part of the file that is loaded; ``flags`` has 1 for executable, 2 for writable, 4 for readable."""

    start: int
    size: int
    flags: int
    address: int


class Header(NamedTuple):
    """Where the tables of segments and sections are, and in what form."""

    order: str
    wide: bool
    segments_at: int
    segment_bytes: int
    segments: int
    sections_at: int
    section_bytes: int
    sections: int
    names_at: int


class Sections:
    """The table of sections and their names, read as they pass; without names where the headers are odd."""

    def __init__(self, header: Header) -> None:
        self.names = b""
        self.fields: list[tuple[int, ...]] = []
        self._header = header

    def before(self, end: int) -> Asking[None]:
        """Read what of the two begins before ``end``; linkers put each of them first, last or in the middle."""
        if not self.fields and self._header.sections_at < end:
            self.fields = yield from _fields(self._header)
        if self.fields and not self.names:
            *_, start, size = self.fields[self._header.names_at]
            if start < end and size <= _NAMES_LIMIT:
                self.names = yield start, size

    def named(self, name: bytes) -> tuple[int, int] | None:
        """Start and size of the first section of this name."""
        place = self.names.find(name + b"\0")
        if place < 0:
            return None
        return next(((at, size) for found, _, _, _, at, size in self.fields if found == place), None)


def header(head: bytes) -> Header | None:
    """The header of a program or library that begins with ``head``; None for all else."""
    if len(head) < _HEADER_BYTES or head[:4] != MAGIC or head[4] not in (1, 2) or head[5] not in (1, 2):
        return None
    order, wide = "<>"[head[5] - 1], head[4] == 2
    if struct.unpack_from(order + "H", head, 16)[0] not in _PROGRAMS_AND_LIBRARIES:
        return None
    segments_at, sections_at = struct.unpack_from(order + ("QQ" if wide else "II"), head, 32 if wide else 28)
    segment_bytes, segments, section_bytes, sections, names_at = struct.unpack_from(
        order + "5H", head, 54 if wide else 42
    )
    return Header(order, wide, segments_at, segment_bytes, segments, sections_at, section_bytes, sections, names_at)


def loaded(header: Header, head: bytes) -> list[Segment]:
    """The loaded segments in the order of the file, as far as ``head`` has their table."""
    layout = struct.Struct(header.order + ("IIQQ8xQ" if header.wide else "III4xI4xI"))
    if header.segment_bytes < layout.size or header.segments > _SEGMENTS_LIMIT:
        return []
    end = header.segments_at + header.segment_bytes * header.segments
    found = []
    for at in range(header.segments_at, min(end, len(head) - layout.size + 1), header.segment_bytes):
        kind, *fields = layout.unpack_from(head, at)
        if kind == _LOAD:
            flags, start, address, size = fields if header.wide else (fields[3], *fields[:3])
            found.append(Segment(start, size, flags, address))
    return sorted(found)


def _fields(header: Header) -> Asking[list[tuple[int, ...]]]:
    """(name, kind, flags, address, start, size) of all sections."""
    layout = struct.Struct(header.order + ("IIQQQQ" if header.wide else "IIIIII"))
    if not layout.size <= header.section_bytes <= _ENTRY_LIMIT or not header.sections_at:
        return []
    if not header.names_at < header.sections <= _SECTIONS_LIMIT:
        return []
    table = yield header.sections_at, header.sections * header.section_bytes
    starts = range(0, len(table), header.section_bytes)
    return [layout.unpack_from(table, start) for start in starts]


def debug_bytes(sections: Sections, file_bytes: int) -> int:
    """The bytes of sections that `strip` takes away from a file of so many.

    A file may claim anything of its sections: they have to lie inside it and apart from one another, else it is 0.
    """
    names = sections.names
    if not names:
        return 0
    found = sorted(
        (at, size) for name, kind, flags, _, at, size in sections.fields if _is_debug(names, name, kind, flags)
    )
    end = 0
    for at, size in found:
        if at < end or at + size > file_bytes:
            return 0
        end = at + size
    return sum(size for _, size in found)


def _is_debug(names: bytes, name: int, kind: int, flags: int) -> bool:
    if flags & _ALLOCATED or kind == _NO_BITS:
        return False
    return kind == _SYMBOL_TABLE or names.startswith(_DEBUG_NAMES, name) or names.startswith(_SYMBOL_NAMES, name)
