"""Programs and libraries of a few kB, made by hand: segments, sections, and what linkers of Go and Rust put in."""

import json
import struct
import zlib
from dataclasses import dataclass

_LOADED, _WRITABLE = 2, 1
_BASE = 0x400000  # where the file's first byte is, in memory
_MARKS = bytes.fromhex("3077af0c9274080241e1c107e6d618e6"), bytes.fromhex("f932433186182072008242104116d8f2")


@dataclass(frozen=True)
class Section:
    """A section with its content; `loaded` sections come first in a program."""

    name: str
    content: bytes
    loaded: bool = False
    writable: bool = False


def go_info(version: str, modules: str) -> bytes:
    """The section .go.buildinfo as Go writes it since 1.18."""
    strings = version.encode(), _framed(modules)
    return b"\xff Go buildinf:\x08\x02".ljust(32, b"\0") + b"".join(_varint(len(each)) + each for each in strings)


def go_before_1_18(version: str, modules: str, far: bytes, pointer: str = "Q") -> bytes:
    """A program with pointers to both strings, which stand ``far`` apart among the constants before the data."""
    strings, start = (version.encode(), _framed(modules)), 64 + 56 * 2 + 16
    constants = b"".join(far + each for each in strings) + far
    data_at = _BASE + start + len(constants) + -(start + len(constants)) % 16
    info = b"\xff Go buildinf:" + bytes([struct.calcsize(pointer), 0])
    info += struct.pack(f"<2{pointer}", data_at + 32, data_at + 48).ljust(16, b"\0")
    for each in strings:
        info += struct.pack(f"<2{pointer}", _BASE + start + constants.index(each), len(each)).ljust(16, b"\0")
    data = Section(".go.buildinfo", info, loaded=True, writable=True)
    return elf(Section(".rodata", constants, loaded=True), data, Section(".symtab", far), note=True)


def _framed(modules: str) -> bytes:
    return _MARKS[0] + modules.encode() + _MARKS[1]


def crates(*packages: dict) -> bytes:
    """The section .dep-v0 as cargo-auditable writes it."""
    return zlib.compress(json.dumps({"packages": packages}).encode())


def elf(*sections: Section, table_first: bool = False, names_last: bool = True, note: bool = False) -> bytes:
    """A program for 64 bits with one loaded segment a loaded section; the table of sections first or last."""
    named = [*sections, Section(".shstrtab", b"")]
    names = b"\0" + b"".join(each.name.encode() + b"\0" for each in named)
    named[-1] = Section(".shstrtab", names)
    loaded = [each for each in named if each.loaded]
    table_bytes = 64 * (len(named) + 1)
    at = 64 + 56 * len(loaded) + (16 if note else 0) + (table_bytes if table_first else 0)
    order = named if names_last else [named[-1], *named[:-1]]
    body, places = b"", {}
    for each in order:
        body += bytes(-(at + len(body)) % 16)
        places[each.name] = at + len(body)
        body += each.content
    table_at = 64 + 56 * len(loaded) + (16 if note else 0) if table_first else at + len(body)
    header = b"\x7fELF\2\1\1".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", 2, 62, 1, 0, 64, table_at, 0, 64, 56, len(loaded), 64, len(named) + 1, len(named)
    )
    programs = b"".join(
        struct.pack(
            "<IIQQQQQQ",
            1,
            4 | (2 if each.writable else 0),
            places[each.name],
            _BASE + places[each.name],
            0,
            *[len(each.content)] * 2,
            16,
        )
        for each in loaded
    )
    table = bytes(64) + b"".join(
        struct.pack(
            "<IIQQQQIIQQ",
            names.index(b"\0" + each.name.encode() + b"\0") + 1,
            1,
            (_LOADED if each.loaded else 0) | (_WRITABLE if each.writable else 0),
            _BASE + places[each.name] if each.loaded else 0,
            places[each.name],
            len(each.content),
            *(0, 0, 1, 0),
        )
        for each in named
    )
    go_note = b"\4\0\0\0\4\0\0\0\4\0\0\0Go\0\0" if note else b""
    return header + programs + go_note + (table if table_first else b"") + body + (b"" if table_first else table)


def _varint(number: int) -> bytes:
    low, high = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(high) if high else bytes([low])
