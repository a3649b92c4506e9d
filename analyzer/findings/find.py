"""All rules over one image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from ..errors import SettingsError
from ..globs import regex, whole
from ..settings import FindingSettings, nearest
from .context import Context
from .model import SEVERITIES, Finding, Findings, Rule
from .once import told_once
from .rules import RULES
from .savings import together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from ..arrays import Ints
    from ..model import ImageMetadata
    from ..rootfs.stack import Stack
    from .installed import Installations

_GRAVITY = list(SEVERITIES)
_KNOWN = [rule.id for rule in RULES]


def find_all(
    metadata: ImageMetadata,
    changes: pa.Table,
    stack: Stack,
    facts: pa.Table | None = None,
    *,
    settings: FindingSettings | None = None,
    own_from: int = 0,
    by_file: Ints | None = None,
    installations: Callable[[], Installations] | None = None,
) -> Findings:
    """What the rules that ``settings`` choose find. Raises SettingsError for a rule that there is not.

    ``facts`` about content are those of the scanning pass; without them, rules about content find nothing.
    Layers below ``own_from`` are a parent image's, and so are the rows ``by_file`` of higher ones.
    ``installations`` is asked for packages where a database of them is there.
    """
    settings = settings or FindingSettings()
    rules = chosen_rules(settings)
    context = Context(
        metadata,
        changes,
        stack,
        own_from=own_from,
        by_file=np.empty(0, np.int64) if by_file is None else by_file,
        spared={rule: whole(map(regex, globs)) for rule, globs in settings.ignore_paths.items()},
        globs=tuple(rule.globs for rule in rules),
        installations=installations,
    )
    if facts is not None:
        context = replace(context, facts=facts)
    found = sorted(told_once(finding for rule in rules for finding in rule.find(rule, context)), key=_rank)
    own = together(context, [each for each in found if not each.inherited])
    everything = together(context, found) if any(each.inherited for each in found) else own
    return Findings(tuple(found), everything, own)


def check_rules(settings: FindingSettings) -> None:
    """Raises SettingsError that leads to a rule that there is not."""
    for key, rule in _unknown_rules(settings):
        at = ("findings", key, rule)
        raise SettingsError(f"findings.{key}: there is no rule {rule!r}", hint=nearest(rule, _KNOWN), at=at)


def chosen_rules(settings: FindingSettings) -> list[Rule]:
    """The rules to apply, with the severities that the settings give them.

    Raises SettingsError for a rule that there is not, and where none is left of those that are selected.
    """
    for _, rule in _unknown_rules(settings):
        raise SettingsError(f"there is no rule {rule!r}", hint=nearest(rule, _KNOWN))
    wanted = _KNOWN if settings.select is None else settings.select
    selected = set(wanted) - set(settings.ignore)
    if wanted and not selected:  # must not pass for an image without findings
        which = ", ".join(wanted) if settings.select else "all"
        raise SettingsError(
            f"no rule is left: {which} {'is' if len(wanted) == 1 else 'are'} selected and ignored",
            hint="select or ignore fewer; a settings file has a say too",
        )
    return [
        replace(rule, severity=settings.severity.get(rule.id, rule.severity)) for rule in RULES if rule.id in selected
    ]


def _unknown_rules(settings: FindingSettings) -> Iterator[tuple[str, str]]:
    """Each rule that is named and that there is not, after the key that names it."""
    named = {
        "select": settings.select or (),
        "ignore": settings.ignore,
        "ignore-paths": settings.ignore_paths,
        "severity": settings.severity,
    }
    return ((key, rule) for key, rules in named.items() for rule in rules if rule not in _KNOWN)


def _rank(finding: Finding) -> tuple[bool, int, int, str, int]:
    layer = -1 if finding.layer is None else finding.layer
    return finding.inherited, -finding.file_bytes, _GRAVITY.index(finding.severity), finding.rule, layer
