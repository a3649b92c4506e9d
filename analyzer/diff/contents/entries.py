"""Named parts of two contents, entries of archives or sections of programs: which come, go or change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .model import Entries, Entry


def differing(old: Entries, new: Entries) -> Iterator[str]:
    """One line a name that is on one side only, or has something else on the other; by name."""
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name, []), new.get(name, [])
        if not before or not after:
            yield from (f"{'+' if after else '-'} {name}  {entry.about}" for entry in (*before, *after))
        elif before != after:
            yield f"~ {name}  {_changed(_about(before), _about(after))}"


def _about(entries: Sequence[Entry]) -> str:
    """What is told of all that have one name."""
    return ", ".join(entry.about for entry in entries)


def _changed(old: str, new: str) -> str:
    return f"{new}, other content" if old == new else f"{old} -> {new}"
