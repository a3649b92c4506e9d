"""How many bytes of an ELF file a container can do without: debug sections and the symbol table.

Field offsets are those of the System V ABI, chapter 4 ("ELF Header", "Sections").
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .probe import Reading

MAGIC = b"\x7fELF"

_HEADER_BYTES = 64
_PROGRAMS_AND_LIBRARIES = (2, 3)  # ET_EXEC, ET_DYN: a linker needs the symbols of ET_REL
_SECTIONS_LIMIT = 4096
_ENTRY_LIMIT = 256
_NAMES_LIMIT = 1 << 20
_SYMBOL_TABLE, _NO_BITS = 2, 8
_ALLOCATED = 2
_DEBUG_NAMES = (b".debug", b".zdebug", b".stab", b".gdb_index", b".line")
_SYMBOL_NAMES = b".strtab\0"


def debug_bytes(file_bytes: int) -> Reading:
    """The bytes of sections that `strip` takes away from a file of so many; None where the headers are odd.

    A file may claim anything of its sections: they have to lie inside it and apart from one another.
    """
    header = yield 0, _HEADER_BYTES
    if header[:4] != MAGIC or header[4] not in (1, 2) or header[5] not in (1, 2):
        return None
    order, wide = "<>"[header[5] - 1], header[4] == 2
    kind = struct.unpack_from(order + "H", header, 16)[0]
    table_start = struct.unpack_from(order + ("Q" if wide else "I"), header, 40 if wide else 32)[0]
    entry_bytes, count, names_at = struct.unpack_from(order + "3H", header, 58 if wide else 46)
    layout = struct.Struct(order + ("IIQQQQ" if wide else "IIIIII"))
    if kind not in _PROGRAMS_AND_LIBRARIES or not layout.size <= entry_bytes <= _ENTRY_LIMIT:
        return None
    if not names_at < count <= _SECTIONS_LIMIT or not table_start:
        return None
    table = yield table_start, count * entry_bytes
    sections = [layout.unpack_from(table, entry_bytes * each) for each in range(count)]
    *_, names_start, names_bytes = sections[names_at]
    if names_bytes > _NAMES_LIMIT:
        return None
    names = yield names_start, names_bytes
    found = sorted((at, size) for name, kind, flags, _, at, size in sections if _is_debug(names, name, kind, flags))
    end = 0
    for at, size in found:
        if at < end or at + size > file_bytes:
            return None
        end = at + size
    return sum(size for _, size in found)


def _is_debug(names: bytes, name: int, kind: int, flags: int) -> bool:
    if flags & _ALLOCATED or kind == _NO_BITS:
        return False
    return kind == _SYMBOL_TABLE or names.startswith(_DEBUG_NAMES, name) or names.startswith(_SYMBOL_NAMES, name)
