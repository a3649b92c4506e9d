"""A treemap: nested rectangles whose areas are the numbers, as near to squares as rows of them can be.

The rows are those of Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000): a row is laid along the shorter
side of what is left, and takes the next rectangle as long as its worst one gets no longer by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence


class Rectangle(Struct, frozen=True):
    """A rectangle in the units of the one that it is a part of."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """Width times height."""
        return self.width * self.height


def squarified(sizes: Sequence[float], within: Rectangle) -> list[Rectangle]:
    """A rectangle for each of ``sizes``, which are positive and the largest first; together they fill ``within``.

    >>> [(each.width, each.height) for each in squarified([6, 3, 1], Rectangle(0, 0, 5, 2))]
    [(3.0, 2.0), (1.5, 2.0), (0.5, 2.0)]
    """
    scale = within.area / (sum(sizes) or 1)
    areas = [size * scale for size in sizes]
    found: list[Rectangle] = []
    while len(found) < len(areas):
        row = _row(areas[len(found) :], min(within.width, within.height))
        placed, within = _laid(row, within)
        found += placed
    return found


def _row(areas: Sequence[float], side: float) -> Sequence[float]:
    """The first of ``areas``, as many as make the best row along a side of this length."""
    count, total = 1, areas[0]
    worst = _worst(areas[0], areas[0], total, side)
    for area in areas[1:]:
        longer = _worst(areas[0], area, total + area, side)
        if longer > worst:
            break
        count, total, worst = count + 1, total + area, longer
    return areas[:count]


def _worst(largest: float, smallest: float, total: float, side: float) -> float:
    """The highest ratio of sides in a row between these two."""
    if not (total and side and smallest):
        return float("inf")
    return max(side * side * largest / (total * total), total * total / (side * side * smallest))


def _laid(areas: Sequence[float], within: Rectangle) -> tuple[list[Rectangle], Rectangle]:
    """A row along the shorter side of ``within``, and what it leaves."""
    total, x, y = sum(areas), within.x, within.y
    standing = within.width >= within.height
    side = within.height if standing else within.width
    depth = total / side if side else 0.0
    placed = []
    for area in areas:
        length = area / depth if depth else 0.0
        placed.append(Rectangle(x, y, depth, length) if standing else Rectangle(x, y, length, depth))
        x, y = (x, y + length) if standing else (x + length, y)
    if standing:
        return placed, Rectangle(within.x + depth, within.y, max(within.width - depth, 0.0), within.height)
    return placed, Rectangle(within.x, within.y + depth, within.width, max(within.height - depth, 0.0))
