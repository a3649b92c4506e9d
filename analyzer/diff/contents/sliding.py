"""Where several places of a change are as good as each other: the last of them, as `diff` has it.

Where a line comes after one that is the same, it may as well have come before it. Blank lines and closing braces
would else be taken from one block and given to another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    """The changes, each as far on as it goes; those that meet become one."""
    done: list[Change] = []
    budget = len(old) + len(new)  # joined ones may go on over what others have gone over
    for change in reversed(changes):
        current = change
        while True:
            end = done[-1].old_start if done else len(old)
            count = min(_distance(old, new, current, end - current.old_end), budget)
            budget -= count
            current = current.moved(count)
            if not done or current.old_end < end:
                break
            current = current.joined(done.pop())
        done.append(current)
    return done[::-1]


def _distance(old: Sequence[int], new: Sequence[int], change: Change, room: int) -> int:
    """How far on a change can go: as long as the item that it would then begin behind is the one that it ends with."""
    if change.old_start < change.old_end and change.new_start < change.new_end:
        return 0
    items, start, end = (
        (old, change.old_start, change.old_end)
        if change.old_start < change.old_end
        else (new, change.new_start, change.new_end)
    )
    count = 0
    while count < room and items[start + count] == items[end + count]:
        count += 1
    return count
