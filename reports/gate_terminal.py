"""The verdict of a gate, to read in a terminal: each rule with its limit, what was found, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.gates.outcome import PASSED

from . import diff_terminal, gate_growth
from .formatting import shortened, visible
from .gate_document import GateDocument, OutcomeSection, Verdict, amount, found
from .tables import align

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 100


def render(verdicts: Sequence[Verdict]) -> str:
    """One screen an image: the verdict, a line a rule, failed ones first, and why it grew."""
    return "\n".join(_rules(each.document) + _why(each) for each in verdicts)


def _why(verdict: Verdict) -> str:
    if verdict.document.growth is not None:
        return "\n" + gate_growth.text(verdict.document.growth)
    return "" if verdict.why is None else "\n" + diff_terminal.summary(verdict.why)


def _rules(document: GateDocument) -> str:
    title = f"{document.status}: {visible(document.image)}"
    title += f", against {visible(document.baseline)}" if document.baseline else ""
    lines = [shortened(title, WIDTH), ""]
    if document.outcomes:
        rows = [_row(each) for each in document.outcomes]
        names = ["", "rule", "limit", "found", "left"]
        columns = [[name, *(row[at] for row in rows)] for at, name in enumerate(names)]
        lines.append(align(columns, [False, False, True, True, True], WIDTH).rstrip("\n"))
    else:
        lines.append("no rule was judged" if document.error is None else shortened(visible(document.error), WIDTH))
    for each in document.outcomes:
        lines += _more(each)
    lines += [shortened(f"rules: {visible(document.rules_from)}", WIDTH)] if document.rules_from else []
    lines += [shortened(f"note: {visible(each)}", WIDTH) for each in document.notes]
    return "\n".join(lines) + "\n"


def _row(each: OutcomeSection) -> list[str]:
    limit, margin = (amount(value, each.unit) for value in (each.limit, each.margin))
    return [each.status, visible(each.rule), limit, found(each), margin]


def _more(each: OutcomeSection) -> list[str]:
    """What was found and must not be, and why an exception holds or no longer does."""
    if each.status == PASSED:
        return []
    lines = [shortened(f"  {visible(each.rule)}: {visible(path)}", WIDTH) for path in each.paths]
    return [*lines, *([shortened(f"  {visible(each.rule)}: {visible(each.reason)}", WIDTH)] if each.reason else [])]
