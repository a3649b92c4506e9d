"""`imgscan baseline …`: the file that growth is counted from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.errors import UsageError

from .clock import today
from .kept import Addition, add, file_of, parent_of, read, snapshot
from .lineage import Lineage
from .options import CatalogOption, ConfigOption, ImagesArgument, ParentOption, PlatformOption, QuietOption
from .others import refuse_one_stream_twice
from .output import STANDARD_OUTPUT, tell, write
from .program import Commands, Exactly, words
from .settings import checked_settings
from .weighing import EstimatePullOption, Opening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from analyzer.gates.baseline import Baseline, Entry, Parent
    from analyzer.gates.rules import Rules
    from analyzer.settings import Settings

    from ..image import Image

DIFFERENT = 1

baseline = typer.Typer(cls=Commands, help="Keep what images weigh, to count growth from, in a file to commit.")

FileOption = Annotated[
    Path | None,
    typer.Option("--file", metavar="FILE", help="By default what the settings name, or imgscan-baseline.toml."),
]


@baseline.command("update", **words("baseline update", Exactly))
def update(
    images: ImagesArgument,
    parent: ParentOption = None,
    catalog: CatalogOption = None,
    file: FileOption = None,
    only_exceeding: Annotated[
        bool, typer.Option("--only-exceeding", help="Renew only entries whose rules about growth do not hold.")
    ] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Approve of what images weigh, and why.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="What the entry is for, such as app:*-slim. By default any tag."),
    ] = None,
    estimate_pull: EstimatePullOption = False,
    config: ConfigOption = None,
    platform: PlatformOption = None,
    quiet: QuietOption = False,
) -> None:
    """Add images, or renew what is kept of them.

    With --reason what they weigh is approved of; without, it is kept as the last build, and creep is counted from what
    was approved before. An image that breaks a rule about growth needs a reason. docs/baselines.md has more.
    """
    if reason is not None and not reason.strip():
        raise UsageError("--reason: it is empty", hint="say why the image may weigh what it weighs")
    if name is not None and len(images) > 1:
        raise UsageError(f"--name: one name does not fit {len(images)} images")
    refuse_one_stream_twice([*images, *(parent or [])])
    opening = Opening(Lineage(parent=parent, catalog=catalog), platform, estimate_pull, quiet)
    place = file_of(file, config)
    update = _Update(checked_settings(config)[1], opening, reason, name, only_exceeding, today())
    before = after = read(place)
    for each in images:
        after = update.added(after, opening.image_at(each, None))
    if after != before:
        add(update.additions, place, quiet=quiet)
    for line in [*update.told, *([f"wrote {place}"] if after != before else [])]:
        tell(line, quiet=quiet)


@baseline.command("check", **words("baseline check", Exactly))
def check(
    images: ImagesArgument,
    parent: ParentOption = None,
    catalog: CatalogOption = None,
    file: FileOption = None,
    config: ConfigOption = None,
    platform: PlatformOption = None,
    quiet: QuietOption = False,
) -> None:
    """Whether the file has an entry for each image, an image for each entry, and the same parents.

    Exit status: 0 all fits, 1 something does not, 2 trouble.
    """
    from analyzer.gates.baseline_file import read_baseline

    refuse_one_stream_twice([*images, *(parent or [])])
    place = file_of(file, config)
    found = read_baseline(place)
    opening = Opening(Lineage(parent=parent, catalog=catalog), platform, estimate_pull=False, quiet=quiet)
    lines = list(_differences(found, [opening.image_at(each, None) for each in images], opening))
    write("".join(f"{line}\n" for line in lines).encode(), STANDARD_OUTPUT)
    if lines:
        raise typer.Exit(DIFFERENT)
    tell(f"{place} fits", quiet=quiet)


@dataclass
class _Update:
    """What is renewed, and why; ``taken`` has the image that each entry was renewed for.

    ``additions`` are to be written; ``told`` is what is to be said of the images then.
    """

    settings: Settings
    opening: Opening
    reason: str | None
    name: str | None
    only_exceeding: bool
    today: date
    taken: dict[str, str] = field(default_factory=dict)
    additions: list[Addition] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def added(self, baseline: Baseline, image: Image) -> Baseline:
        """The baseline with the image. Raises UsageError where it grew too much and nobody says why."""
        from analyzer.gates.baseline import key_for

        key = self.name or key_for(baseline, image.name)
        told = _told(key, image.platform)
        self._take(told, image)
        entry = _entry(baseline, key, image.platform)
        rules = self._rules(image)
        exceeding, failed = self._broken(image, rules, entry)
        if entry is not None and self.only_exceeding and not exceeding:
            self.told.append(f"left {told} as it was")
            return baseline
        if failed and self.reason is None:
            raise UsageError(f"{image.name} breaks {', '.join(failed)}", hint="approve of it with --reason TEXT")
        kept = snapshot(image, self.opening, rules.asked.paths, self.today)
        self.additions.append(Addition(key, image.platform, kept, self.reason))
        approved = entry is None or self.reason is not None
        self.told.append(f"{'approved of' if approved else 'took the last build of'} {told}")
        return self.additions[-1].to(baseline)

    def _take(self, entry: str, image: Image) -> None:
        if entry in self.taken:
            other = self.taken[entry]
            hint = "tell them apart with --name, such as app:*-slim"
            raise UsageError(f"{other} and {image.name} are both for the entry {entry}", hint=hint)
        self.taken[entry] = image.name

    def _rules(self, image: Image) -> Rules:
        """The rules of the settings for an image, of which there may be none. Raises UsageError where it needs some."""
        from analyzer.gates.rules import rules_of
        from analyzer.settings_gate import settings_for

        rules = rules_of(settings_for(self.settings.gate, image.name, image.platform), None, self.settings.findings)
        if self.only_exceeding and not rules.about_growth:
            told = f"--only-exceeding: no rule is about growth of {image.name}"
            raise UsageError(told, hint="write some below [gate.growth]")
        return rules

    def _broken(self, image: Image, rules: Rules, entry: Entry | None) -> tuple[list[str], list[str]]:
        """The rules about growth that do not hold, and those of them that fail."""
        from analyzer.gates.outcome import FAILED, PASSED
        from analyzer.gates.snapshots import weights_of

        if entry is None or not rules.about_growth:
            return [], []
        part, weights = self.opening.weighed(image, rules.of_growth)
        outcomes = part.judge(rules.of_growth, weights, weights_of(entry, image.platform), self.today)
        exceeding = [each for each in outcomes if each.status != PASSED]
        return [each.key for each in exceeding], [each.key for each in exceeding if each.status == FAILED]


def _differences(baseline: Baseline, images: list[Image], opening: Opening) -> Iterator[str]:
    """A line for each image without an entry, each entry without an image, and each parent that is another one."""
    from analyzer.gates.baseline import UNKNOWN_PLATFORM, key_for
    from reports.formatting import visible

    seen = set()
    for each in images:
        key = key_for(baseline, each.name)
        seen.add((key, each.platform or UNKNOWN_PLATFORM))
        entry = _entry(baseline, key, each.platform)
        if entry is None:
            yield f"missing  {visible(_told(key, each.platform))}: {visible(each.name)} has no entry"
            continue
        before, now = entry.last.parent, parent_of(opening.lineage.of(each, quiet=opening.quiet))
        if before != now:
            yield f"parent   {visible(_told(key, each.platform))}: {visible(_parent(before))} → {visible(_parent(now))}"
    for key, platforms in sorted(baseline.images.items()):
        for platform in sorted(platforms):
            if (key, platform) not in seen:
                yield f"stale    {visible(_told(key, platform))}: no such image is given"


def _parent(parent: Parent | None) -> str:
    if parent is None:
        return "none"
    return f"{parent.name or 'an unnamed one'} ({parent.evidence}, {parent.layers} layers)"


def _told(key: str, platform: str) -> str:
    from analyzer.gates.baseline import UNKNOWN_PLATFORM

    return f"{key} for {platform or UNKNOWN_PLATFORM}"


def _entry(baseline: Baseline, key: str, platform: str) -> Entry | None:
    from analyzer.gates.baseline import UNKNOWN_PLATFORM

    return baseline.images.get(key, {}).get(platform or UNKNOWN_PLATFORM)
