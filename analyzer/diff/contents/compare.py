"""Which way two contents are compared: by what is in both, and by bytes where nothing else fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .archive import compare_archives
from .binary import compare_bytes
from .elf import compare_programs
from .json_text import compare_json
from .model import ARCHIVE, CONTENT_BYTES_LIMIT, Content, ContentDifference, Told, counted, cut
from .packed import packing, unpacked
from .text import compare_texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Compare: TypeAlias = Callable[[str, Content | None, Content | None], ContentDifference]

_WAYS = (compare_archives, compare_programs, compare_json, compare_texts)


def compare_contents(path: str, old: Content | None, new: Content | None) -> ContentDifference:
    """What differs between two contents of a path; None is for a side that has none, and not for both."""
    return cut(path, _packed(old, new) or _told(old, new))


def _told(old: Content | None, new: Content | None) -> Told:
    for compare in _WAYS:
        told = compare(old, new)
        if told is not None:
            return told
    return compare_bytes(old, new)


def _packed(old: Content | None, new: Content | None) -> Told | None:
    """What differs inside a gzip or zstd stream; None where there is none."""
    compression = packing(each for each in (old, new) if each is not None)
    if compression is None:
        return None
    inside_old, inside_new = (None if each is None else unpacked(each, compression) for each in (old, new))
    if (inside_old is None) != (old is None) or (inside_new is None) != (new is None):
        reason = f"damaged, or more than {counted(CONTENT_BYTES_LIMIT)} inside"
        return _noted(compare_bytes(old, new), f"compressed with {compression}, and {reason}: compared as it is stored")
    if inside_old == inside_new:
        return Told(ARCHIVE, [f"the same inside: how {compression} packed it differs"])
    return _noted(_told(inside_old, inside_new), f"inside {compression}:")


def _noted(told: Told, note: str) -> Told:
    return Told(told.kind, [note, *told.lines])
