"""The verdict of a gate as a document, which all of its formats are made from."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from analyzer.gates.figures import FIGURES
from analyzer.gates.outcome import ALLOWED, FAILED, PASSED, TROUBLE, WARNED
from analyzer.gates.weights import Weights
from analyzer.streams.compression import PLAIN

from .formatting import decimal_bytes, json_printable, percent
from .gate_growth import GrowthSection  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.gates.figures import Value
    from analyzer.gates.outcome import Outcome

    from .diff_document import DiffDocument
    from .document import Document, PackagesSection

GATE_SCHEMA_VERSION = "1.0"
_ORDER = (FAILED, WARNED, ALLOWED, PASSED)


class OutcomeSection(msgspec.Struct, frozen=True):
    """One rule, judged; numbers are in ``unit``: bytes, share or count, and null where infinite."""

    rule: str
    status: str
    unit: str
    limit: float
    found: float | None
    before: float | None
    margin: float | None
    paths: list[str]
    reason: str | None
    kind: str = "limit"
    estimated: bool = False


class GateDocument(msgspec.Struct, frozen=True):
    """The verdict on one image."""

    schema_version: str
    image: str
    baseline: str | None
    status: str
    outcomes: list[OutcomeSection]
    notes: list[str] = []
    rules_from: str = ""
    error: str | None = None
    growth: GrowthSection | None = None


@dataclass(frozen=True)
class Verdict:
    """The document, and why the image grew, where a rule is broken and the image before is at hand.

    ``weights`` are what was weighed for it; None where that was not possible.
    """

    document: GateDocument
    why: DiffDocument | None
    weights: Weights | None = None


def build_gate(
    image: str, baseline: str | None, outcomes: Sequence[Outcome], notes: Sequence[str], rules_from: str = ""
) -> GateDocument:
    """The document; its status is that of the worst rule: failed, warned or passed."""
    ranked = sorted(outcomes, key=lambda each: _ORDER.index(each.status))
    worst = ranked[0].status if ranked else PASSED
    return GateDocument(
        schema_version=GATE_SCHEMA_VERSION,
        image=image,
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
                each.kind,
                each.estimated,
            )
            for each in ranked
        ],
        notes=list(notes),
        rules_from=rules_from,
    )


def trouble(image: str, error: str) -> GateDocument:
    """Of an image that cannot be judged, and why."""
    return GateDocument(GATE_SCHEMA_VERSION, image, None, TROUBLE, [], error=error)


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


def as_json(verdicts: Sequence[Verdict]) -> str:
    """All verdicts as JSON: a list, in the order of the images."""
    documents = [each.document for each in verdicts]
    return json_printable(msgspec.json.format(msgspec.json.encode(documents), indent=2).decode()) + "\n"


def told(each: OutcomeSection) -> str:
    """A rule in one line of plain text, with whatever the image calls things: limit, what was found, and where.

    >>> told(OutcomeSection("limits.layers", "failed", "count", 17, 18, None, -1, [], None))
    'limits.layers: 18, limit 17'
    """
    line = f"{each.rule}: {found(each)}, limit {amount(each.limit, each.unit)}"
    line += f" ({', '.join(each.paths)})" if each.paths else ""
    return line + (f"; {each.reason}" if each.reason else "")


def found(each: OutcomeSection) -> str:
    """What was found, and whether that is an estimate.

    >>> found(OutcomeSection("limits.pull_bytes", "passed", "bytes", 9, 8, None, 1, [], None, estimated=True))
    '8 B estimated'
    """
    return amount(each.found, each.unit) + (" estimated" if each.estimated else "")


def amount(value: float | None, unit: str) -> str:
    """A number of a rule as people read it: bytes, a share or a count.

    >>> amount(-30_900, "bytes"), amount(0.624, "share"), amount(1234, "count")
    ('-30.9 kB', '62.4%', '1,234')
    """
    if value is None:
        return "infinite"
    if unit == "bytes":
        return decimal_bytes(int(value)) if value >= 0 else f"-{decimal_bytes(int(-value))}"
    if unit == "share":
        return percent(value) if value >= 0 else f"-{percent(-value)}"
    return f"{value:,.0f}"


def _finite(value: float) -> float | None:
    """JSON has no infinite numbers."""
    return value if math.isfinite(value) else None
