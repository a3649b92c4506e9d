"""`imgscan gate IMAGE...`."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.errors import OutputError, SettingsError, UsageError

from .clock import now, today
from .endings import form_of
from .groups import grouped
from .kept import Kept, file_of, growth_since, kept, opened, save, snapshot
from .lineage import Lineage, own_part
from .others import ConfigOption, PlatformOption, QuietOption, refuse_one_stream_twice
from .output import STANDARD_OUTPUT, refuse_to_replace, tell, write
from .record import check_place, record, run_of
from .saved import saved_report

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from analyzer.gates.baseline import Entry, Snapshot
    from analyzer.gates.dive.config import DiveRules
    from analyzer.gates.rules import Rules
    from analyzer.gates.weights import Asked, Weights
    from analyzer.inheritance.inheritance import Inheritance
    from reports.gate_document import Verdict

    from ..image import Image

FAILED_STATUS = 1


class GateFormat(str, Enum):
    """How verdicts are printed."""

    text = "text"
    markdown = "markdown"
    json = "json"
    junit = "junit"
    github = "github"


_ENDINGS = {"txt": GateFormat.text, "md": GateFormat.markdown, "json": GateFormat.json, "xml": GateFormat.junit}


@grouped
def gate(
    images: Annotated[list[str], typer.Argument(metavar="IMAGE...", help="Files or folders, as for other commands.")],
    lineage: Lineage,
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
    report_only: Annotated[bool, typer.Option("--report-only", help="Never end with 1.")] = False,
    form: Annotated[
        GateFormat, typer.Option("--format", "-f", help="Of standard output; github: annotations.")
    ] = GateFormat.text,
    output: Annotated[
        list[Path] | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write this too, as its name ends. Repeatable."),
    ] = None,
    platform: PlatformOption = None,
    quiet: QuietOption = False,
) -> None:
    """Whether images keep the rules of a settings file: exit status 0 passed, 1 failed, 2 trouble.

    Rules stand below [gate]: limits and growth of figures, budgets of paths and packages, what is forbidden and what
    is required. docs/gates.md has all of them.
    """
    from analyzer.gates.outcome import FAILED

    outputs = _outputs(output or [], images)
    refuse_one_stream_twice([*images, *([baseline] if baseline else []), *(lineage.parent or [])])
    if record_file is not None:
        check_place(record_file)
    rules = _rules(config, rule or [], dive_ci)
    named = baseline or (str(file_of(None, config)) if rules.settings.baseline or write_baseline else None)
    gates = _Gates(rules, lineage, platform, today(), quiet, every_figure=record_file is not None)
    before = gates.baseline(named, adding=write_baseline) if named else None
    judged = [gates.judged(each, before) for each in images]
    verdicts = [each.verdict for each in judged]
    if isinstance(before, Kept) and write_baseline:
        _add(before, judged, quiet=quiet)
    if record_file is not None:
        moment = now()
        runs = [run_of(each.weights, each.verdict.document.status, moment) for each in judged]
        record(record_file, runs, quiet=quiet)
    for path, its_form in outputs.items():
        write(_rendered(verdicts, its_form), path)
    _summarize(verdicts)
    write(_rendered(verdicts, form), STANDARD_OUTPUT)
    if not report_only and any(each.document.status == FAILED for each in verdicts):
        raise typer.Exit(FAILED_STATUS)


def _outputs(paths: Sequence[Path], images: Sequence[str]) -> dict[Path, GateFormat]:
    """The files to write with their formats. Raises OutputError before anything is read."""
    for path in paths:
        for image in images:
            refuse_to_replace(image, path)
    return {path: form_of(path, _ENDINGS, GateFormat.text) for path in paths}


def _rendered(verdicts: Sequence[Verdict], form: GateFormat) -> bytes:
    from reports import gate_document, gate_github, gate_junit, gate_markdown, gate_terminal

    renderers = {
        GateFormat.text: gate_terminal.render,
        GateFormat.markdown: gate_markdown.render,
        GateFormat.json: gate_document.as_json,
        GateFormat.junit: gate_junit.render,
        GateFormat.github: gate_github.render,
    }
    return renderers[form](verdicts).encode()


def _summarize(verdicts: Sequence[Verdict]) -> None:
    """Add the verdicts to the summary of a job of GitHub, where there is one to add to. Raises OutputError."""
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if not summary:
        return
    try:
        with Path(summary).open("ab") as file:
            file.write(_rendered(verdicts, GateFormat.markdown))
    except OSError as error:
        raise OutputError(f"cannot write to $GITHUB_STEP_SUMMARY, {summary}: {error.strerror}") from error


@dataclass(frozen=True)
class _Baseline:
    """What growth is counted from, where that is no baseline file; ``image`` is None where it is a saved report."""

    weights: Weights
    image: Image | None


@dataclass(frozen=True)
class _Judged:
    """A verdict, what the image weighs, and what is to be added to the baseline file, if anything."""

    verdict: Verdict
    weights: Weights
    added: Snapshot | None


@dataclass(frozen=True)
class _Gates:
    """The rules, and how images are opened that are held to them."""

    rules: Rules
    lineage: Lineage
    platform: str | None
    today: date
    quiet: bool
    every_figure: bool = False

    def baseline(self, reference: str, *, adding: bool) -> _Baseline | Kept:
        """What growth is counted from: of a baseline file all entries, else the weights of an image or a report.

        Raises UsageError where images are to be added to something else than a baseline file.
        """
        from reports.gate_document import weights_of

        found = kept(reference, adding=adding)
        if found is not None:
            return found
        if adding:
            raise UsageError(f"--write-baseline: {reference} is no baseline file", hint="name one that ends in .toml")
        document = saved_report(reference)
        if document is not None:
            return _Baseline(self._own_if_asked(weights_of(document)), None)
        image = opened(reference, self.platform, quiet=self.quiet)
        own = self._own(image)
        return _Baseline(self._part(image, own).weigh(own, self.rules.asked), image)

    def judged(self, reference: str, before: _Baseline | Kept | None) -> _Judged:
        """The verdict, and why the image grew where the image before, or what is kept of it, is at hand."""
        import msgspec

        from analyzer.gates.outcome import FAILED, PASSED
        from reports.gate_document import Verdict, build_gate

        from ..image_diff import diff

        image = opened(reference, self.platform, quiet=self.quiet)
        entry = before.entry(image) if isinstance(before, Kept) else None
        own = self._own(image)
        part = self._part(image, own)
        weights = part.weigh(own, self._asked)
        known = self._known(before, entry, image.platform)
        outcomes = part.judge(self.rules, weights, known, self.today)
        notes = [*self._unjudged(before, known), *image.all_notes]
        document = build_gate(image.name, None if known is None else known.name, outcomes, notes)
        added = None
        if isinstance(before, Kept) and before.adding and entry is None and document.status != FAILED:
            added = snapshot(image, self._parents(image), self.rules.asked.paths, self.today, quiet=self.quiet)
        if document.status == PASSED:
            return _Judged(Verdict(document, None), weights, added)
        if entry is not None:
            growth = growth_since(entry, image, outcomes)
            return _Judged(Verdict(msgspec.structs.replace(document, growth=growth), None), weights, added)
        if not isinstance(before, _Baseline) or before.image is None:
            return _Judged(Verdict(document, None), weights, added)
        return _Judged(Verdict(document, diff(before.image, image).report()), weights, added)

    @property
    def _asked(self) -> Asked:
        """What is to be weighed: all figures where they are kept, else those that rules are about."""
        from analyzer.gates.figures import FIGURES

        return replace(self.rules.asked, figures=tuple(FIGURES)) if self.every_figure else self.rules.asked

    def _known(self, before: _Baseline | Kept | None, entry: Entry | None, platform: str) -> Weights | None:
        """The weights that growth is counted from; None in a first run."""
        from analyzer.gates.snapshots import weights_of

        if isinstance(before, _Baseline):
            return before.weights
        return None if entry is None else self._own_if_asked(weights_of(entry, platform))

    def _own_if_asked(self, weights: Weights) -> Weights:
        """The weights as rules about own layers see them, where all rules are."""
        if not self.lineage.own:
            return weights
        approved = weights.approved and self._own_if_asked(weights.approved)
        return replace(weights, whole=weights.own, packages=None, directories=None, paths=None, approved=approved)

    def _unjudged(self, before: _Baseline | Kept | None, known: Weights | None) -> list[str]:
        if not self.rules.about_growth or known is not None:
            return []
        if isinstance(before, Kept):
            return [f"a first run: {before.file} has nothing on this image yet, so growth is not judged"]
        return ["no baseline: growth is not judged"]

    def _part(self, image: Image, own: Image | None) -> Image:
        """What rules are about that say nothing of own layers."""
        return own if self.lineage.own and own is not None else image

    def _own(self, image: Image) -> Image | None:
        if not (self.rules.needs_own or self.lineage.own):
            return None
        return own_part(image, self._parents(image), quiet=self.quiet)

    def _parents(self, image: Image) -> Inheritance:
        return self.lineage.of(image, quiet=self.quiet)


def _add(file: Kept, judged: Sequence[_Judged], *, quiet: bool) -> None:
    """Write the baseline file with the images that it lacked, where there are any. Raises OutputError."""
    from analyzer.gates.baseline import EMPTY, key_for, renewed

    baseline = file.baseline or EMPTY
    for each in judged:
        if each.added is not None:
            key = key_for(baseline, each.weights.name)
            baseline = renewed(baseline, key, each.weights.platform, each.added, None)
            tell(f"added {each.weights.name} to {file.file}", quiet=quiet)
    if baseline != (file.baseline or EMPTY):
        save(baseline, file.file)


def _rules(config: Path | None, given: list[str], dive_ci: Path | None) -> Rules:
    """All rules. Raises SettingsError for one that makes no sense, and UsageError where there are none."""
    from analyzer.gates.rules import rules_of, with_given
    from analyzer.settings import load_settings, settings_file

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
