"""`imgscan gate IMAGE...`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.errors import SettingsError, UsageError
from analyzer.settings import settings_file

from .gate_formats import GateFormat, GateFormatOption, OutputsOption, outputs_of, write_verdicts
from .gate_reasons import Reasons
from .groups import grouped
from .lineage import Lineage, own_part
from .lines import Lines
from .others import ConfigOption, PlatformOption, QuietOption, refuse_one_stream_twice
from .saved import saved_report

if TYPE_CHECKING:
    from datetime import date

    from analyzer.gates.dive.config import DiveRules
    from analyzer.gates.rules import Rules
    from analyzer.gates.weights import Weights
    from reports.gate_document import GateDocument

    from ..image import Image

FAILED_STATUS = 1


@grouped
def gate(
    images: Annotated[list[str], typer.Argument(metavar="IMAGE...", help="Files or folders, as for other commands.")],
    lineage: Lineage,
    lines: Lines,
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", "-r", metavar="KEY=LIMIT", help='Such as rootfs_bytes="300 MB". Repeatable.'),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            metavar="IMAGE|REPORT",
            help="What growth is counted from: an image, or a saved report.",
        ),
    ] = None,
    config: ConfigOption = None,
    dive_ci: Annotated[
        Path | None,
        typer.Option("--dive-ci", metavar="FILE", help="Judge also as dive does, by the rules of its .dive-ci file."),
    ] = None,
    report_only: Annotated[bool, typer.Option("--report-only", help="Never end with 1.")] = False,
    form: GateFormatOption = GateFormat.text,
    output: OutputsOption = None,
    platform: PlatformOption = None,
    quiet: QuietOption = False,
) -> None:
    """Whether images keep the rules of a settings file: exit status 0 passed, 1 failed, 2 trouble.

    Rules stand below [gate]: limits and growth of figures, budgets of paths and packages, what is forbidden and what
    is required. docs/gates.md has all of them.
    """
    from analyzer.gates.outcome import FAILED

    outputs = outputs_of(output or [], images)
    refuse_one_stream_twice([*images, *([baseline] if baseline else []), *(lineage.parent or [])])
    rules = _rules(config, rule or [], dive_ci)
    reasons = Reasons(lineage, lines, config or settings_file(), quiet)
    gates = _Gates(rules, lineage, reasons, platform, _today(), quiet)
    before = gates.baseline(baseline) if baseline else None
    verdicts = [gates.judged(each, before) for each in images]
    write_verdicts(verdicts, form, outputs)
    if not report_only and any(each.status == FAILED for each in verdicts):
        raise typer.Exit(FAILED_STATUS)


@dataclass(frozen=True)
class _Baseline:
    """What growth is counted from; ``image`` is None where it is a saved report."""

    weights: Weights
    image: Image | None


@dataclass(frozen=True)
class _Gates:
    """The rules, and how images are opened that are held to them."""

    rules: Rules
    lineage: Lineage
    reasons: Reasons
    platform: str | None
    today: date
    quiet: bool

    def baseline(self, reference: str) -> _Baseline:
        """The figures of an image, or those that a saved report has."""
        from reports.gate_document import weights_of

        document = saved_report(reference)
        if document is not None:
            weights = weights_of(document)
            return _Baseline(replace(weights, whole=weights.own, packages=None) if self.lineage.own else weights, None)
        image = self._opened(reference)
        own = self._own(image)
        return _Baseline(self._part(image, own).weigh(own, self.rules.asked), image)

    def judged(self, reference: str, before: _Baseline | None) -> GateDocument:
        """The verdict, and why the image grew where the image before is at hand."""
        from reports.gate_document import build_gate

        image = self._opened(reference)
        weights = None if before is None else before.weights
        own = self._own(image)
        part = self._part(image, own)
        outcomes = part.judge(self.rules, part.weigh(own, self.rules.asked), weights, self.today)
        unjudged = ["no baseline: growth is not judged"] if self.rules.growth and before is None else []
        baseline = None if weights is None else weights.name
        verdict = build_gate(image.name, image.platform, baseline, outcomes, [*unjudged, *image.all_notes])
        return self.reasons.added(verdict, image, own, None if before is None else before.image)

    def _opened(self, reference: str) -> Image:
        from ..image import open as open_image
        from .progress import shown_progress

        with shown_progress(reference, quiet=self.quiet) as progress:
            image = open_image(reference, platform=self.platform, progress=progress)
            _ = image.size
        return image

    def _part(self, image: Image, own: Image | None) -> Image:
        """What rules are about that say nothing of own layers."""
        return own if self.lineage.own and own is not None else image

    def _own(self, image: Image) -> Image | None:
        if not (self.rules.needs_own or self.lineage.own):
            return None
        return own_part(image, self.lineage.of(image, quiet=self.quiet), quiet=self.quiet)


def _rules(config: Path | None, given: list[str], dive_ci: Path | None) -> Rules:
    """All rules. Raises SettingsError for one that makes no sense, and UsageError where there are none."""
    from analyzer.gates.rules import rules_of, with_given
    from analyzer.settings import load_settings

    file = config or settings_file()
    settings = load_settings(file)
    try:
        rules_of(settings.gate, None, settings.findings)
    except SettingsError as error:
        raise SettingsError(f"{file}: {error}", hint=error.hint) from error
    rules = rules_of(with_given(settings.gate, given), _dive_rules(dive_ci), settings.findings)
    if rules.are_none:
        where = f"{file} has none below [gate]" if file else "this folder has no imgscan.toml"
        raise UsageError(f"no rules: {where}", hint="write some, or give them with --rule; imgscan gate --help")
    return rules


def _dive_rules(file: Path | None) -> DiveRules | None:
    if file is None:
        return None
    from analyzer.gates.dive.config import load_dive_rules

    return load_dive_rules(file)


def _today() -> date:
    """The day on which exceptions are judged: that of $SOURCE_DATE_EPOCH, where it is set."""
    from ..epoch import source_date_epoch

    epoch = source_date_epoch()
    return (datetime.now(UTC) if epoch is None else datetime.fromtimestamp(epoch, UTC)).date()
