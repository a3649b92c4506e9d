"""The keys as lines to read."""

from __future__ import annotations

from . import keys
from .rows import Part, fitted, next_of, places_having


class HelpRows:
    """Every place with its keys."""

    def __init__(self) -> None:
        self._lines = [line for place in keys.PLACES for line in _of(place)]

    def __len__(self) -> int:
        return len(self._lines)

    def title(self, width: int) -> str:
        """How to read it."""
        return fitted("keys; those with a dot do the same in dive", width)

    def line(self, index: int, width: int) -> list[Part]:
        """A key and what it does, or a place."""
        *before, last = self._lines[index]
        room = max(width - sum(len(part.text) for part in before), 1)
        return [*before, Part(fitted(last.text, room), last.role)]

    def find(self, text: str, start: int, *, backwards: bool) -> int | None:
        """The next line with a text in it."""
        lines = ["".join(part.text for part in line) for line in self._lines]
        return next_of(places_having(lines, text), start, backwards=backwards)


def _of(place: str) -> list[list[Part]]:
    lines = [[Part(f"  {_marked(each):16} ", "modified"), Part(each.what)] for each in keys.of(place)]
    return [[Part(place, "directory")], *lines]


def _marked(key: keys.Key) -> str:
    """Its names, a dot before each that does the same in dive."""
    if not key.dive:
        return keys.names(key.keys)
    return " ".join(f"{'·' if each in key.dive else ''}{keys.name(each)}" for each in key.keys)
