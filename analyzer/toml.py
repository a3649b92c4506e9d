"""What Python's TOML reader has to be kept from, as it takes hours for keys of thousands of parts; and what it says."""

from __future__ import annotations

import re

_TEXT = re.compile(r"\"(?:[^\"\\]|\\.)*+(?:\"|\\?$)|'[^']*+(?:'|$)|#.*")
_BARE = "[A-Za-z0-9_-]"
_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)
_NUMBER = re.compile(r"[0-9_]{4301,}")  # int() refuses to read so many digits (CVE-2020-10735)


def line_of_long_key(text: str, parts: int) -> int | None:
    """The first line that has a key of more than so many parts; None where none has.

    >>> line_of_long_key('a.b = "1.2.3.4"\\na."b.c".d = 1', 2)
    2
    """
    long = re.compile(rf"(?<!{_BARE}){_BARE}++(?:\s*+\.\s*+{_BARE}++){{{parts},}}")
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") >= parts and long.search(_TEXT.sub("x", line)):
            return number
    return None


def line_of_long_number(text: str) -> int:
    """The first line that has a number of more digits than Python reads; the first of all where none has."""
    found = _NUMBER.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def told_with_line(text: str, told: str) -> tuple[str, int]:
    """What the reader says of a text that is no TOML, without the place, and the line: it puts that behind.

    >>> told_with_line("a = 1\\nb", "Expected '=' (at end of document)")
    ("Expected '='", 2)
    """
    found = _PLACE.fullmatch(told)
    message, line = (found[1], found[2]) if found else (told, None)
    return message, int(line or text.count("\n") + 1)
