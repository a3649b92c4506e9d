"""How a figure of images went, as Markdown with a chart in Mermaid's language, which GitHub and GitLab draw."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ..markdown_parts import NAME_CHARACTERS, PATH_CHARACTERS, make_table, span
from .course import commit, course, day, earlier, gaps, newest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analyzer.gates.trend import Point, Series

    from .course import Trend

POINTS = 50
_SCALES = ("B", "kB", "MB", "GB", "TB", "PB")


def render(trend: Trend, rows: int) -> str:
    """A section for each series, for a pull request or a wiki, with its last ``rows`` runs."""
    blocks = [block for each in trend.series for block in _block(trend, each, rows)]
    notes = [f"> **Note** {span(each, 2 * PATH_CHARACTERS)}" for each in gaps(trend)]
    return "\n\n".join([*blocks, *notes]) + "\n"


def _block(trend: Trend, series: Series, rows: int) -> Iterator[str]:
    platform = f" · {span(series.platform, NAME_CHARACTERS)}" if series.platform else ""
    yield f"### {span(series.image, NAME_CHARACTERS)}{platform}"
    yield f"{course(trend, series)}."
    if len(series.points) > 1:
        yield mermaid(trend, series)
    if series.jumps:
        yield "Largest jumps:"
        yield "\n".join(_jump(trend, each) for each in series.jumps)
    if series.points and rows:
        cells = (_row(trend, each) for each in newest(series, rows))
        yield make_table(["date", "commit", "image", f"{trend.key}:", "change:", "verdict"], cells)
        yield from earlier(series, rows)


def _jump(trend: Trend, point: Point) -> str:
    found = span(point.run.commit or "unknown", NAME_CHARACTERS)
    return f"- **{trend.change(point.change)}** on {day(point)}, commit {found}"


def _row(trend: Trend, point: Point) -> list[str]:
    run = point.run
    words = [span(word, NAME_CHARACTERS) for word in (commit(point), run.image)]
    numbers = [trend.amount(point.value), trend.change(point.change)]
    return [day(point), *words, *numbers, span(run.verdict, NAME_CHARACTERS)]


def mermaid(trend: Trend, series: Series) -> str:
    """A chart of the last runs. Of what images and records say, it has only letters and digits of commits."""
    points = series.points[-POINTS:]
    unit, numbers = _scaled(trend, points)
    labels = ", ".join(f'"{each}"' for each in _labels(points))
    least, most = min(numbers), max(numbers)
    room = (most - least) * 0.05 or 1
    lines = [
        "```mermaid",
        "xychart-beta",
        f"  x-axis [{labels}]",
        f'  y-axis "{unit}" {max(least - room, 0):.6g} --> {most + room:.6g}',
        f"  line [{', '.join(f'{each:.6g}' for each in numbers)}]",
        "```",
    ]
    return "\n".join(lines)


def _scaled(trend: Trend, points: Sequence[Point]) -> tuple[str, list[float]]:
    """The unit that fits the largest value, and all values in it."""
    values = [each.value for each in points]
    if trend.figure.unit == "share":
        return "%", [100 * each for each in values]
    if trend.figure.unit == "count":
        return trend.key, values
    power = max((at for at in range(len(_SCALES)) if max(values, default=0) >= 1000**at), default=0)
    return _SCALES[power], [each / 1000**power for each in values]


def _labels(points: Sequence[Point]) -> Iterator[str]:
    """One a point, each of its own: Mermaid draws points of the same label at one place."""
    seen = Counter[str]()
    for label in map(_label, points):
        seen[label] += 1
        yield label if seen[label] == 1 else f"{label} ({seen[label]})"


def _label(point: Point) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", (point.run.commit or "")[:7]) or day(point)
