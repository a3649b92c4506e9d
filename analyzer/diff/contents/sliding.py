"""Where several places of a change are as good as each other: the last of them, as `diff` has it.

Where a line comes after one that is the same, it may as well have come before it. Blank lines and closing braces
would else be taken from one block and given to another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Change(NamedTuple):
    """Items ``old_start`` to ``old_end`` go, ``new_start`` to ``new_end`` come in their place."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int

    def moved(self, count: int) -> Change:
        """The same so many items further on."""
        return Change(self.old_start + count, self.old_end + count, self.new_start + count, self.new_end + count)

    def joined(self, following: Change) -> Change:
        """Both as one, where nothing stays between them."""
        return Change(self.old_start, following.old_end, self.new_start, following.new_end)


def slid(old: Sequence[int], new: Sequence[int], changes: list[Change]) -> list[Change]:
    """The changes, each as far on as it goes, but where it can join the one before it; those that meet become one."""
    done: list[Change] = []
    steps = iter(range(len(old) + len(new)))  # joined ones may go on over what others have gone over
    for change in _forward(old, new, changes, steps):
        if done:
            before, gap = done[-1], change.old_start - done[-1].old_end
            if _distance(old, new, change, gap, -1, steps) == gap:
                done[-1] = before.joined(change.moved(-gap))
                continue
        done.append(change)
    return done


def _forward(old: Sequence[int], new: Sequence[int], changes: list[Change], steps: Iterator[int]) -> list[Change]:
    done: list[Change] = []
    for change in reversed(changes):
        current = change
        while True:
            end = done[-1].old_start if done else len(old)
            current = current.moved(_distance(old, new, current, end - current.old_end, 1, steps))
            if not done or current.old_end < end:
                break
            current = current.joined(done.pop())
        done.append(current)
    return done[::-1]


def _distance(old: Sequence[int], new: Sequence[int], change: Change, room: int, way: int, steps: Iterator[int]) -> int:
    """How far a change can go on, or back: as long as what it leaves behind is the same as what it takes in."""
    if change.old_start < change.old_end and change.new_start < change.new_end:
        return 0
    items, start, end = (
        (old, change.old_start, change.old_end)
        if change.old_start < change.old_end
        else (new, change.new_start, change.new_end)
    )
    if way < 0:
        start, end = start - 1, end - 1
    count = 0
    while count < room and items[start + way * count] == items[end + way * count] and next(steps, None) is not None:
        count += 1
    return count
