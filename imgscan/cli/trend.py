"""`imgscan trend RECORD`."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.errors import RecordError, UsageError

from .endings import form_of
from .others import PlatformOption
from .output import OutputOption, countable, refuse_to_replace, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from reports.trend.course import Trend


class TrendFormat(str, Enum):
    """How a trend is drawn; the last two print the runs only."""

    text = "text"
    html = "html"
    markdown = "markdown"
    csv = "csv"
    json = "json"


_ENDINGS = {
    "txt": TrendFormat.text,
    "html": TrendFormat.html,
    "md": TrendFormat.markdown,
    "csv": TrendFormat.csv,
    "json": TrendFormat.json,
}


def trend(
    record: Annotated[Path, typer.Argument(metavar="RECORD", help="File or folder that gate --record wrote.")],
    figure: Annotated[
        str, typer.Option("--figure", metavar="KEY", help="Which figure; own.KEY is that of own layers.")
    ] = "rootfs_bytes",
    image: Annotated[
        str, typer.Option("--image", metavar="GLOB", help="Only images of such a name, with or without tag.")
    ] = "*",
    platform: PlatformOption = None,
    form: Annotated[
        TrendFormat | None, typer.Option("--format", "-f", help="By default what FILE's name ends in, else text.")
    ] = None,
    output: OutputOption = None,
    top: Annotated[
        int, typer.Option("--top", "-n", metavar="N", min=0, callback=countable, help="Runs to list of each image.")
    ] = 20,
) -> None:
    """How a figure of images went from run to run, and which commits made the largest jumps.

    docs/trend.md says what a record holds.
    """
    chosen = form or form_of(output, _ENDINGS, TrendFormat.text)
    refuse_to_replace(str(record), output, "record")
    from analyzer.gates.figures import FIGURES, OWN
    from analyzer.gates.records import read_records
    from analyzer.gates.runs import COLUMNS
    from analyzer.gates.trend import trends
    from analyzer.settings import nearest
    from reports.trend.course import Trend

    if figure not in COLUMNS:
        raise UsageError(f"--figure: there is no figure {figure!r}", hint=nearest(figure, COLUMNS))
    found = read_records(record)
    series = trends(found.runs, figure, image, platform)
    if not series:
        raise RecordError(f"{record} has no run of such an image" if found.runs else f"{record} has no runs")
    write(_rendered(Trend(figure, FIGURES[figure.removeprefix(OWN)], series, found.notes), chosen, top), output)


def _rendered(trend: Trend, form: TrendFormat, rows: int) -> bytes:
    from reports import tables
    from reports.trend import html, markdown, terminal
    from reports.trend.course import table

    renderers: dict[TrendFormat, Callable[[], bytes]] = {
        TrendFormat.text: lambda: terminal.render(trend, rows).encode(),
        TrendFormat.html: lambda: html.render(trend, rows).encode(),
        TrendFormat.markdown: lambda: markdown.render(trend, rows).encode(),
        TrendFormat.csv: lambda: tables.csv(table(trend)),
        TrendFormat.json: lambda: tables.json(table(trend)),
    }
    return renderers[form]()
