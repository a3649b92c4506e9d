"""Unified diffs, as `diff -u` writes them, without the two lines that name the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .edits import changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .sliding import Change

_CONTEXT = 3
_NO_NEWLINE = "\n\\ No newline at end of file"


def lines_of(text: str) -> list[str]:
    r"""The lines of a text. Only line feeds end one: what else is in it, carriage returns for one, is shown.

    The last one says so where nothing ends it.

    >>> lines_of("a\r\nb\n"), lines_of("")
    (['a\r', 'b'], [])
    """
    *lines, rest = text.split("\n")
    return [*lines, rest + _NO_NEWLINE] if rest else lines


def unified(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The lines of a diff of two texts' lines; none for equal texts."""
    numbers: dict[str, int] = {}
    before, after = ([numbers.setdefault(line, len(numbers)) for line in lines] for lines in (old, new))
    found: list[str] = []
    for hunk in _hunks(changes(before, after)):
        found += _written(old, new, hunk)
    return found


def _hunks(found: list[Change]) -> Iterator[list[Change]]:
    """Changes together whose context meets."""
    hunk: list[Change] = []
    for change in found:
        if hunk and change.old_start - hunk[-1].old_end > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _written(old: Sequence[str], new: Sequence[str], hunk: list[Change]) -> Iterator[str]:
    before = min(_CONTEXT, hunk[0].old_start)
    after = min(_CONTEXT, len(old) - hunk[-1].old_end)
    at = hunk[0].old_start - before
    ranges = (
        _range(at, hunk[-1].old_end + after),
        _range(hunk[0].new_start - before, hunk[-1].new_end + after),
    )
    yield "@@ -{} +{} @@".format(*ranges)
    for change in hunk:
        yield from _signed(" ", old[at : change.old_start])
        yield from _signed("-", old[change.old_start : change.old_end])
        yield from _signed("+", new[change.new_start : change.new_end])
        at = change.old_end
    yield from _signed(" ", old[at : at + after])


def _range(start: int, end: int) -> str:
    """Where lines are, counted from 1, and how many where it is not one; where there are none, the line before."""
    count = end - start
    return str(start + 1) if count == 1 else f"{start + 1 if count else start},{count}"


def _signed(sign: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield from (sign + line).split("\n")
