"""The verdict of a gate as Markdown: a comment of a pull request, or the summary of a job.

The first line is a marker that no reader sees: whoever posts the comment finds the last one by it and replaces that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.gates.outcome import ALLOWED, FAILED, PASSED, TROUBLE, WARNED

from . import gate_growth
from .diff_markdown import LIMIT, why
from .formatting import counted
from .gate_document import GateDocument, OutcomeSection, amount, found
from .markdown_parts import NAME_CHARACTERS, PATH_CHARACTERS, make_table, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .gate_document import Verdict

MARKER = "<!-- imgscan gate -->"
_SIGNS = {FAILED: "❌", WARNED: "⚠️", ALLOWED: "⏸️", PASSED: "✅", TROUBLE: "🚫"}
_COLUMNS = ("", "rule", "limit:", "found:", "left:")


def render(verdicts: Sequence[Verdict]) -> str:
    """All verdicts, as many of them as one comment holds, failed ones first; each with why its image grew."""
    order = (TROUBLE, FAILED, WARNED, PASSED)
    ranked = sorted(verdicts, key=lambda each: order.index(each.document.status))
    blocks, room = [MARKER], LIMIT - 200
    for at, each in enumerate(ranked):
        block = next((text for text in (_whole(each), _rules(each.document)) if len(text) + 2 <= room), None)
        if block is None:
            blocks.append(f"and {counted(len(ranked) - at, 'more image')}")
            break
        blocks.append(block)
        room -= len(block) + 2
    return "\n\n".join(blocks) + "\n"


def _whole(verdict: Verdict) -> str:
    if verdict.document.growth is not None:
        return "\n\n".join([_rules(verdict.document), *gate_growth.markdown(verdict.document.growth)])
    if verdict.why is None:
        return _rules(verdict.document)
    return "\n\n".join([_rules(verdict.document), *why(verdict.why)])


def _rules(document: GateDocument) -> str:
    title = f"### {_SIGNS[document.status]} {document.status}: {span(document.image, NAME_CHARACTERS)}"
    title += f", against {span(document.baseline, NAME_CHARACTERS)}" if document.baseline else ""
    rules = [make_table(_COLUMNS, map(_row, document.outcomes))] if document.outcomes else [_nothing(document)]
    lines = [line for each in document.outcomes for line in _more(each)]
    notes = [f"> **Note** {span(each, 2 * PATH_CHARACTERS)}" for each in document.notes]
    return "\n\n".join([title, *rules, *(["\n".join(lines)] if lines else []), *notes])


def _nothing(document: GateDocument) -> str:
    return "no rule was judged" if document.error is None else span(document.error, 2 * PATH_CHARACTERS)


def _row(each: OutcomeSection) -> list[str]:
    numbers = (amount(each.limit, each.unit), found(each), amount(each.margin, each.unit))
    return [f"{_SIGNS[each.status]} {each.status}", span(each.rule, PATH_CHARACTERS), *numbers]


def _more(each: OutcomeSection) -> Iterable[str]:
    """What was found and must not be, and why an exception holds or no longer does."""
    if each.status != PASSED:
        rule = span(each.rule, PATH_CHARACTERS)
        yield from (f"- {rule}: {span(path, PATH_CHARACTERS)}" for path in each.paths)
        if each.reason:
            yield f"- {rule}: {span(each.reason, 2 * PATH_CHARACTERS)}"
