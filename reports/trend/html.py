"""How a figure of images went, as HTML: one file that needs nothing else, neither the network nor JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from .. import bundle
from ..formatting import shortened, visible
from ..templating import environment
from .course import course, day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.gates.trend import Point, Series

    from .course import Trend

_STYLES = ("style.css", "live.css", "trend.css")
WIDTH, HEIGHT = 960, 220
_MARGIN = 12
_DOTS = 200
_NAMED = 3  # jumps that the chart names
_WORD_CHARACTERS = 80
_COMMIT_CHARACTERS = 12


class Dot(Struct, frozen=True):
    """A run on the chart, with what is said of it."""

    x: float
    y: float
    label: str


class SeriesView(Struct, frozen=True):
    """What the page shows of a series; ``line`` is the list of points of a polyline."""

    image: str
    platform: str
    course: str
    line: str
    dots: Sequence[Dot]
    most: str
    least: str
    first: str
    last: str
    jumps: Sequence[Point]
    points: Sequence[Point]
    omitted: int


def render(trend: Trend, rows: int) -> str:
    """The page, with a chart and the last ``rows`` runs of each series; equal trends give equal text."""
    return (
        environment()
        .get_template("trend.html.j2")
        .render(
            page=bundle.page(_data(trend), *_STYLES),
            key=trend.key,
            meaning=trend.figure.meaning,
            unit=trend.figure.unit,
            series=[_view(trend, each, rows) for each in trend.series],
            notes=trend.notes,
            amount=trend.amount,
            change=trend.change,
            width=WIDTH,
            height=HEIGHT,
        )
    )


def _data(trend: Trend) -> dict[str, Any]:
    """What the page's scripts draw: the runs of each series, the first ones first."""
    return {
        "kind": "trend",
        "unit": trend.figure.unit,
        "series": [[_run(trend, each, series.jumps[:_NAMED]) for each in series.points] for series in trend.series],
    }


def _run(trend: Trend, point: Point, jumps: Sequence[Point]) -> dict[str, Any]:
    change = trend.change(point.change)
    return {
        "day": visible(day(point)),
        "image": shortened(visible(point.run.image), _WORD_CHARACTERS),
        "commit": visible((point.run.commit or "")[:_COMMIT_CHARACTERS]),
        "verdict": shortened(visible(point.run.verdict), _WORD_CHARACTERS),
        "value": point.value,
        "change": change,
        "jump": change if point in jumps else None,
    }


def _view(trend: Trend, series: Series, rows: int) -> SeriesView:
    points, values = series.points, [each.value for each in series.points]
    dots = _dots(trend, points)
    return SeriesView(
        image=series.image,
        platform=series.platform,
        course=course(trend, series),
        line=" ".join(f"{each.x:g},{each.y:g}" for each in dots),
        dots=dots if len(dots) <= _DOTS else [],
        most=trend.amount(max(values)) if values else "",
        least=trend.amount(min(values)) if values else "",
        first=day(points[0]) if points else "",
        last=day(points[-1]) if points else "",
        jumps=series.jumps,
        points=points[::-1][:rows],
        omitted=max(len(points) - rows, 0),
    )


def _dots(trend: Trend, points: Sequence[Point]) -> list[Dot]:
    """The runs from left to right at equal distances, the least value at the bottom and the most at the top."""
    values = [each.value for each in points]
    least, most = min(values, default=0), max(values, default=0)
    step = (WIDTH - 2 * _MARGIN) / max(len(points) - 1, 1)
    scale = (HEIGHT - 2 * _MARGIN) / ((most - least) or 1)
    return [
        Dot(
            round(_MARGIN + at * step, 2),
            round(HEIGHT - _MARGIN - (each.value - least) * scale, 2),
            visible(f"{day(each)} {each.run.commit or ''} {trend.amount(each.value)} {trend.change(each.change)}"),
        )
        for at, each in enumerate(points)
    ]
