"""A package's header as rpm keeps it in a database: the numbers of entries and bytes, an index of tags, the values.

rpm's own docs describe it ("Package format", section "Header Structure"); all numbers are big-endian. A header in a
package file has a magic number first, one in a database has not.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from msgspec import Struct

# rpmtag.h
NAME, VERSION, RELEASE, EPOCH = 1000, 1001, 1002, 1003
SIZE, LICENSE, ARCH, SOURCERPM, LONGSIZE = 1009, 1014, 1022, 1044, 5009
OLDFILENAMES, FILESTATES = 1027, 1029
DIRINDEXES, BASENAMES, DIRNAMES = 1116, 1117, 1118

_CHAR, _INT8, _INT32, _INT64, _STRING, _STRING_ARRAY = 1, 2, 4, 5, 6, 8
_NUMBERS = {_CHAR: "B", _INT8: "B", _INT32: "I", _INT64: "Q"}
_INTRO = struct.Struct(">2I")
_ENTRY = struct.Struct(">4I")


class _Value(NamedTuple):
    kind: int
    offset: int
    items: int


class Header(Struct, frozen=True):
    """The values of a package, by tag. What a tag has is empty where it is absent, of another type or cut off."""

    data: bytes
    index: dict[int, _Value]

    def text(self, tag: int) -> str:
        """The string of the tag."""
        value = self.index.get(tag)
        if value is None or value.kind != _STRING:
            return ""
        end = self.data.find(b"\0", value.offset)
        return self.data[value.offset : end].decode("utf-8", "replace") if end >= 0 else ""

    def texts(self, tag: int) -> list[bytes]:
        """The strings of the tag."""
        value = self.index.get(tag)
        if value is None or value.kind != _STRING_ARRAY:
            return []
        found = self.data[value.offset :].split(b"\0", value.items)
        return found[: value.items] if len(found) > value.items else []

    def numbers(self, tag: int) -> tuple[int, ...]:
        """The numbers of the tag."""
        value = self.index.get(tag)
        if value is None or value.kind not in _NUMBERS:
            return ()
        form = struct.Struct(f">{value.items}{_NUMBERS[value.kind]}")
        return form.unpack_from(self.data, value.offset) if value.offset + form.size <= len(self.data) else ()


def parse_header(blob: bytes) -> Header | None:
    """The header, or None where the bytes are none: their number has to be the one that they state."""
    if len(blob) < _INTRO.size:
        return None
    entries, data_bytes = _INTRO.unpack_from(blob)
    start = _INTRO.size + _ENTRY.size * entries
    if start + data_bytes != len(blob):
        return None
    index = {
        tag: _Value(kind, offset, count)
        for tag, kind, offset, count in _ENTRY.iter_unpack(blob[_INTRO.size : start])
        if count <= data_bytes
    }
    return Header(blob[start:], index)
