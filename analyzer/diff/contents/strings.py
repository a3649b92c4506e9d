"""Printable texts in a content that is none, as `strings -n 6` finds them: which come, and which go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

STRINGS_BYTES_LIMIT = 16 * 1024**2
# More than that is no small difference: how many there are says it all.
STRINGS_SHOWN_LIMIT = 60

_PRINTABLE = re.compile(rb"[\t\x20-\x7e]{6,}")


def compare_strings(old: bytes, new: bytes) -> Iterator[str]:
    """How many texts are on either side only, and where there are few, each of them."""
    if max(len(old), len(new)) > STRINGS_BYTES_LIMIT:
        return
    before, after = set(_PRINTABLE.findall(old)), set(_PRINTABLE.findall(new))
    gone, come = sorted(before - after), sorted(after - before)
    if not gone and not come:
        return
    yield f"strings: {len(gone):,} go, {len(come):,} come"
    if len(gone) + len(come) <= STRINGS_SHOWN_LIMIT:
        yield from (f"- {each.decode('ascii')}" for each in gone)
        yield from (f"+ {each.decode('ascii')}" for each in come)
