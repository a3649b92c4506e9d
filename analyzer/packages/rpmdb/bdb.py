"""``Packages`` of rpm before 4.16: a Berkeley DB hash, whose pages are those of Berkeley DB's db_page.h.

The packages are all the data items of all hash pages; which bucket a page belongs to does not matter. An item that is
long, as most are, is in a chain of overflow pages. Numbers have the byte order of the machine that wrote them.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC, _MAGIC_AT = 0x061561, 12  # then the version, then the bytes of a page
_METADATA_BYTES = 512
_SMALLEST_PAGE, _LARGEST_PAGE = 512, 65536
_PAGE_HEADER_BYTES = 26
_NEXT_PAGE_AT, _COUNT_AT, _USED_AT, _KIND_AT = 16, 20, 22, 25
_UNSORTED_HASH, _OVERFLOW, _HASH = 2, 7, 13
_ON_PAGE, _OFF_PAGE = b"\1", b"\3"
_OFF_PAGE_BYTES = 12


def blobs(content: bytes) -> Iterator[bytes]:
    """The header of each package, in the order of pages; none where the file is no such database."""
    database = _database(content)
    if database is None:
        return
    for page in range(len(content) // database.page_bytes):
        yield from database.items(page)


class _Database(Struct, frozen=True):
    content: bytes
    order: str
    page_bytes: int
    visited: set[int]

    def number(self, form: str, page: int, at: int) -> int:
        value: int = struct.unpack_from(self.order + form, self.content, page * self.page_bytes + at)[0]
        return value

    def kind(self, page: int) -> int:
        return self.content[page * self.page_bytes + _KIND_AT]

    def items(self, page: int) -> Iterator[bytes]:
        """The data items of a hash page: every second one, since each has its key before it.

        Items are stored from the end of the page down, so that one ends where the one before it starts.
        """
        count = self.number("H", page, _COUNT_AT)
        if self.kind(page) not in (_HASH, _UNSORTED_HASH) or _PAGE_HEADER_BYTES + 2 * count > self.page_bytes:
            return
        start, last = page * self.page_bytes, self.page_bytes
        offsets = struct.unpack_from(f"{self.order}{count}H", self.content, start + _PAGE_HEADER_BYTES)
        for end, at in zip(offsets[0::2], offsets[1::2], strict=False):
            if not at <= end <= last:
                return
            yield self.item(self.content[start + at : start + end])
            last = at

    def item(self, stored: bytes) -> bytes:
        """What the item is: itself, or what it says where to find."""
        if stored[:1] == _ON_PAGE:
            return stored[1:]
        if stored[:1] != _OFF_PAGE or len(stored) < _OFF_PAGE_BYTES:
            return b""
        first, size = struct.unpack_from(self.order + "2I", stored, 4)
        return b"".join(self.chain(first))[:size]

    def chain(self, page: int) -> Iterator[bytes]:
        """What the overflow pages from this one on hold. No page is in two chains, or twice in one."""
        while 0 < page < len(self.content) // self.page_bytes and page not in self.visited:
            self.visited.add(page)
            if self.kind(page) != _OVERFLOW:
                return
            start = page * self.page_bytes
            used = self.number("H", page, _USED_AT)
            yield self.content[start + _PAGE_HEADER_BYTES : start + min(_PAGE_HEADER_BYTES + used, self.page_bytes)]
            page = self.number("I", page, _NEXT_PAGE_AT)


def _database(content: bytes) -> _Database | None:
    if len(content) < _METADATA_BYTES:
        return None
    for order in "<>":
        magic, _, page_bytes = struct.unpack_from(order + "3I", content, _MAGIC_AT)
        if magic == _MAGIC and _SMALLEST_PAGE <= page_bytes <= _LARGEST_PAGE:
            return _Database(content, order, page_bytes, set())
    return None
