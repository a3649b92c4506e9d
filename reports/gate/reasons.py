"""Why a rule is broken, as sections of the verdict: what grew, what would win bytes back, and where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from analyzer.gates.blame import Clues, blamed_layer
from analyzer.gates.outcome import PASSED
from analyzer.instructions.created_by import parse_instruction

from ..diff.parts import DIRECTORY, LAYER, PACKAGE, layer_of, parts_of, rest_of
from .document import GateCauseSection, PlaceSection, SavingSection, SavingsSection, WhySection

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analyzer.analysis import Analysis
    from analyzer.findings.model import Finding, Findings
    from analyzer.gates.causes import Cause, Causes, Parts
    from analyzer.instructions.matching import DockerfileMatch

    from ..diff.document import DiffDocument
    from ..diff.parts import Part
    from .document import GateDocument, OutcomeSection

_LEVELS = (5, 4, 3, 2)
_SAVINGS = 5
_MAYBE = 3
_PATHS = 3


class Places(msgspec.Struct, frozen=True):
    """Where annotations may stand: the Dockerfile and the settings file, each by its path in the repository.

    ``rules`` are the lines of rules in the settings file.
    """

    dockerfile: str | None = None
    settings: str | None = None
    rules: Mapping[str, int] = msgspec.field(default_factory=dict)


class Since(msgspec.Struct, frozen=True):
    """What a baseline file tells of growth: the causes, what a container sees now, and growth since the last build."""

    causes: Causes
    rootfs_bytes: int
    in_this_build: int


def explain(
    verdict: GateDocument,
    places: Places,
    image: Analysis,
    own: Analysis | None,
    findings: Findings,
    growth: DiffDocument | Since | None,
    blobs: Collection[str],
    match: DockerfileMatch | None,
) -> GateDocument:
    """The verdict with why, with what wins bytes back, and with a place for each rule that does not just pass.

    ``blobs`` are those of the baseline.
    """
    lines = layer_lines(image, match)
    why = why_since(growth, image, lines) if isinstance(growth, Since) else growth and why_of(growth, lines)
    unsure = unsure_bytes(growth.causes) if isinstance(growth, Since) else 0
    clues = Clues(findings.found, grown_layers(why.causes if why else []), unsure, blobs)

    def place(each: OutcomeSection) -> PlaceSection | None:
        if each.status == PASSED:
            return None
        part = own if own is not None and ".own." in each.rule else image
        layer = blamed_layer(each.rule, each.paths, part, clues)
        return _place(places, each.rule, None if layer is None else lines[layer])

    return msgspec.structs.replace(
        verdict,
        outcomes=[msgspec.structs.replace(each, place=place(each)) for each in verdict.outcomes],
        why=why,
        savings=savings_of(findings),
    )


def layer_lines(image: Analysis, match: DockerfileMatch | None) -> list[int | None]:
    """For each layer the line of the Dockerfile that brought it: of a parent's layers, that of the FROM."""
    entries = [layer.history_index for layer in image.metadata.layers]
    return [None if match is None or entry is None else match.line_of(entry) for entry in entries]


def _place(places: Places, rule: str, line: int | None) -> PlaceSection | None:
    if places.dockerfile is not None and line is not None:
        return PlaceSection(places.dockerfile, line)
    return None if places.settings is None else PlaceSection(places.settings, places.rules.get(rule, 1))


def why_of(diff: DiffDocument, lines: Sequence[int | None]) -> WhySection | None:
    """What grew, by layer, package, directory and file; ``lines`` are those of the new image's layers.

    None where nothing did.
    """
    parts = parts_of(diff.growth.layers, _LEVELS)
    if not parts:
        return None
    return WhySection(
        before=diff.old.size.rootfs_bytes,
        bytes=diff.growth.bytes,
        rest=rest_of(diff.growth.bytes, parts),
        causes=[_cause(diff, each, lines) for each in parts],
    )


