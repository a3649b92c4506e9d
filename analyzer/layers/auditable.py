"""What cargo-auditable linked into a program of Rust: the crates, as JSON under zlib in the section .dep-v0.

Nothing loads that section, so only the table of sections, at the file's end, says where it is. The linkers of GNU
put it right behind what is loaded and a short comment; gold and lld do so too, unless there are debug sections, and
then it comes before the symbols. So a little is kept of what follows the loaded part, and the rest is looked
for in what the stream still has.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .elf import Sections, Segment
    from .probe import Asking

CARGO = "cargo"

_SECTION = b".dep-v0"
_STORED_LIMIT, _UNPACKED_LIMIT = 1 << 20, 1 << 20
_HELD_BYTES = 64 * 1024


def behind_loaded(segments: list[Segment], file_bytes: int) -> Asking[tuple[int, bytes]]:
    """Where the loaded part ends, and the first bytes after it."""
    start = max((each.start + each.size for each in segments), default=file_bytes)
    size = max(min(_HELD_BYTES, file_bytes - start), 0)
    return start, ((yield start, size) if size else b"")


def crates(sections: Sections, held_at: int, held: bytes) -> Asking[bytes | None]:
    """The JSON of the crates."""
    place = sections.named(_SECTION)
    if place is None or place[1] > _STORED_LIMIT:
        return None
    start, size = place
    if held_at <= start and start + size <= held_at + len(held):
        stored = held[start - held_at : start - held_at + size]
    else:
        stored = yield start, size
    return _unpacked(stored)


def _unpacked(stored: bytes) -> bytes | None:
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(stored, _UNPACKED_LIMIT)
    except zlib.error:
        return None
    return unpacked if unpacker.eof else None
