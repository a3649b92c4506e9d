"""Why a rule is broken, as sections of the verdict: what grew, what would win bytes back, and where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from analyzer.gates.blame import Clues, blamed_layer
from analyzer.gates.demand_rules import rules_found
from analyzer.gates.outcome import PASSED
from analyzer.gates.subjects import SEEN, UNSEEN, subjects

from .document import ForbiddenSection, PlaceSection, SavingSection, SavingsSection
from .why import grown_layers, whys_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from analyzer.analysis import Analysis
    from analyzer.findings.model import Finding, Findings
    from analyzer.instructions.matching import DockerfileMatch

    from .document import GateDocument, OutcomeSection
    from .why import Against, Since

_SAVINGS = 5
_PATHS = 3


class Places(msgspec.Struct, frozen=True):
    """Where annotations may stand: the Dockerfile and the settings file, each by its path in the repository.

    ``rules`` are the lines of rules in the settings file.
    """

    dockerfile: str | None = None
    settings: str | None = None
    rules: Mapping[str, int] = msgspec.field(default_factory=dict)


def explain(
    verdict: GateDocument,
    places: Places,
    image: Analysis,
    own: Analysis | None,
    findings: Findings,
    growth: Against | Since | None,
    blobs: Collection[str],
    match: DockerfileMatch | None,
) -> GateDocument:
    """The verdict with why, with what wins bytes back, and with a place for each rule that does not just pass.

    What is told of growth is what the broken rules are about. ``blobs`` are those of the baseline.
    """
    lines = layer_lines(image, match)
    whys = whys_of(growth, image, lines)
    grown = {figure: grown_layers(why) for figure, why in whys.sections.items()}
    clues = Clues(findings.found, grown, whys.unsure, blobs)
    broken = [each for each in verdict.outcomes if each.status != PASSED]
    asked = {subject for each in broken for subject in subjects(each.rule)}

    def place(each: OutcomeSection) -> PlaceSection | None:
        if each.status == PASSED:
            return None
        part = own if own is not None and ".own." in each.rule else image
        layer = blamed_layer(each.rule, each.paths, part, clues)
        return _place(places, each.rule, None if layer is None else lines[layer])

    return msgspec.structs.replace(
        verdict,
        outcomes=[msgspec.structs.replace(each, place=place(each)) for each in verdict.outcomes],
        why=whys.sections.get(SEEN) if SEEN in asked else None,
        why_waste=whys.sections.get(UNSEEN) if UNSEEN in asked else None,
        savings=savings_of(findings) if asked else None,
        forbidden=_forbidden(broken, findings),
    )


def layer_lines(image: Analysis, match: DockerfileMatch | None) -> list[int | None]:
    """For each layer the line of the Dockerfile that brought it: of a parent's layers, that of the FROM."""
    entries = [layer.history_index for layer in image.metadata.layers]
    return [None if match is None or entry is None else match.line_of(entry) for entry in entries]


def _place(places: Places, rule: str, line: int | None) -> PlaceSection | None:
    if places.dockerfile is not None and line is not None:
        return PlaceSection(places.dockerfile, line)
    return None if places.settings is None else PlaceSection(places.settings, places.rules.get(rule, 1))


def savings_of(findings: Findings) -> SavingsSection | None:
    """Findings in own layers that save bytes, the most first; None where there are none."""
    saving = [each for each in findings.found if each.file_bytes and not each.inherited]
    if not saving:
        return None
    return SavingsSection(
        file_bytes=findings.own.file_bytes,
        found=[_saving(each) for each in saving[:_SAVINGS]],
        omitted=len(saving[_SAVINGS:]),
        save_nothing=sum(not each.inherited for each in findings.found) - len(saving),
        inherited=sum(each.inherited for each in findings.found),
    )


def _forbidden(broken: Iterable[OutcomeSection], findings: Findings) -> ForbiddenSection | None:
    """The findings that broken rules forbid; None where there are none."""
    keys = ((each.rule.partition(".")[2], each.paths) for each in broken if each.kind == "forbidden")
    rules = frozenset[str]().union(*(rules_found(name, paths) for name, paths in keys))
    found = [each for each in findings.found if rules.intersection(each.rules)]
    return ForbiddenSection([_saving(each) for each in found[:_SAVINGS]], len(found[_SAVINGS:])) if found else None


def _saving(found: Finding) -> SavingSection:
    return SavingSection(
        rule=found.rule,
        title=found.title,
        layer=found.layer,
        line=found.dockerfile_line,
        instruction=found.instruction,
        file_bytes=found.file_bytes,
        pull_bytes=found.pull_bytes,
        paths=list(found.paths[:_PATHS]),
        edit=found.edit,
    )
