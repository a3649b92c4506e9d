"""On which line of a TOML file a key stands. The parser of the standard library does not say."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .settings_check import Keys


def line_of(text: str, keys: Keys) -> int:
    """The line, from 1, of the statement that brings what ``keys`` lead to; of what leads there where it is missing.

    Asked is the parser itself, of the file's first lines: a key stands where it is first seen.
    """
    lines = text.split("\n")
    while keys and not _leads(tomllib.loads(text), keys):
        keys = keys[:-1]
    if not keys:
        return 1
    low, high = 0, len(lines)  # the key is not in the first `low` lines, and is in the first `high`
    while low < high:
        middle = (low + high) // 2
        end, content = _first_whole(lines, middle, high)
        if content is not None and not _leads(content, keys):
            low = end + 1
        else:
            high = middle
    return _statement(lines, low)


def _first_whole(lines: list[str], start: int, stop: int) -> tuple[int, dict[str, Any] | None]:
    """The least number of first lines, from ``start`` up to but without ``stop``, that are TOML by themselves."""
    for end in range(start, stop):
        try:
            return end, tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue  # they end inside a text or an array
    return stop, None


def _statement(lines: list[str], end: int) -> int:
    """The first line of the statement that ends with line ``end``."""
    start = end
    while start > 1:
        try:
            tomllib.loads("\n".join(lines[: start - 1]))
        except tomllib.TOMLDecodeError:
            start -= 1
        else:
            break
    return start


def _leads(content: Any, keys: Keys) -> bool:
    for key in keys:
        try:
            content = content[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True
