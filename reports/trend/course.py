"""How a figure of images went: as a table, and in the words that all of its forms share.

Names come from images and records from elsewhere, so each form escapes what it gives a meaning to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from msgspec import Struct

from ..formatting import counted, signed_percent, signed_share
from ..gate.words import amount, amounts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analyzer.gates.figures import Figure
    from analyzer.gates.trend import Point, Series

_COMMIT_CHARACTERS = 12


class Trend(Struct, frozen=True):
    """The series of a figure, whose key has ``own.`` in front where it is that of own layers; and what was left out."""

    key: str
    figure: Figure
    series: Sequence[Series]
    notes: Sequence[str] = ()

    def amount(self, value: float) -> str:
        """The value as people read it."""
        return amount(value, self.figure.unit)

    def change(self, value: float | None) -> str:
        """A difference with its sign; nothing for the first run."""
        if value is None:
            return ""
        if self.figure.unit == "share":
            return signed_share(value)
        return f"+{self.amount(value)}" if value > 0 else self.amount(value)


def table(trend: Trend) -> pa.Table:
    """One row a run, series by series, with the value as it is."""
    number = pa.float64() if trend.figure.unit == "share" else pa.int64()
    words = [(name, pa.string()) for name in ("image", "platform", "date", "commit", "verdict")]
    schema = pa.schema([*words, (trend.key, number), ("change", number)])
    rows = [
        {name: getattr(each.run, name) for name, _ in words} | {trend.key: each.value, "change": each.change}
        for series in trend.series
        for each in series.points
    ]
    return pa.Table.from_pylist(rows, schema)


def course(trend: Trend, series: Series) -> str:
    """From where to where a series went, in words."""
    if not series.points:
        return f"{trend.key} is not known of any run"
    first, last = series.points[0].value, series.points[-1].value
    relative = signed_percent(last - first, first)
    change = f" ({trend.change(last - first)}{relative and f', {relative}'})" if last != first else ""
    told = " → ".join(amounts((first, last), trend.figure.unit))
    return f"{trend.key} {told}{change}, {counted(len(series.points), 'run')}"


def day(point: Point) -> str:
    """The day of a run."""
    return point.run.date[:10]


def commit(point: Point) -> str:
    """Enough of the commit to find it; where none is known, that."""
    return (point.run.commit or "unknown")[:_COMMIT_CHARACTERS]


def newest(series: Series, rows: int) -> Sequence[Point]:
    """The last runs, the newest first."""
    return series.points[::-1][:rows]


def earlier(series: Series, rows: int) -> Iterator[str]:
    """What `newest` leaves out."""
    if len(series.points) > rows:
        yield f"and {counted(len(series.points) - rows, 'earlier run')}"


def gaps(trend: Trend) -> Iterator[str]:
    """What is missing, one sentence each."""
    yield from trend.notes
    for each in trend.series:
        if each.unknown:
            yield f"{each.image}: {trend.key} is not known of {counted(each.unknown, 'run')}, which are left out"
