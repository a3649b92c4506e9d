"""The verdict of a gate, to read in a terminal: each rule with its limit, what was found, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from analyzer.gates.figures import FIGURES
from analyzer.gates.judge import ALLOWED, FAILED, PASSED, WARNED, Figures

from .formatting import decimal_bytes, json_printable, percent, shortened, visible
from .tables import align

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.gates.judge import Outcome

    from .document import Document

WIDTH = 100
GATE_SCHEMA_VERSION = "1.0"
_ORDER = (FAILED, WARNED, ALLOWED, PASSED)


class OutcomeSection(msgspec.Struct, frozen=True):
    """One rule, judged; numbers are in ``unit``: bytes, share or count."""

    rule: str
    status: str
    unit: str
    limit: float
    found: float
    before: float | None
    margin: float
    paths: list[str]
    reason: str | None


class GateDocument(msgspec.Struct, frozen=True):
    """The verdict on one image."""

    schema_version: str
    image: str
    baseline: str | None
    status: str
    outcomes: list[OutcomeSection]
    notes: list[str] = []


def build_gate(image: str, baseline: str | None, outcomes: Sequence[Outcome], notes: Sequence[str]) -> GateDocument:
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
                each.found,
                each.before,
                each.margin,
                list(each.paths),
                each.reason,
            )
            for each in ranked
        ],
        notes=list(notes),
    )


def figures_of(document: Document) -> Figures:
    """The figures that a saved report has; of own layers only those of sums, where it knows its parents."""
    size = document.size
    whole = {key: getattr(size, key) for key in FIGURES if hasattr(size, key)}
    whole["largest_file"] = max((each.bytes for each in document.largest.files), default=0)
    whole["largest_layer"] = max((each.file_bytes for each in document.layers), default=0)
    own = document.parents.own if document.parents else None
    sums = {key: getattr(own, key) for key in FIGURES if hasattr(own, key)} if own else {}
    return Figures(document.image.name, whole, sums)


def readable(document: GateDocument) -> str:
    """One screen: the verdict, then a line a rule, failed ones first."""
    title = f"{document.status}: {visible(document.image)}"
    title += f", against {visible(document.baseline)}" if document.baseline else ""
    lines = [shortened(title, WIDTH), ""]
    if document.outcomes:
        rows = [_row(each) for each in document.outcomes]
        names = ["", "rule", "limit", "found", "left"]
        columns = [[name, *(row[at] for row in rows)] for at, name in enumerate(names)]
        lines.append(align(columns, [False, False, True, True, True], WIDTH).rstrip("\n"))
    else:
        lines.append("no rules: see imgscan gate --help")
    for each in document.outcomes:
        lines += _more(each)
    lines += [shortened(f"note: {visible(each)}", WIDTH) for each in document.notes]
    return "\n".join(lines) + "\n"


def as_json(documents: Sequence[GateDocument]) -> str:
    """All verdicts as JSON: a list, in the order of the images."""
    return json_printable(msgspec.json.format(msgspec.json.encode(list(documents)), indent=2).decode()) + "\n"


def _row(each: OutcomeSection) -> list[str]:
    limit, found, margin = (_amount(value, each.unit) for value in (each.limit, each.found, each.margin))
    return [each.status, visible(each.rule), limit, found, margin]


def _amount(value: float, unit: str) -> str:
    if unit == "bytes":
        return decimal_bytes(int(value)) if value >= 0 else f"-{decimal_bytes(int(-value))}"
    if unit == "share":
        return percent(value) if value >= 0 else f"-{percent(-value)}"
    return f"{value:,.0f}"


def _more(each: OutcomeSection) -> list[str]:
    """What was found and must not be, and why an exception holds or no longer does."""
    if each.status == PASSED:
        return []
    lines = [shortened(f"  {visible(each.rule)}: {visible(path)}", WIDTH) for path in each.paths]
    return [*lines, *([shortened(f"  {visible(each.rule)}: {visible(each.reason)}", WIDTH)] if each.reason else [])]
