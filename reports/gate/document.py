"""The verdict of a gate as a document, which all of its formats are made from."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from analyzer.gates.figures import FIGURES
from analyzer.gates.outcome import ALLOWED, FAILED, PASSED, TROUBLE, WARNED
from analyzer.gates.subjects import SEEN
from analyzer.gates.weights import Weights
from analyzer.streams.compression import PLAIN

from ..diff.document import Growth
from ..document import Bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.gates.figures import Value
    from analyzer.gates.outcome import Outcome

    from ..document import Document, PackagesSection

GATE_SCHEMA_VERSION = "1.0"
_ORDER = (FAILED, WARNED, ALLOWED, PASSED)

Line = Annotated[int, Meta(ge=1)]


class PlaceSection(msgspec.Struct, frozen=True):
    """Where to look first: the instruction that caused most of what was found, or the settings that ask for it."""

    file: Annotated[str, Meta(description="A Dockerfile or a settings file, from the root of the repository")]
    line: Line


class OutcomeSection(msgspec.Struct, frozen=True):
    """One rule, judged; numbers are in ``unit``, and null where infinite."""

    rule: Annotated[str, Meta(description="Table and key of the settings, such as limits.layers")]
    status: Annotated[str, Meta(description="failed, warned, allowed by an exception, or passed")]
    unit: Annotated[str, Meta(description="bytes, share or count")]
    limit: float
    found: float | None
    before: Annotated[float | None, Meta(description="The baseline's, of rules about growth")]
    margin: Annotated[float | None, Meta(description="What is left until the limit; negative beyond it")]
    paths: Annotated[list[str], Meta(description="The first of what must not be there, or is missing")]
    reason: Annotated[str | None, Meta(description="Of an exception that holds, or that ran out")]
    place: PlaceSection | None = None
    kind: Annotated[str, Meta(description="limit, growth, forbidden or required")] = "limit"
    estimated: Annotated[bool, Meta(description="Whether what was found, or before, is an estimate")] = False


class CandidateSection(msgspec.Struct, frozen=True):
    """A layer that may have made more waste: which of several did, a baseline file cannot tell."""

    name: Annotated[str, Meta(description="Instruction; empty where unknown")]
    bytes: Annotated[Bytes, Meta(description="All that it makes waste now, not only what is new of it")]
    layer: int
    line: Annotated[Line | None, Meta(description="Line of the Dockerfile")]
    causes: Annotated[list[GateCauseSection], Meta(description="What these bytes are")]


class GateCauseSection(msgspec.Struct, frozen=True):
    """A part of the growth, with the largest of its own parts."""

    kind: Annotated[str, Meta(description="layer, package, directory or file; of waste also its cause, or waste")]
    name: Annotated[str, Meta(description="Instruction, package or path; of a cause of waste its word")]
    versions: Annotated[
        str, Meta(description="Of packages, the old and the new one; else (new), (gone), (by layer 1 or 2) or empty")
    ]
    bytes: Growth
    rest: Annotated[Growth, Meta(description="Of its bytes, what none of its causes names")]
    layer: Annotated[int | None, Meta(description="Of layers, which one; null for one that the image lacks")]
    line: Annotated[Line | None, Meta(description="Of layers, the line of the Dockerfile")]
    causes: list[GateCauseSection]
    candidates: Annotated[
        list[CandidateSection],
        Meta(description="Of waste that is no layer's for certain: those that make the most now"),
    ] = []


class WhySection(msgspec.Struct, frozen=True):
    """Why the root filesystem or waste grew: its causes, the largest first."""

    before: Bytes
    bytes: Growth
    rest: Annotated[Growth, Meta(description="What none of the causes names")]
    causes: list[GateCauseSection]
    since: Annotated[str | None, Meta(description="Of a baseline file: the day that growth is counted from")] = None
    approved: Annotated[bool, Meta(description="Whether the image of that day was approved, or just the last")] = False
    in_this_build: Annotated[Growth | None, Meta(description="Of a baseline file: since the last build")] = None
    figure: Annotated[str, Meta(description="rootfs_bytes or waste_bytes")] = SEEN


class SavingSection(msgspec.Struct, frozen=True):
    """A finding that wins bytes back."""

    rule: str
    title: str
    layer: int | None
    line: Annotated[Line | None, Meta(description="Line of the Dockerfile")]
    instruction: str
    file_bytes: Bytes
    pull_bytes: float | None
    paths: list[str]
    edit: Annotated[str, Meta(description="What to change")]


class ForbiddenSection(msgspec.Struct, frozen=True):
    """Findings that broken rules forbid, those of own layers first."""

    found: list[SavingSection]
    omitted: Annotated[int, Meta(ge=0, description="How many more of them there are")]


class SavingsSection(msgspec.Struct, frozen=True):
    """What would win bytes back: findings in own layers, the most bytes first."""

    file_bytes: Annotated[Bytes, Meta(description="What all of them together save, those that are left out too")]
    found: list[SavingSection]
    omitted: Annotated[int, Meta(ge=0, description="How many more of them there are")]
    save_nothing: Annotated[int, Meta(ge=0, description="Findings in own layers that save no bytes, not counted")] = 0
    inherited: Annotated[int, Meta(ge=0, description="Findings in layers of parent images, not counted")] = 0


class GateDocument(msgspec.Struct, frozen=True):
    """The verdict on one image."""

    schema_version: str
    image: str
    platform: Annotated[str, Meta(description="os/arch[/variant]; empty where unknown")]
    baseline: Annotated[str | None, Meta(description="Name of the image that growth is counted from")]
    status: Annotated[str, Meta(description="failed, warned or passed; trouble where nothing could be judged")]
    outcomes: Annotated[list[OutcomeSection], Meta(description="Failed ones first")]
    notes: list[str] = []
    unjudged: Annotated[str | None, Meta(description="Why rules about growth and creep were not judged; else null")] = (
        None
    )
    why: Annotated[
        WhySection | None, Meta(description="Growth of what a container sees; null where no broken rule is about it")
    ] = None
    savings: Annotated[SavingsSection | None, Meta(description="null where no broken rule is about bytes")] = None
    rules_from: Annotated[str, Meta(description="Files of rules, and --rule")] = ""
    error: Annotated[str | None, Meta(description="Of trouble: why nothing could be judged")] = None
    place: Annotated[PlaceSection | None, Meta(description="Of trouble: where the rules stand")] = None
    why_waste: Annotated[
        WhySection | None, Meta(description="Growth of waste; null where no broken rule is about it")
    ] = None
    forbidden: Annotated[
        ForbiddenSection | None,
        Meta(description="What is to be changed for broken rules that forbid findings; else null"),
    ] = None
    accept: Annotated[
        str | None, Meta(description="Command that approves of what broke a rule about growth since a baseline file")
    ] = None


def build_gate(
    image: str,
    platform: str,
    baseline: str | None,
    outcomes: Sequence[Outcome],
    notes: Sequence[str],
    rules_from: str = "",
    unjudged: str | None = None,
) -> GateDocument:
    """The document; its status is that of the worst rule: failed, warned or passed.

    ``unjudged`` says why rules about growth are not among the ``outcomes``.
    """
    ranked = sorted(outcomes, key=lambda each: _ORDER.index(each.status))
    worst = ranked[0].status if ranked else PASSED
    return GateDocument(
        schema_version=GATE_SCHEMA_VERSION,
        image=image,
        platform=platform,
        baseline=baseline,
        status=PASSED if worst == ALLOWED else worst,
        outcomes=[
            OutcomeSection(
                each.key,
                each.status,
                each.unit,
                each.limit,
                _finite(each.found),
                each.before,
                _finite(each.margin),
                list(each.paths),
                each.reason,
                kind=each.kind,
                estimated=each.estimated,
            )
            for each in ranked
        ],
        notes=list(notes),
        unjudged=unjudged,
        rules_from=rules_from,
    )


def trouble(image: str, error: str, place: PlaceSection | None = None) -> GateDocument:
    """Of an image that cannot be judged, and why; ``place`` is where the rules stand."""
    return GateDocument(GATE_SCHEMA_VERSION, image, "", None, TROUBLE, [], error=error, place=place)


def noted(document: GateDocument, notes: Sequence[str]) -> GateDocument:
    """The document with more notes."""
    return msgspec.structs.replace(document, notes=[*document.notes, *notes])


def accepted_by(document: GateDocument, command: str) -> GateDocument:
    """The document with the ``command`` that approves of growth, where a rule about it is broken."""
    broken = [each.rule for each in document.outcomes if each.status in (FAILED, WARNED)]
    return msgspec.structs.replace(document, accept=command) if any(map(_is_growth, broken)) else document


def _is_growth(rule: str) -> bool:
    return rule.startswith(("growth.", "growth-of-", "creep."))


def weights_of(document: Document) -> Weights:
    """The weights that a saved report has; of own layers only sums, where it knows its parents.

    What its lists leave out is not known.
    """
    size, largest = document.size, document.largest.files
    whole: dict[str, Value] = {key: getattr(size, key) for key in FIGURES if hasattr(size, key)}
    whole["largest_file"] = largest[0].bytes if largest else None if size.files else 0
    whole["largest_layer"] = max((each.file_bytes for each in document.layers), default=0)
    own = document.parents.own if document.parents else None
    return Weights(
        name=document.image.name,
        platform=document.image.platform,
        whole=whole,
        own={key: getattr(own, key) for key in FIGURES if hasattr(own, key)} if own else {},
        packages=_packages(document.packages) if document.packages else None,
        blobs=_blobs(document),
    )


def _packages(section: PackagesSection) -> dict[str, int] | None:
    """What each package takes, where the list has all that take anything."""
    held = Counter[str]()
    for each in section.largest:
        held[f"{each.ecosystem}:{each.name}"] += each.file_bytes
    return dict(sorted(held.items())) if held.total() == section.file_bytes else None


def _blobs(document: Document) -> dict[str, int | None]:
    """Layers and config, whose size is what the sum of all has beyond the layers."""
    layers = {each.digest: None if each.compression == PLAIN else each.blob_bytes for each in document.layers}
    config, total = document.image.image_id, document.size.pull_bytes
    rest = None if total is None else total - sum(each or 0 for each in layers.values())
    return layers if config is None else {**layers, config: rest}


def _finite(value: float) -> float | None:
    """JSON has no infinite numbers."""
    return value if math.isfinite(value) else None
