"""Archives, by what they say of their entries: which come, go or change. Nothing is unpacked to disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .entries import differing
from .model import ARCHIVE, Told
from .tar import tar_entries
from .zip import zip_entries

if TYPE_CHECKING:
    from .model import Content

_SAME = "the same entries by size and checksum: their order, times, owners, modes or compression differ"


def compare_archives(old: Content | None, new: Content | None) -> Told | None:
    """The entries that differ, by name; None where the two are not both zip or both tar, or damaged."""
    if old is None or new is None or not (old.is_whole and new.is_whole):
        return None
    for entries_of in (zip_entries, tar_entries):
        before = entries_of(old.data)
        after = None if before is None else entries_of(new.data)
        if before is not None and after is not None:
            return Told(ARCHIVE, list(differing(before, after)) or [_SAME])
    return None
