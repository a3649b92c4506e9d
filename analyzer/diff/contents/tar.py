"""The entries of a tar archive, each with the digest of its content."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from ...errors import ImageReadError
from ...streams.base import BytesStream
from ...tar.headers import BLOCK, HEADER_ONLY, checksum_matches
from ...tar.members import read_members
from .model import ENTRIES_LIMIT, Entry, counted

if TYPE_CHECKING:
    from ...streams.base import Part
    from ...tar.members import Member
    from .model import Entries

_PIECE_BYTES = 256 * 1024
_WORDS = dict(
    zip(HEADER_ONLY, ("hard link", "symlink", "character device", "block device", "directory", "fifo"), strict=True)
)


def tar_entries(data: bytes) -> Entries | None:
    """The entries by name; None where this is no tar archive, a damaged one or one with too many."""
    if len(data) < BLOCK or not checksum_matches(data[:BLOCK]):
        return None
    found: Entries = {}
    buffer = memoryview(bytearray(_PIECE_BYTES))
    try:
        for count, (member, content) in enumerate(read_members(BytesStream(data))):
            if count >= ENTRIES_LIMIT:
                return None
            found.setdefault(member.name, []).append(_entry(member, content, buffer))
    except ImageReadError:
        return None
    return found


def _entry(member: Member, content: Part, buffer: memoryview) -> Entry:
    word = _WORDS.get(member.kind)
    if word is not None:
        return Entry(f"{word} to {member.link}" if member.is_link else word)
    hasher = sha256()
    while count := content.readinto(buffer):
        hasher.update(buffer[:count])
    return Entry(counted(member.size), hasher.digest())
