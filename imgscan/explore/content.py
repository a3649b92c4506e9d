"""The content of a file as lines: of text as they are, of anything else as `hexdump -C` writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .rows import Part, fitted, next_of, places_having, shown

if TYPE_CHECKING:
    from collections.abc import Sequence


CONTENT_BYTES_LIMIT = 4 * 1024**2
"""So much of a file is shown, from its start."""

_LINE = 2000  # longer lines go on in the next
NUMBERED = 8  # cells beside a line of text: its number and the scroll bar
_TAB = 8
_BYTES = 16
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")
_LOOKED_AT = 8192


@dataclass(frozen=True)
class TextRows:
    """Lines of text, in which nothing moves the cursor."""

    name: str
    lines: Sequence[str]

    def __len__(self) -> int:
        return len(self.lines)

    def title(self, width: int) -> str:
        """What it is."""
        return fitted(self.name, width)

    def line(self, index: int, width: int) -> list[Part]:
        """A line whole: it may be looked through to the right."""
        del width
        return [Part(f"{index + 1:>{NUMBERED - 2}} ", "quiet"), Part(shown(self.lines[index].expandtabs(_TAB)))]

    def find(self, text: str, start: int, *, backwards: bool) -> int | None:
        """The next line with a text in it."""
        return next_of(places_having(self.lines, text), start, backwards=backwards)


class DifferenceRows(TextRows):
    """A unified diff."""

    def line(self, index: int, width: int) -> list[Part]:
        """A line, coloured by what it does."""
        del width
        line = self.lines[index]
        return [Part(shown(line.expandtabs(_TAB)), {"+": "added", "-": "removed", "@": "quiet"}.get(line[:1], ""))]


@dataclass(frozen=True)
class HexRows:
    """Sixteen bytes a line."""

    name: str
    content: bytes

    def __len__(self) -> int:
        return (len(self.content) + _BYTES - 1) // _BYTES

    def title(self, width: int) -> str:
        """What it is."""
        return fitted(self.name, width)

    def line(self, index: int, width: int) -> list[Part]:
        """Offset, bytes, and those of them that are letters."""
        del width
        piece = self.content[index * _BYTES : (index + 1) * _BYTES]
        letters = "".join(chr(each) if 0x20 <= each < 0x7F else "." for each in piece)
        halves = f"{piece[:8].hex(' '):<23}  {piece[8:].hex(' '):<23}"
        return [Part(f"{index * _BYTES:08x}  ", "quiet"), Part(halves), Part(f"  {letters}", "quiet")]

    def find(self, text: str, start: int, *, backwards: bool) -> int | None:
        """The next line where a text begins."""
        found = [match.start() // _BYTES for match in re.finditer(re.escape(text.encode()), self.content)]
        return next_of(np.unique(np.array(found, np.int64)), start, backwards=backwards)


def content_rows(name: str, content: bytes, *, hexadecimal: bool | None = None) -> TextRows | HexRows:
    """Text as text, anything else in hexadecimal; or as one asks for it.

    >>> len(content_rows("a", b"one\\ntwo\\n")), len(content_rows("a", b"\\x00" * 17))
    (2, 2)
    """
    if hexadecimal or (hexadecimal is None and not is_text(content)):
        return HexRows(name, content)
    return TextRows(name, text_lines(content))


def is_text(content: bytes) -> bool:
    """Whether the start of a content is UTF-8 without controls; a character may be cut at its end."""
    start = content[:_LOOKED_AT]
    try:
        text = start.decode()
    except UnicodeDecodeError as error:
        if error.start < len(start) - 3 or error.reason != "unexpected end of data":
            return False
        text = start[: error.start].decode()
    return not _CONTROLS.search(text)


def text_lines(content: bytes) -> list[str]:
    """The lines of a text without their ends; bytes that are not UTF-8 as ``\\xNN``."""
    lines = content.decode("utf-8", "backslashreplace").split("\n")
    if lines[-1] == "":
        lines.pop()
    return [piece for line in lines for piece in _pieces(line.removesuffix("\r"))]


def _pieces(line: str) -> list[str]:
    return [line[at : at + _LINE] for at in range(0, len(line), _LINE)] or [""]
