"""The verdict of a gate as a document, which all of its formats are made from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from analyzer.gates.outcome import ALLOWED, FAILED, PASSED, WARNED

from .diff_document import Count, Growth
from .document import Bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.gates.judge import Figures
    from analyzer.gates.outcome import Outcome

    from .document import Document

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


class GateCauseSection(msgspec.Struct, frozen=True):
    """A part of the growth, with the largest of its own parts."""

    kind: Annotated[str, Meta(description="layer, package, directory or file")]
    name: Annotated[str, Meta(description="Instruction, package or path")]
    versions: Annotated[str, Meta(description="Of packages, the old and the new one; else empty")]
    bytes: Growth
    rest: Annotated[Growth, Meta(description="Of its bytes, what none of its causes names")]
    layer: Annotated[int | None, Meta(description="Of layers, which one; null for one that the image lacks")]
    line: Annotated[Line | None, Meta(description="Of layers, the line of the Dockerfile")]
    causes: list[GateCauseSection]


class WhySection(msgspec.Struct, frozen=True):
    """Why the root filesystem grew: its causes, the largest first."""

    before: Bytes
    bytes: Growth
    rest: Annotated[Growth, Meta(description="What none of the causes names")]
    causes: list[GateCauseSection]


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


class SavingsSection(msgspec.Struct, frozen=True):
    """What would win bytes back: findings in own layers, the most bytes first."""

    file_bytes: Annotated[Bytes, Meta(description="What all of them together save, those that are left out too")]
    found: list[SavingSection]
    omitted: Count


class GateDocument(msgspec.Struct, frozen=True):
    """The verdict on one image."""

    schema_version: str
    image: str
    platform: Annotated[str, Meta(description="os/arch[/variant]; empty where unknown")]
    baseline: Annotated[str | None, Meta(description="Name of the image that growth is counted from")]
    status: Annotated[str, Meta(description="failed, warned or passed")]
    outcomes: Annotated[list[OutcomeSection], Meta(description="Failed ones first")]
    notes: list[str] = []
    why: Annotated[WhySection | None, Meta(description="null where no rule is broken, or nothing grew")] = None
    savings: Annotated[SavingsSection | None, Meta(description="null where no rule is broken")] = None


def build_gate(
    image: str, platform: str, baseline: str | None, outcomes: Sequence[Outcome], notes: Sequence[str]
) -> GateDocument:
    """The document; its status is that of the worst rule: failed, warned or passed."""
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
            )
            for each in ranked
        ],
        notes=list(notes),
    )


def figures_of(document: Document) -> Figures:
    """The figures that a saved report has; of own layers only those of sums, where it knows its parents."""
    from analyzer.gates.figures import FIGURES
    from analyzer.gates.judge import Figures  # loads Arrow, which other documents need not wait for

    size = document.size
    whole = {key: getattr(size, key) for key in FIGURES if hasattr(size, key)}
    whole["largest_file"] = max((each.bytes for each in document.largest.files), default=0)
    whole["largest_layer"] = max((each.file_bytes for each in document.layers), default=0)
    own = document.parents.own if document.parents else None
    sums = {key: getattr(own, key) for key in FIGURES if hasattr(own, key)} if own else {}
    return Figures(document.image.name, whole, sums)


def _finite(value: float) -> float | None:
    """JSON has no infinite numbers."""
    return value if math.isfinite(value) else None
