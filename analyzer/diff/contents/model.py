"""What comparing the contents of a path takes and gives, and the bounds that hold for all kinds of content."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from msgspec import Struct

TEXT, JSON, ARCHIVE, ELF, BINARY = "text", "json", "archive", "elf", "binary"

# What is looked at of a file, from its start, and of what is packed in one.
CONTENT_BYTES_LIMIT = 64 * 1024**2
ENTRIES_LIMIT = 100_000
LINES_LIMIT = 400
LINE_LENGTH_LIMIT = 500


class Content(Struct, frozen=True):
    """A content of ``size`` bytes; ``data`` is no more of it than `CONTENT_BYTES_LIMIT`, from its start."""

    size: int
    data: bytes

    @property
    def is_whole(self) -> bool:
        """Whether all of it is at hand."""
        return len(self.data) == self.size


class ContentDifference(Struct, frozen=True):
    """What differs inside the file at ``path``: a unified diff or notes, and how many more lines there are."""

    path: str
    kind: str
    lines: tuple[str, ...]
    omitted: int


class Told(NamedTuple):
    """What one kind of comparison has to say, before it is cut."""

    kind: str
    lines: list[str]


class Entry(NamedTuple):
    """A named part of a content: what is told of it, and its content or what stands for that."""

    about: str
    fingerprint: bytes | memoryview = b""


# By name, each in the order that they have: a name may be there more than once.
Entries: TypeAlias = dict[str, list[Entry]]


def cut(path: str, told: Told) -> ContentDifference:
    """No more than `LINES_LIMIT` lines of what was told, none of them much longer than `LINE_LENGTH_LIMIT`."""
    lines = tuple(_one_line(line) for line in told.lines[:LINES_LIMIT])
    return ContentDifference(path, told.kind, lines, len(told.lines) - len(lines))


def _one_line(line: str) -> str:
    """Names may have line feeds in them."""
    more = len(line) - LINE_LENGTH_LIMIT
    line = line[:LINE_LENGTH_LIMIT].replace("\n", "\\n")
    return line if more <= 0 else f"{line}… ({more:,} more characters)"


def counted(size: int) -> str:
    """A number of bytes for readers.

    >>> counted(1), counted(12345)
    ('1 byte', '12,345 bytes')
    """
    return "1 byte" if size == 1 else f"{size:,} bytes"


def resized(old: int, new: int) -> str:
    """Both sizes, or the one that both have.

    >>> resized(1, 12345), resized(2, 2)
    ('1 -> 12,345 bytes', '2 bytes')
    """
    return counted(new) if old == new else f"{old:,} -> {counted(new)}"
