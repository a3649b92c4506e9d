"""Programs and libraries in the format ELF: what their headers tell apart, and the texts in them.

Where things are is told by the table of sections (System V ABI, chapter 4; "Dynamic Section" in chapter 5).
"""

from __future__ import annotations

import struct
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ...layers import elf
from ...layers.probe import answer
from .entries import differing
from .model import ELF, Content, Entries, Entry, Told, counted, resized
from .strings import compare_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

_DYNAMIC_LIMIT = 4096
_NAME_LIMIT = 256
_NO_BITS = 8
_SYMBOL_TABLES = ("section .symtab", "section .dynsym")
_DYNAMIC, _DYNAMIC_NAMES, _BUILD_ID = "section .dynamic", "section .dynstr", "section .note.gnu.build-id"
_NEEDED, _END = 1, 0


class _Program(Struct, frozen=True):
    """A file's sections: their sizes and, as far as they lie apart in the file, what is in them."""

    size: int
    header: elf.Header
    sections: Entries = field(default_factory=dict)

    def content(self, name: str) -> memoryview:
        """What is in the first section of a name; nothing where it is not there."""
        return memoryview(self.sections[name][0].fingerprint) if name in self.sections else memoryview(b"")


def compare_programs(old: Content | None, new: Content | None) -> Told | None:
    """Notes of what differs; None where either is no program or library, or not at hand as a whole."""
    if old is None or new is None:
        return None
    before = _program(old)
    after = None if before is None else _program(new)
    if before is None or after is None:
        return None
    return Told(ELF, [*_notes(before, after), *compare_strings(old.data, new.data)])


def _notes(old: _Program, new: _Program) -> Iterator[str]:
    yield resized(old.size, new.size)
    ids = _build_id(old), _build_id(new)
    if ids[0] != ids[1]:
        yield "build ID {} -> {}".format(*(each or "none" for each in ids))
    before, after = _needed(old), _needed(new)
    yield from (f"- needs {each}" for each in before if each not in after)
    yield from (f"+ needs {each}" for each in after if each not in before)
    for name in _SYMBOL_TABLES:
        counts = _symbols(old, name), _symbols(new, name)
        if counts[0] != counts[1]:
            yield "symbols in {}: {:,} -> {:,}".format(name.removeprefix("section "), *counts)
    yield from differing(old.sections, new.sections)


def _program(content: Content) -> _Program | None:
    head = elf.header(content.data[: elf.HEAD_BYTES])
    if head is None or not content.is_whole:
        return None
    table = elf.Sections(head)
    answer(table.before(content.size), memoryview(content.data))
    sections: Entries = {}
    for name, entry in _sections(table, memoryview(content.data)):
        sections.setdefault(name, []).append(entry)
    return _Program(content.size, head, sections)


def _sections(table: elf.Sections, data: memoryview) -> Iterator[tuple[str, Entry]]:
    """Name and size; what is in one that lies over another is not looked at: a file may claim anything."""
    end = 0
    for name, kind, _, _, at, size in sorted(table.fields, key=lambda each: each[4]):
        content = memoryview(b"")
        if kind != _NO_BITS and end <= at and at + size <= len(data):
            content, end = data[at : at + size], at + size
        yield f"section {_text(table.names, name)}", Entry(counted(size), content)


def _text(names: bytes | memoryview, at: int) -> str:
    return bytes(names[at : at + _NAME_LIMIT]).partition(b"\0")[0].decode("utf-8", "backslashreplace")


def _build_id(program: _Program) -> str:
    """The ID that the linker gave, as `readelf -n` prints it; nothing for none."""
    note = program.content(_BUILD_ID)
    head = struct.Struct(program.header.order + "III4s")  # sizes of name and ID, kind, name
    if len(note) < head.size:
        return ""
    _, size, kind, name = head.unpack_from(note)
    return note[head.size : head.size + size].hex() if (kind, name) == (3, b"GNU\0") else ""


def _needed(program: _Program) -> list[str]:
    """The libraries that are loaded with it, in their order."""
    layout = struct.Struct(program.header.order + ("qQ" if program.header.wide else "iI"))
    table, names = program.content(_DYNAMIC), program.content(_DYNAMIC_NAMES)
    found = []
    for tag, value in islice(layout.iter_unpack(table[: len(table) // layout.size * layout.size]), _DYNAMIC_LIMIT):
        if tag == _END:
            break
        if tag == _NEEDED:
            found.append(_text(names, value))
    return found


def _symbols(program: _Program, name: str) -> int:
    return len(program.content(name)) // (24 if program.header.wide else 16)
