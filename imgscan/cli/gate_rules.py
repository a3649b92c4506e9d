"""The rules of a gate: those of a settings file, of a command line and of a `.dive-ci` file, image by image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.errors import UsageError

from .settings import checked_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from analyzer.gates.dive.rules import DiveRules
    from analyzer.gates.exceptions import Judged
    from analyzer.gates.rules import Rules
    from analyzer.settings import Settings

_NAMED = 5


@dataclass(frozen=True)
class RuleBook:
    """Rules with sections for some images, and the settings ``file`` that has them, None where there is none.

    ``sources`` are where they come from, for people to read. ``unread`` is a note on settings that are there too, and
    that nobody reads; nothing where there are none.
    """

    file: Path | None
    settings: Settings
    given: tuple[str, ...]
    dive: DiveRules | None
    sources: str
    unread: tuple[str, ...] = ()

    def rules_for(self, name: str, platform: str) -> Rules:
        """What holds for one image. Raises UsageError where nothing does: it must not pass unjudged."""
        from analyzer.gates.rules import rules_of, with_given
        from analyzer.settings_gate import settings_for

        gate = with_given(settings_for(self.settings.gate, name, platform), self.given)
        rules = rules_of(gate, self.dive, self.settings.findings)
        if rules.are_none:
            hint = "write common ones, or a section that fits it"
            raise UsageError(f"no rules for this image, {name} ({platform or 'no platform'})", hint=hint)
        return rules

    def unfit(self, images: Sequence[tuple[str, str]]) -> list[str]:
        """A note on the sections that fit none of the images, each a name and a platform; nothing where all do."""
        sections = self.settings.gate.image
        left = [each for each in sections if not any(each.fits(*image) for image in images)]
        told = [each.name if each.platform == "*" else f"{each.name} on {each.platform}" for each in left]
        more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
        return [f"no image of this run fits [[gate.image]] {', '.join(told[:_NAMED])}{more}"] if told else []

    def unneeded(self, images: Sequence[Judged]) -> list[str]:
        """Notes on exceptions that made no difference to any of the images."""
        from analyzer.gates.exceptions import unneeded

        told = list(unneeded(self.settings.gate.allow, images))
        more = [f"{len(told) - _NAMED} more needless exceptions"] if len(told) > _NAMED else []
        return [*told[:_NAMED], *more]


def rule_book(config: Path | None, given: Sequence[str], dive_ci: Path | None) -> RuleBook:
    """All rules. Raises SettingsError for one that makes no sense, and UsageError where there are none."""
    from analyzer.gates.rules import rules_of, with_given
    from analyzer.settings import unread_file

    file, settings = checked_settings(config)
    dive = _dive_rules(dive_ci)
    rules = rules_of(with_given(settings.gate, given), dive, settings.findings)
    if rules.are_none and not settings.gate.image:
        where = f"{file} has none below [gate]" if file else "this folder has no imgscan.toml"
        where += f", and {dive_ci} disables all of its own" if dive_ci else ""
        raise UsageError(f"no rules: {where}", hint="write some, or give them with --rule; imgscan gate --help")
    sources = [*([str(file)] if file else []), *(["--rule"] if given else []), *([str(dive_ci)] if dive_ci else [])]
    left = unread_file(config)
    unread = (f"{left} has [tool.imgscan] too, which is not read: {file} comes first",) if left else ()
    return RuleBook(file, settings, tuple(given), dive, ", ".join(sources), unread)


def _dive_rules(file: Path | None) -> DiveRules | None:
    if file is None:
        return None
    from analyzer.gates.dive.config import load_dive_rules

    return load_dive_rules(file)
