"""Bytes of no kind that is known: where they differ first, in how many places, and what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .model import BINARY, CONTENT_BYTES_LIMIT, Content, Told, counted, resized
from .text import TEXT_BYTES_LIMIT, TEXT_LINES_LIMIT, is_long_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROW = 16
_ROWS = 2
_FIRST_PRINTABLE, _LAST_PRINTABLE = 0x20, 0x7E


def compare_bytes(old: Content | None, new: Content | None) -> Told:
    """Notes of sizes and of the first place, as `hexdump -C` shows it."""
    if old is None or new is None:
        sides = (("-", old), ("+", new))
        return Told(BINARY, [f"{sign} {counted(each.size)}" for sign, each in sides if each is not None])
    return Told(BINARY, [resized(old.size, new.size), *_places(old, new)])


def _places(old: Content, new: Content) -> Iterator[str]:
    common = min(len(old.data), len(new.data))
    before, after = (np.frombuffer(each.data, np.uint8, common) for each in (old, new))
    differing = before != after
    count = int(np.count_nonzero(differing))
    if not (old.is_whole and new.is_whole):
        yield f"only the first {counted(CONTENT_BYTES_LIMIT)} of each are compared"
    elif is_long_text(old) and is_long_text(new):
        yield f"too long for a diff of lines: over {counted(TEXT_BYTES_LIMIT)} or {TEXT_LINES_LIMIT:,} lines"
    if count or old.size != new.size:
        first = int(differing.argmax()) if count else common
        yield (
            f"first difference at byte {first:,}; of the {counted(common)} that both have, {count:,} differ"
            if count
            else f"the first {counted(common)} are the same"
        )
        yield from _dumped("-", old.data, first)
        yield from _dumped("+", new.data, first)


def _dumped(sign: str, data: bytes, first: int) -> Iterator[str]:
    """Some rows from the place on, or what is left of them."""
    start = first - first % _ROW
    for at in range(start, min(start + _ROWS * _ROW, len(data)), _ROW):
        row = data[at : at + _ROW]
        halves = f"{row[: _ROW // 2].hex(' ')}  {row[_ROW // 2 :].hex(' ')}".strip()
        shown = "".join(chr(byte) if _FIRST_PRINTABLE <= byte <= _LAST_PRINTABLE else "." for byte in row)
        yield f"{sign} {at:08x}  {halves:<48}  |{shown}|"
