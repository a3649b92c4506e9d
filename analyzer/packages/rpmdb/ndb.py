"""``Packages.db``, the database that SUSE uses: the file format at the top of rpm's own rpmpkg.c.

Pages of slots, each of which says which blocks of 16 bytes hold a package's blob; numbers are little-endian.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC = b"RpmP"
_HEADER = struct.Struct("<4s3I")  # magic, version, generation, pages of slots
_SLOT = struct.Struct("<4s3I")  # magic, package, first block, blocks
_BLOB = struct.Struct("<4s3I")  # magic, package, generation, bytes
_SLOTS_START = 32
_PAGE_BYTES, _BLOCK_BYTES = 4096, 16


def blobs(content: bytes) -> Iterator[bytes]:
    """The header of each package, in the order of slots; none where the file is no such database."""
    if len(content) < _HEADER.size or not content.startswith(_MAGIC):
        return
    *_, pages = _HEADER.unpack_from(content)
    slots = content[_SLOTS_START : pages * _PAGE_BYTES]
    for magic, package, block, _ in _SLOT.iter_unpack(slots[: len(slots) // _SLOT.size * _SLOT.size]):
        if magic == b"Slot" and block:
            yield _blob(content, package, block * _BLOCK_BYTES)


def _blob(content: bytes, package: int, at: int) -> bytes:
    """What comes after the blob's head; empty where that is cut off or another package's."""
    if at + _BLOB.size > len(content):
        return b""
    magic, owner, _, size = _BLOB.unpack_from(content, at)
    start = at + _BLOB.size
    return content[start : start + size] if (magic, owner) == (b"BlbS", package) else b""
