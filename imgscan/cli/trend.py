"""`imgscan trend RECORD`."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.errors import RecordError, UsageError

from .endings import form_of
from .options import FORMAT, BytesOption, OutputOption, PlatformOption, QuietOption, SortOption, top
from .output import STANDARD_OUTPUT, refuse_to_replace, tell, write
from .tables import TableFormat, TableOutput

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


RUNS = 20

_TABLES = (TrendFormat.csv, TrendFormat.json)
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
    form: Annotated[TrendFormat | None, FORMAT] = None,
    output: OutputOption = None,
    limit: Annotated[int | None, top(f"{RUNS} runs of each image, all rows of a table")] = None,
    sort: SortOption = None,
    exact: BytesOption = False,  # noqa: ARG001 - its callback does it
    quiet: QuietOption = False,
) -> None:
    """How a figure of images went from run to run, and which commits made the largest jumps.

    docs/trend.md says what a record holds.
    """
    chosen = form or form_of(output, _ENDINGS, TrendFormat.text)
    if sort is not None and chosen not in _TABLES:
        raise UsageError(f"--sort: {chosen.value} has the runs in the order of time", hint="choose csv or json")
    refuse_to_replace(str(record), output, "record")
    from analyzer.gates.figures import FIGURES, OWN
    from analyzer.gates.records import read_records
    from analyzer.gates.runs import COLUMNS
    from analyzer.gates.trend import trends
    from analyzer.settings import nearest
    from reports.trend.course import Trend, table

    if figure not in COLUMNS:
        raise UsageError(f"--figure: there is no figure {figure!r}", hint=nearest(figure, COLUMNS))
    found = read_records(record)
    series = trends(found.runs, figure, image, platform)
    if not series:
        raise RecordError(f"{record} has no run of such an image" if found.runs else f"{record} has no runs")
    drawn = Trend(figure, FIGURES[figure.removeprefix(OWN)], series, found.notes)
    if chosen in _TABLES:
        TableOutput(limit, sort, form=TableFormat(chosen.value), path=output).print(table(drawn), "trend", quiet=quiet)
    else:
        write(_rendered(drawn, chosen, RUNS if limit is None else limit), output)
        if output not in (None, STANDARD_OUTPUT):
            tell(f"wrote {output}", quiet=quiet)


def _rendered(trend: Trend, form: TrendFormat, rows: int) -> bytes:
    from reports.trend import html, markdown, terminal

    renderers: dict[TrendFormat, Callable[[Trend, int], str]] = {
        TrendFormat.text: terminal.render,
        TrendFormat.html: html.render,
        TrendFormat.markdown: markdown.render,
    }
    return renderers[form](trend, rows).encode()
