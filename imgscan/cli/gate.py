"""`imgscan gate IMAGE...`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.errors import UsageError

from .baselines import baseline_at, refuse_missing
from .clock import now, today
from .gate_formats import GateFormat, GateFormatOption, OutputsOption, outputs_of, refuse_to_lose, write_verdicts
from .gate_reasons import Reasons
from .gate_rules import rule_book
from .gate_starter import explain as print_explanation
from .gate_starter import refuse_ignored, start
from .gate_verdict import Gate
from .groups import grouped
from .kept import FileBaseline, file_beside
from .lineage import Lineage
from .lines import Lines
from .options import IMAGES, BytesOption, ConfigOption, ImageOption, PlatformOption, QuietOption
from .others import refuse_one_stream_twice
from .output import try_all
from .record import check_place, record, run_of
from .weighing import EstimatePullOption, Opening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.gates.runs import Run

    from .gate_verdict import Verdict

FAILED_STATUS, TROUBLE_STATUS = 1, 2


@grouped
def gate(
    context: typer.Context,
    lineage: Lineage,
    lines: Lines,
    images: Annotated[list[str] | None, IMAGES] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", "-r", metavar="KEY=LIMIT", help='Such as rootfs_bytes="300 MB". Repeatable.'),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            metavar="IMAGE|REPORT|FILE",
            help="What growth is counted from: an image, a saved report, or a file of imgscan baseline.",
        ),
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Add images to the baseline file that it has no entry for.")
    ] = False,
    record_file: Annotated[
        Path | None,
        typer.Option(
            "--record", metavar="FILE.jsonl|DIR.parquet", help="Keep what was found, a row an image, for imgscan trend."
        ),
    ] = None,
    config: ConfigOption = None,
    dive_ci: Annotated[
        Path | None,
        typer.Option("--dive-ci", metavar="FILE", help="Judge also as dive does, by the rules of its .dive-ci file."),
    ] = None,
    estimate_pull: EstimatePullOption = False,
    init: Annotated[
        bool, typer.Option("--init", help="Print a settings file with limits a little above what the image has.")
    ] = False,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="RULE", help="Say what a rule asks, such as limits.layers.")
    ] = None,
    report_only: Annotated[bool, typer.Option("--report-only", help="Never end with 1.")] = False,
    form: GateFormatOption = GateFormat.text,
    output: OutputsOption = None,
    image: ImageOption = None,
    platform: PlatformOption = None,
    exact: BytesOption = False,  # noqa: ARG001 - its callback does it
    quiet: QuietOption = False,
) -> None:
    """Whether images keep the rules of a settings file: exit status 0 passed, 1 failed, 2 trouble.

    Rules stand below [gate]: limits and growth of figures, budgets of paths and packages, what is forbidden and what
    is required. docs/gates.md has all of them.
    """
    alone = {"--explain": explain is not None, "--init": init}
    refuse_ignored(context, next((each for each, there in alone.items() if there), None), images or [])
    if explain is not None:
        print_explanation(explain)
        return
    if not images:
        raise UsageError("imgscan gate needs IMAGE", hint="usage: imgscan gate [OPTIONS] IMAGE...")
    opening = Opening(lineage, platform, estimate_pull, quiet, every_figure=record_file is not None)
    if init:
        start(images, image, opening, [Path(each) for each in output or []])
        return
    outputs = outputs_of(output or [])
    refuse_one_stream_twice([*images, *([baseline] if baseline else []), *(lineage.parent or [])])
    if record_file is not None:
        check_place(record_file)
    book = rule_book(config, rule or [], dive_ci)
    kept = file_beside(book.file, book.settings) if book.settings.gate.baseline or write_baseline else None
    named = baseline or (kept and str(kept))
    inputs: dict[str, list[Path | str | None]] = {
        "image": [*images],
        "baseline": [named],
        "settings file": [book.file],
        "Dockerfile": [lines.dockerfile],
        ".dive-ci file": [dive_ci],
    }
    refuse_to_lose(outputs, inputs | {"record": [record_file]})
    if record_file is not None:
        refuse_to_lose([record_file], inputs)
    reasons = Reasons(lineage, lines, book, quiet)
    judging = Gate(book, opening, reasons, image, today())
    before = baseline_at(named, opening, adding=write_baseline) if named else None
    refuse_missing(before, asked=baseline is not None)
    verdicts = judging.verdicts(images, before)
    steps = [partial(write_verdicts, [each.document for each in verdicts], form, outputs, quiet=quiet)]
    if isinstance(before, FileBaseline):
        steps.append(partial(before.save, quiet=quiet))
    if record_file is not None:
        steps.append(partial(record, record_file, _runs(verdicts), quiet=quiet))
    try_all(steps)
    _end({each.document.status for each in verdicts}, report_only=report_only)


def _runs(verdicts: Sequence[Verdict]) -> list[Run]:
    """What is kept of each image that could be judged."""
    moment = now()
    return [run_of(each.weights, each.document.status, moment) for each in verdicts if each.weights is not None]


def _end(statuses: set[str], *, report_only: bool) -> None:
    """Trouble with one image is told even where others failed, and is no verdict that could be only reported."""
    from analyzer.gates.outcome import FAILED, TROUBLE

    if TROUBLE in statuses:
        raise typer.Exit(TROUBLE_STATUS)
    if FAILED in statuses and not report_only:
        raise typer.Exit(FAILED_STATUS)
