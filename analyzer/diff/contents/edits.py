"""Which items of one sequence have to go, and which to come, to make another of it.

The shortest such script, by E. W. Myers ("An O(ND) Difference Algorithm and Its Variations", 1986), as long as it
costs no more than a budget of steps. Beyond that, items that both have just once are held to be the same ones, and
what lies between them is looked at by itself; what then is still too costly goes and comes as a whole. So time is
linear in the input but for sorting, whatever the input is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from .sliding import Change, slid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STEPS_LIMIT = 3_000_000


class _Run(NamedTuple):
    """``length`` items that are the same from these places on."""

    old: int
    new: int
    length: int


class _Region(NamedTuple):
    """A part of both sequences."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def changes(old: Sequence[int], new: Sequence[int]) -> list[Change]:
    """What to change in ``old`` to have ``new``, in order; empty for equal ones. Items that stay lie between."""
    return slid(old, new, list(_gaps(_kept(old, new), len(old), len(new))))


def _kept(old: Sequence[int], new: Sequence[int]) -> list[_Run]:
    """Runs that stay, in order."""
    found: list[_Run] = []
    budget = STEPS_LIMIT
    regions = [_Region(0, len(old), 0, len(new))]
    while regions:
        region, ends = _trimmed(old, new, regions.pop())
        found += ends
        a, b = old[region.old_start : region.old_end], new[region.new_start : region.new_end]
        if not a or not b or budget <= 0:
            continue
        runs, steps = _shortest(a, b, budget // 2)
        budget -= steps
        if runs is not None:
            found += _placed(region, runs)
            continue
        budget -= len(a) + len(b)
        anchors = _placed(region, _anchors(a, b))
        found += anchors
        regions += _between(region, anchors)
    return sorted(found)


def _placed(region: _Region, runs: list[_Run]) -> list[_Run]:
    return [_Run(region.old_start + run.old, region.new_start + run.new, run.length) for run in runs]


def _trimmed(old: Sequence[int], new: Sequence[int], region: _Region) -> tuple[_Region, list[_Run]]:
    """The region without what both have at its start and at its end, and that."""
    start_old, end_old, start_new, end_new = region
    while start_old < end_old and start_new < end_new and old[start_old] == new[start_new]:
        start_old, start_new = start_old + 1, start_new + 1
    while start_old < end_old and start_new < end_new and old[end_old - 1] == new[end_new - 1]:
        end_old, end_new = end_old - 1, end_new - 1
    runs = [
        _Run(region.old_start, region.new_start, start_old - region.old_start),
        _Run(end_old, end_new, region.old_end - end_old),
    ]
    return _Region(start_old, end_old, start_new, end_new), [run for run in runs if run.length]


def _shortest(old: Sequence[int], new: Sequence[int], allowance: int) -> tuple[list[_Run] | None, int]:
    """The runs that stay in a shortest script, and the steps that it took; None where that is too many."""
    left, middle = allowance, len(old) + len(new) + 1
    reach = [0] * (2 * middle + 1)  # how far each diagonal has got, by its place from the middle
    trace: list[list[int]] = []
    for cost in range(middle):
        trace.append(reach[middle - cost - 1 : middle + cost + 2])
        for diagonal in range(middle - cost, middle + cost + 1, 2):
            comes = _comes(reach, diagonal, (middle - cost, middle + cost))
            at = reach[diagonal + 1] if comes else reach[diagonal - 1] + 1
            start, across = at, at - (diagonal - middle)
            while at < len(old) and across < len(new) and old[at] == new[across]:
                at, across = at + 1, across + 1
            reach[diagonal] = at
            left -= at - start + 1
            if at >= len(old) and across >= len(new):
                return list(_traced(trace, len(old), len(new))), allowance - left
            if left < 0:
                return None, allowance - left
    return None, allowance - left


def _comes(reach: list[int], diagonal: int, ends: tuple[int, int]) -> bool:
    """Whether a diagonal is entered from the one above it, by an item that comes; else by one that goes."""
    lowest, highest = ends
    return diagonal == lowest or (diagonal != highest and reach[diagonal - 1] < reach[diagonal + 1])


def _traced(trace: list[list[int]], at: int, across: int) -> Iterator[_Run]:
    """The runs on the way back from the end."""
    for cost in range(len(trace) - 1, -1, -1):
        reach, middle = trace[cost], cost + 1
        diagonal = middle + at - across
        comes = _comes(reach, diagonal, (1, 2 * cost + 1))
        start = reach[diagonal + 1] if comes else reach[diagonal - 1] + 1
        if at > start:
            yield _Run(start, start - (diagonal - middle), at - start)
        at, across = (start, start - (diagonal - middle) - 1) if comes else (start - 1, start - (diagonal - middle))


def _anchors(old: Sequence[int], new: Sequence[int]) -> list[_Run]:
    """The longest sequence of items that both have just once and in the same order."""
    counts_old, counts_new = Counter(old), Counter(new)
    places = {item: place for place, item in enumerate(old) if counts_old[item] == 1 == counts_new[item]}
    pairs = [(places[item], place) for place, item in enumerate(new) if item in places]
    # Of all sequences so far of each length the one that ends lowest, and for each pair the one before it.
    lowest: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (at, _) in enumerate(pairs):
        length = bisect_left(lowest, at)
        before.append(ends[length - 1] if length else -1)
        lowest[length : length + 1], ends[length : length + 1] = [at], [index]
    found = []
    index = ends[-1] if ends else -1
    while index >= 0:
        found.append(_Run(*pairs[index], 1))
        index = before[index]
    return found[::-1]


def _between(region: _Region, anchors: list[_Run]) -> Iterator[_Region]:
    """What lies between the anchors; nothing where there are none."""
    at_old, at_new = region.old_start, region.new_start
    for run in anchors:
        yield _Region(at_old, run.old, at_new, run.new)
        at_old, at_new = run.old + 1, run.new + 1
    if anchors:
        yield _Region(at_old, region.old_end, at_new, region.new_end)


def _gaps(runs: list[_Run], length_old: int, length_new: int) -> Iterator[Change]:
    """What lies between the runs."""
    at_old = at_new = 0
    for run in (*runs, _Run(length_old, length_new, 0)):
        if (run.old, run.new) != (at_old, at_new):
            yield Change(at_old, run.old, at_new, run.new)
        at_old, at_new = run.old + run.length, run.new + run.length