def _cause(diff: DiffDocument, part: Part, lines: Sequence[int | None]) -> GateCauseSection:
    pair = layer_of(diff, part) if part.kind == LAYER else None
    layer = None if pair is None else pair.new
    return GateCauseSection(
        kind=part.kind,
        name=part.title,
        versions=part.versions,
        bytes=part.bytes,
        rest=part.rest,
        layer=layer,
        line=None if layer is None else lines[layer],
        causes=[_cause(diff, each, lines) for each in part.parts],
    )


def why_since(growth: Since, image: Analysis, lines: Sequence[int | None]) -> WhySection | None:
    """What grew since a baseline file kept the image, below layers as far as they are known. None where nothing did."""
    causes = growth.causes
    kind, parts = _told_parts(causes)
    by_layer: dict[int, list[GateCauseSection]] = {}
    nowhere = []
    for each in parts.causes:
        for layer, size in each.layers.items():
            by_layer.setdefault(layer, []).append(_part(each, kind, size))
        left = each.bytes - sum(each.layers.values())
        nowhere += [_part(each, kind, left, each.others)] if left else []
    sections = [_layer(image, layer, found, lines) for layer, found in by_layer.items()] + nowhere
    if not sections:
        return None
    sections.sort(key=lambda section: -abs(section.bytes))
    return WhySection(
        before=growth.rootfs_bytes - causes.bytes,
        bytes=causes.bytes,
        rest=causes.bytes - sum(section.bytes for section in sections),
        causes=sections,
        since=causes.since.isoformat(),
        approved=causes.approved,
        in_this_build=growth.in_this_build,
    )


def _layer(
    image: Analysis, layer: int, causes: list[GateCauseSection], lines: Sequence[int | None]
) -> GateCauseSection:
    entry = image.metadata.layers[layer].history_index
    history = image.metadata.config.history or []
    return GateCauseSection(
        kind=LAYER,
        name="" if entry is None else parse_instruction(history[entry].created_by).text,
        versions="",
        bytes=sum(each.bytes for each in causes),
        rest=0,
        layer=layer,
        line=lines[layer],
        causes=causes,
    )


def _part(cause: Cause, kind: str, size: int, layers: Sequence[int] = ()) -> GateCauseSection:
    """So many bytes of a cause; one of the ``layers`` made the difference, and which is not known."""
    change = ["new"] if cause.before is None else [] if cause.now else ["gone"]
    maybe = [_one_of(sorted(layers))] if layers else []
    name = cause.name + ("/" if kind == DIRECTORY else "")
    told = ", ".join([*change, *maybe])
    return GateCauseSection(kind, name, f"({told})" if told else "", size, 0, None, None, [])


def _one_of(layers: Sequence[int]) -> str:
    return f"by one of {len(layers)} layers" if len(layers) > _MAYBE else f"by layer {' or '.join(map(str, layers))}"


def _told_parts(causes: Causes) -> tuple[str, Parts]:
    """Packages, where these make up most of the growth, else directories, as each file counts in both."""
    owned = causes.bytes - causes.unowned
    by_package = bool(causes.packages.causes) and 2 * abs(owned) >= abs(causes.bytes)
    return (PACKAGE, causes.packages) if by_package else (DIRECTORY, causes.directories)


def unsure_bytes(causes: Causes) -> int:
    """Growth of which several layers may have made any part."""
    return sum(each.bytes - sum(each.layers.values()) for each in _told_parts(causes)[1].causes if each.others)


def grown_layers(causes: Sequence[GateCauseSection]) -> dict[int, int]:
    """By how much each layer of the image makes the root filesystem larger, as far as it is among the causes."""
    return {each.layer: each.bytes for each in causes if each.layer is not None and each.bytes > 0}


def savings_of(findings: Findings) -> SavingsSection | None:
    """Findings in own layers that save bytes, the most first; None where there are none."""
    saving = [each for each in findings.found if each.file_bytes and not each.inherited]
    if not saving:
        return None
    return SavingsSection(
        file_bytes=findings.own.file_bytes,
        found=[_saving(each) for each in saving[:_SAVINGS]],
        omitted=len(saving[_SAVINGS:]),
    )


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
