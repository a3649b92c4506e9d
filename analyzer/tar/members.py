"""The members of an archive around an image, one at a time: few entries, each read with all its records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from ..errors import StreamReadError
from ..streams.base import Part, read
from .headers import (
    BLOCK,
    GNU_LONG_LINK,
    GNU_LONG_NAME,
    HEADER_ONLY,
    KIND,
    LINK,
    PAX_GLOBAL,
    PAX_RECORD,
    SOLARIS_RECORD,
    checksum_matches,
    content_size,
    full_name,
    padded,
    text,
)
from .records import NOTHING, Overrides, check_record_size, parse_pax

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..streams.base import ByteStream


class Member(Struct, frozen=True):
    """One entry: ``offset`` is where its content starts in the archive, ``link`` the target of a link."""

    name: str
    kind: int
    offset: int
    size: int
    link: str

    @property
    def end(self) -> int:
        """Where the next header is."""
        return self.offset + padded(self.size)

    @property
    def is_link(self) -> bool:
        """Whether it is a hard link or a symbolic link."""
        return self.kind in b"12"

    @property
    def is_symlink(self) -> bool:
        """Whether it is a symbolic link."""
        return self.kind == b"2"[0]

    @property
    def is_file(self) -> bool:
        """Whether it has content."""
        return self.kind in b"\x0007"


def read_members(stream: ByteStream) -> Iterator[tuple[Member, Part]]:
    """Each member with a stream of its content, which is valid until the next member is asked for.

    Raises StreamReadError at a damaged header, or where the archive ends inside a member.
    """
    global_overrides = NOTHING
    own = NOTHING
    # Zeros are the end mark (pax, 4.1.2), or what is left of it.
    while (header := read(stream, BLOCK)).strip(b"\0"):
        if len(header) < BLOCK or not checksum_matches(header):
            raise StreamReadError(f"no valid tar header at byte {stream.position - len(header):,}")
        kind = header[KIND]
        if kind in (PAX_RECORD, SOLARIS_RECORD):
            own = parse_pax(_record(stream, header)).over(own)
        elif kind == PAX_GLOBAL:
            global_overrides = parse_pax(_record(stream, header)).over(global_overrides)
        elif kind in (GNU_LONG_NAME, GNU_LONG_LINK):
            name = text(_record(stream, header))
            own = Overrides(path=name).over(own) if kind == GNU_LONG_NAME else Overrides(link=name).over(own)
        else:
            member = _member(header, own.over(global_overrides), stream.position)
            own = NOTHING
            content = Part(stream, member.size)
            yield member, content
            _skip_rest(stream, content, member)
    if own is not NOTHING and not header:
        raise StreamReadError("the archive ends behind a record, before the member that it is about")


def has_end_mark(stream: ByteStream, end: int) -> bool:
    """Whether behind the last member, which ended at ``end``, a zero block was read: without, more may be missing."""
    return stream.position >= end + BLOCK


def _record(stream: ByteStream, header: bytes) -> bytes:
    size = content_size(header)
    check_record_size(size)
    body = read(stream, padded(size))
    if len(body) < size:
        raise StreamReadError(f"the archive ends inside a record, at byte {stream.position:,}")
    return body[:size]


def _member(header: bytes, overrides: Overrides, offset: int) -> Member:
    size = content_size(header) if overrides.size is None else overrides.size
    return Member(
        name=_display(overrides.path or full_name(header)),
        kind=header[KIND],
        offset=offset,
        size=0 if header[KIND] in HEADER_ONLY else size,
        link=_display(overrides.link or text(header[LINK])),
    )


def _display(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")


def _skip_rest(stream: ByteStream, content: Part, member: Member) -> None:
    content.skip(member.size)
    if stream.position < member.offset + member.size:
        raise StreamReadError(f"the archive ends inside {member.name!r}")
    stream.skip(padded(member.size) - member.size)
