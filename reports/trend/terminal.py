"""How a figure of images went, to read in a terminal: a line of bars, the largest jumps, the last runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..formatting import shortened, visible
from ..tables import align
from .course import commit, course, day, earlier, gaps, newest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analyzer.gates.trend import Point, Series

    from .course import Trend

_BLOCKS = "▁▂▃▄▅▆▇█"
_WIDTH = 100
_NAME_CHARACTERS = 40
_COLUMNS = ("date", "commit", "image", "value", "change", "verdict")
_TO_THE_RIGHT = (False, False, False, True, True, False)


def render(trend: Trend, rows: int) -> str:
    """A block for each series: the course in a line of bars, the largest jumps, and the last ``rows`` runs."""
    blocks = ["\n".join(_block(trend, each, rows)) for each in trend.series]
    notes = [shortened(f"note: {visible(each)}", _WIDTH) for each in gaps(trend)]
    return "\n\n".join([*blocks, *(["\n".join(notes)] if notes else [])]) + "\n"


def sparkline(values: Sequence[float]) -> str:
    """A bar for each value, the lowest for the least of them and the highest for the most.

    >>> sparkline([1, 2, 3, 8]), sparkline([5, 5])
    ('▁▂▃█', '▁▁')
    """
    least, most = min(values, default=0), max(values, default=0)
    step = (most - least) / (len(_BLOCKS) - 1) or 1
    return "".join(_BLOCKS[round((value - least) / step)] for value in values)


def _block(trend: Trend, series: Series, rows: int) -> Iterator[str]:
    yield shortened(visible(series.image), _WIDTH) + (f"  {visible(series.platform)}" if series.platform else "")
    yield f"  {course(trend, series)}"
    if series.points:
        yield f"  {sparkline([each.value for each in series.points[-(_WIDTH - 2) :]])}"
    if series.jumps:
        yield ""
        yield "  largest jumps"
        columns = [[trend.change(each.change), day(each), visible(commit(each)), _image(each)] for each in series.jumps]
        yield _aligned(columns, [True, False, False, False])
    if series.points and rows:
        yield ""
        yield _aligned([_COLUMNS, *(_row(trend, each) for each in newest(series, rows))], _TO_THE_RIGHT)
        yield from (f"  {each}" for each in earlier(series, rows))


def _aligned(rows: Sequence[Sequence[str]], to_the_right: Sequence[bool]) -> str:
    lines = align(list(zip(*rows, strict=True)), to_the_right, _WIDTH - 2).splitlines()
    return "\n".join(f"  {line}" for line in lines)


def _row(trend: Trend, point: Point) -> list[str]:
    numbers = [trend.amount(point.value), trend.change(point.change)]
    return [day(point), visible(commit(point)), _image(point), *numbers, visible(point.run.verdict[:20])]


def _image(point: Point) -> str:
    return shortened(visible(point.run.image), _NAME_CHARACTERS)
