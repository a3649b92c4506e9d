"""The verdict of a gate as Markdown: a comment of a pull request, or the summary of a job.

The first line is a marker that no reader sees: whoever posts the comment finds the last one by it and replaces that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.gates.outcome import ALLOWED, FAILED, PASSED, TROUBLE, WARNED

from ..formatting import decimal_bytes, signed_bytes
from ..markdown_parts import (
    INSTRUCTION_CHARACTERS,
    LIMIT,
    NAME_CHARACTERS,
    PATH_CHARACTERS,
    and_more,
    fitting,
    make_table,
    path_span,
    span,
)
from . import words
from .document import CandidateSection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .document import ForbiddenSection, GateDocument, OutcomeSection, SavingSection, SavingsSection, WhySection
    from .words import Branch

MARKER = "<!-- imgscan gate -->"
_SIGNS = {FAILED: "❌", WARNED: "⚠️", ALLOWED: "⏸️", PASSED: "✅", TROUBLE: "🚫"}
_WHY_CHARACTERS = 12_000
_EDIT_CHARACTERS = 300


def render(verdicts: Sequence[GateDocument]) -> str:
    """All verdicts, as many of them as one comment holds, failed ones first; each with why its image grew."""
    order = (TROUBLE, FAILED, WARNED, PASSED)
    ranked = sorted(verdicts, key=lambda each: order.index(each.status))
    blocks, room = [MARKER], LIMIT - 200
    for at, each in enumerate(ranked):
        block = next((text for text in (_whole(each), _rules(each)) if len(text) + 2 <= room), None)
        if block is None:
            blocks += and_more(len(ranked) - at, "image")
            break
        blocks.append(block)
        room -= len(block) + 2
    return "\n\n".join(blocks) + "\n"


def _whole(document: GateDocument) -> str:
    whys = [line for why in words.whys(document) for line in _why(why)]
    forbidden = _forbidden(document.forbidden) if document.forbidden else []
    savings = _savings(document.savings) if document.savings else []
    return "\n\n".join([_rules(document), *whys, *forbidden, *savings, *_accepting(document)])


def _accepting(document: GateDocument) -> list[str]:
    return [] if document.accept is None else [f"{words.ACCEPTING.capitalize()}: {span(document.accept, LIMIT)}"]


def _rules(document: GateDocument) -> str:
    title = f"### {_SIGNS[document.status]} {document.status}: {span(document.image, NAME_CHARACTERS)}"
    title += f", against {span(document.baseline, NAME_CHARACTERS)}" if document.baseline else ""
    rules = [_table(document.outcomes)] if document.outcomes else [span(words.nothing(document), 2 * PATH_CHARACTERS)]
    remarks = ["\n".join(_remark(*each) for each in words.remarks(document.outcomes))]
    notes = [f"> **Note** {span(each, 2 * PATH_CHARACTERS)}" for each in words.notes(document)]
    return "\n\n".join([title, *rules, *filter(None, remarks), *notes])


def _table(outcomes: Sequence[OutcomeSection]) -> str:
    names, cells = zip(*words.columns(outcomes), strict=True)
    rows = (
        [f"{_SIGNS[each.status]} {each.status}", span(each.rule, PATH_CHARACTERS), *numbers]
        for each, numbers in zip(outcomes, zip(*cells, strict=True), strict=True)
    )
    return make_table(["", "rule", *(f"{name}:" for name in names)], rows)


def _remark(rule: str, text: str, more: int) -> str:
    """What was found and must not be, and why an exception holds or no longer does."""
    told = f"- {span(rule, PATH_CHARACTERS)}: {span(text, 2 * PATH_CHARACTERS)}"
    return told + (f" and {more:,} more" if more else "")


def _why(why: WhySection) -> Iterable[str]:
    lines = [_branch(each) for each in words.branches(why.causes, why.rest)]
    shown = fitting(lines, _WHY_CHARACTERS)
    yield f"#### Why: {words.grew(why)}"
    yield "\n".join([*shown, *and_more(len(lines) - len(shown), "line")])


def _branch(each: Branch) -> str:
    if isinstance(each.cause, CandidateSection):
        told = f"{decimal_bytes(each.bytes)} {words.candidate(each.cause)}"
        causes = ", ".join(span(part.name, NAME_CHARACTERS) for part in each.cause.causes)
        return f"{'  ' * each.depth}- {told} {span(each.cause.name, INSTRUCTION_CHARACTERS)}: {causes}"
    size = signed_bytes(each.bytes)
    head = "  " * each.depth + f"- {size if each.depth else f'**{size}**'}"
    if each.cause is None:
        return f"{head} others"
    if each.cause.kind == "layer":
        return f"{head} {words.cause_place(each.cause)} {span(each.cause.name, INSTRUCTION_CHARACTERS)}".rstrip()
    versions = span(each.cause.versions, NAME_CHARACTERS)
    return f"{head} {path_span(each.cause.name)} {versions}".rstrip()


def _forbidden(forbidden: ForbiddenSection) -> Iterable[str]:
    yield f"#### {words.to_mend(forbidden)}"
    found = [f"- {words.saving_head(each)}<br>{_edit(each)}" for each in forbidden.found]
    yield "\n".join([*found, *(f"- {line}" for line in and_more(forbidden.omitted, "finding"))])


def _savings(savings: SavingsSection) -> Iterable[str]:
    yield f"#### {words.won_back(savings)}"
    more = [f"- {line}" for line in (*and_more(savings.omitted, "finding"), *words.not_counted(savings))]
    yield "\n".join([*map(_saving, savings.found), *more])


def _saving(each: SavingSection) -> str:
    head = f"- **{decimal_bytes(each.file_bytes)}** {words.saving_head(each)}"
    return f"{head}<br>{_edit(each)}"


def _edit(each: SavingSection) -> str:
    return span(words.saving_edit(each), _EDIT_CHARACTERS)
