"""The verdict of a gate, to read in a terminal: each rule with its limit, what was found, and what is left."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from ..formatting import counted, decimal_bytes, one_line, shortened, shortened_path, signed_bytes, visible
from ..tables import align
from . import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .document import (
        ForbiddenSection,
        GateCauseSection,
        GateDocument,
        OutcomeSection,
        SavingsSection,
        WhySection,
    )

WIDTH = 100
_RULES = 15
_RULE = 44
_LAYERS = 4
_PARTS = 2
_CANDIDATES = 3
_SAVINGS = 3
_PATH = 40
_NOTE = 1000


def render(verdicts: Sequence[GateDocument]) -> str:
    """One screen an image: the verdict, a line a rule, failed ones first, why it grew, what wins bytes back.

    The command that accepts growth is there to be copied, and so is never cut.
    """
    return "\n".join(
        "".join(f"{line}\n" for line in (*(shortened(line, WIDTH) for line in _lines(each)), *_accepting(each)))
        for each in verdicts
    )


def _lines(document: GateDocument) -> Iterator[str]:
    title = f"{document.status}: {visible(document.image)}"
    yield title + (f", against {visible(document.baseline)}" if document.baseline else "")
    yield ""
    yield from _rules(document.outcomes) if document.outcomes else _wrapped("", words.nothing(document))
    if document.rules_from:
        yield f"rules: {visible(document.rules_from)}"
    for each in words.notes(document):
        yield from _wrapped("note: ", each)
    for why in words.whys(document):
        yield from _why(why)
    if document.forbidden:
        yield from _forbidden(document.forbidden)
    if document.savings:
        yield from _savings(document.savings)


def _accepting(document: GateDocument) -> list[str]:
    return [] if document.accept is None else ["", visible(f"{words.ACCEPTING}: {document.accept}")]


def _wrapped(start: str, text: str) -> list[str]:
    """A sentence in as many lines as it takes: what is wrong, or is not judged, often stands at its end.

    A bar begins those after the first: none passes for a command to a CI system, which may look past blanks.
    """
    told = start + shortened(visible(text), _NOTE)
    return wrap(told, WIDTH, subsequent_indent="  | ", break_on_hyphens=False)


def _rules(outcomes: Sequence[OutcomeSection]) -> Iterator[str]:
    shown = outcomes[:_RULES]
    names = [["", *(each.status for each in shown)], ["rule", *(_rule(each.rule) for each in shown)]]
    numbers = [[name, *cells] for name, cells in words.columns(shown)]
    yield from align([*names, *numbers], [False, False, *(True for _ in numbers)], WIDTH).splitlines()
    if len(outcomes) > _RULES:
        yield f"and {counted(len(outcomes) - _RULES, 'more rule')}, the worst of them {outcomes[_RULES].status}"
    yield from (_remark(*each) for each in words.remarks(shown))


def _remark(rule: str, text: str, more: int) -> str:
    start, end = f"  {_rule(rule)}: ", f" and {more:,} more" if more else ""
    return start + shortened(visible(text), WIDTH - len(start) - len(end)) + end


def _rule(rule: str) -> str:
    """As much of a rule's name as leaves room for its numbers."""
    return shortened_path(visible(rule), _RULE)


def _why(why: WhySection) -> Iterator[str]:
    yield ""
    yield f"{words.grew(why)}:"
    for layer in why.causes[:_LAYERS]:
        yield f"{signed_bytes(layer.bytes):>10}  {_top(layer)}"
        yield from (f"{signed_bytes(each.bytes):>14}  {_chain(each)}" for each in layer.causes[:_PARTS])
        for each in layer.candidates[:_CANDIDATES]:
            yield f"{decimal_bytes(each.bytes):>14}  {words.candidate(each)}  {one_line(each.name)}".rstrip()
            yield from (f"{'':>16}{_chain(part)}" for part in each.causes[:1])
    rest = why.bytes - sum(each.bytes for each in why.causes[:_LAYERS])
    if rest:
        yield f"{signed_bytes(rest):>10}  others"


def _top(cause: GateCauseSection) -> str:
    """A layer with its instruction; what no layer is known for by itself."""
    place = words.cause_place(cause)
    return f"{place}  {one_line(cause.name)}".rstrip() if place else _chain(cause)


def _chain(cause: GateCauseSection) -> str:
    """From a package down to the file that makes up most of it, each with its bytes where they are fewer."""
    chain = list(words.main_line(cause))
    told = [_name(each) + ("" if each.bytes == cause.bytes else f" {signed_bytes(each.bytes)}") for each in chain]
    return " > ".join(told)


def _name(cause: GateCauseSection) -> str:
    name = shortened_path(visible(cause.name), _PATH)
    return f"{name} {shortened(visible(cause.versions), _PATH)}" if cause.versions else name


def _forbidden(forbidden: ForbiddenSection) -> Iterator[str]:
    yield ""
    yield f"{words.to_mend(forbidden)}:"
    for each in forbidden.found[:_SAVINGS]:
        yield f"  {words.saving_head(each)}"
        yield f"            => {visible(words.saving_edit(each))}"
    yield from (f"  {each}" for each in _left_out(forbidden))


def _savings(savings: SavingsSection) -> Iterator[str]:
    yield ""
    yield f"{words.won_back(savings)}:"
    for each in savings.found[:_SAVINGS]:
        yield f"{decimal_bytes(each.file_bytes):>10}  {words.saving_head(each)}"
        yield f"            => {visible(words.saving_edit(each))}"
    more = _left_out(savings)
    if more or words.not_counted(savings):
        yield "  " + "; ".join([*more, *words.not_counted(savings)])


def _left_out(section: ForbiddenSection | SavingsSection) -> list[str]:
    left = len(section.found[_SAVINGS:]) + section.omitted
    return [f"and {counted(left, 'more finding')}: see imgscan findings"] if left else []
