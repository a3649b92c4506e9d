"""How a figure of images went, run by run, and in which runs it changed most."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec import Struct

from ..names import is_called, repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .runs import Run

JUMPS = 5


class Point(Struct, frozen=True):
    """A run with its figure; ``change`` is counted from the run before, None for the first."""

    run: Run
    value: float
    change: float | None


class Series(Struct, frozen=True):
    """The runs of all builds of an image for one platform, by date.

    ``image`` is its name without a tag. ``jumps`` are the points with the largest changes up or down, the largest
    first. ``unknown`` is the number of runs that the figure was not known in, which are left out.
    """

    image: str
    platform: str
    points: tuple[Point, ...]
    jumps: tuple[Point, ...]
    unknown: int


def trends(runs: Iterable[Run], figure: str, images: str = "*", platform: str | None = None) -> tuple[Series, ...]:
    """A series for each image and platform of ``runs``, which are by date.

    ``images`` is a glob of names, with or without tags.
    """
    groups: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        name = repository(run.image)
        if (is_called(run.image, images) or fnmatchcase(name, images)) and platform in (None, run.platform):
            groups.setdefault((name, run.platform), []).append(run)
    return tuple(_series(*key, groups[key], figure) for key in sorted(groups))


def _series(image: str, platform: str, runs: Sequence[Run], figure: str) -> Series:
    values = [(run, value) for run in runs if (value := run.figures.get(figure)) is not None]
    before: list[float | None] = [None, *(value for _, value in values)]
    points = tuple(
        Point(run, value, None if last is None else value - last)
        for (run, value), last in zip(values, before, strict=False)
    )
    ranked = sorted((each for each in points if each.change), key=lambda each: -abs(each.change or 0))
    return Series(image, platform, points, tuple(ranked[:JUMPS]), len(runs) - len(values))
