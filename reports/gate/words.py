"""What a verdict comes to, in the lines that all formats choose alike: rules, remarks, causes, savings.

Names that an image chooses are left as they are: each format knows how to make them harmless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from analyzer.gates.outcome import PASSED
from analyzer.gates.subjects import SEEN, UNSEEN

from ..formatting import counted, decimal_bytes, percent, signed_bytes, signed_percent, signed_share, told_apart
from .edits import short_edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .document import (
        CandidateSection,
        ForbiddenSection,
        GateCauseSection,
        GateDocument,
        OutcomeSection,
        SavingSection,
        SavingsSection,
        WhySection,
    )

ACCEPTING = "to accept this growth"
"""Said in front of the command that approves of it."""

_PATHS = 3
_COLUMNS = ("before", "limit", "found", "left")
_COUNTED = {"forbidden": "found", "required": "missing"}
_MAIN_PART = 0.5
_DIGITS = 16
_GROWING = {SEEN: "The root filesystem", UNSEEN: "Waste"}


def columns(outcomes: Sequence[OutcomeSection]) -> list[tuple[str, list[str]]]:
    """The numbers of rules, one column each with its name in front; those that no rule has are left out."""
    rows = [_numbers(each) for each in outcomes]
    found = [(name, [row[at] for row in rows]) for at, name in enumerate(_COLUMNS)]
    return [(name, cells) for name, cells in found if any(cells)]


def _numbers(each: OutcomeSection) -> tuple[str, str, str, str]:
    """Before, limit, found and left; of what is forbidden or required only how much of it was found, or is missing."""
    noun = _COUNTED.get(each.kind)
    if noun:
        return "", "", f"{each.found:,.0f} {noun}" if each.found else f"none {noun}", ""
    before, limit, found = amounts((each.before, each.limit, each.found), each.unit)
    found = found or amount(None, each.unit)
    return before, limit, found + (" estimated" if each.estimated else ""), amount(each.margin, each.unit)


def amounts(values: Sequence[float | None], unit: str) -> tuple[str, ...]:
    """Numbers as people read them, different ones with as many digits as it takes to tell them apart; None is nothing.

    >>> amounts((0.6243, 0.6239), "share"), amounts((1_234_567, 1_234_568, None), "bytes")
    (('62.43%', '62.39%'), ('1,234,567 B', '1,234,568 B', ''))
    >>> amounts((-5_000_000, -4_999_999), "bytes")
    ('-5,000,000 B', '-4,999,999 B')
    """
    if unit == "bytes":
        return told_apart(*(None if each is None else int(each) for each in values))
    short = tuple("" if each is None else amount(each, unit) for each in values)
    if unit != "share":
        return short
    longer = (tuple("" if each is None else f"{each:.{digits}%}" for each in values) for digits in range(2, _DIGITS))
    return next((texts for texts in (short, *longer) if len(set(texts)) == len(set(values))), short)


def amount(value: float | None, unit: str) -> str:
    """A number of a rule as people read it: bytes, a share or a count.

    >>> amount(-30_900, "bytes"), amount(0.624, "share"), amount(1234, "count")
    ('-30.9 kB', '62.4%', '1,234')
    """
    if value is None:
        return "infinite"
    if unit == "bytes":
        return decimal_bytes(int(value))
    if unit == "share":
        return percent(value) if value >= 0 else signed_share(value)
    return f"{value:,.0f}"


def remarks(outcomes: Sequence[OutcomeSection]) -> Iterator[tuple[str, str, int]]:
    """Of rules that are broken or allowed: rule, what was found or why, and how much more of that there is."""
    for each in outcomes:
        if each.status == PASSED:
            continue
        shown = each.paths[:_PATHS]
        for at, path in enumerate(shown, 1):
            yield each.rule, path, _count(each) - at if at == len(shown) else 0
        if each.reason:
            yield each.rule, each.reason, 0


def _count(each: OutcomeSection) -> int:
    """How many there are of what the paths are the first of."""
    return int(each.found or 0) if each.kind in _COUNTED else len(each.paths)


def told(each: OutcomeSection) -> str:
    """A broken rule in one line: what was found, what is allowed, where, and why there is an exception."""
    before, limit, found, _ = _numbers(each)
    line = f"{each.rule}: {found}"
    line += f", limit {limit}" if limit else ""
    line += f", before {before}" if before else ""
    line += f" ({', '.join(each.paths)})" if each.paths else ""
    return line + (f"; {each.reason}" if each.reason else "")


def nothing(document: GateDocument) -> str:
    """Instead of rules, where none was judged."""
    return document.error or document.unjudged or "no rule was judged"


def notes(document: GateDocument) -> list[str]:
    """What is to be said beside the rules."""
    unjudged = [document.unjudged] if document.unjudged and document.outcomes else []
    return [*unjudged, *document.notes]


def said(document: GateDocument) -> list[str]:
    """All that is to be said beside the rules, where a format has no place for it in their stead."""
    return [*([document.unjudged] if document.unjudged else []), *document.notes]


def whys(document: GateDocument) -> list[WhySection]:
    """What is told of growth: as far as broken rules are about it."""
    return [each for each in (document.why, document.why_waste) if each is not None]


def grew(why: WhySection) -> str:
    """The growth of the root filesystem, or of waste, in a sentence, in numbers only."""
    what = _GROWING[why.figure]
    if not why.bytes:
        return f"{what} is as large as before, {decimal_bytes(why.before)}"
    grown, relative = "grew" if why.bytes > 0 else "shrank", signed_percent(why.bytes, why.before)
    by = decimal_bytes(abs(why.bytes)) + (f" ({relative})" if relative else "")
    return f"{what} {grown} by {by}{_since(why) or f', to {decimal_bytes(why.before + why.bytes)}'}"


def _since(why: WhySection) -> str:
    """From when growth is counted, where a baseline file says it, and what of it is new."""
    if why.since is None:
        return ""
    if not why.approved:
        return f" since the build kept on {why.since}"
    return f" since it was approved on {why.since}, {signed_bytes(why.in_this_build or 0)} in this build"


class Branch(Struct, frozen=True):
    """A line of the tree of causes; ``cause`` is None for what no cause names.

    The bytes of a candidate are no part of those above.
    """

    depth: int
    bytes: int
    cause: GateCauseSection | CandidateSection | None


def branches(causes: Sequence[GateCauseSection], rest: int, depth: int = 0) -> Iterator[Branch]:
    """The tree line by line, each cause before its own."""
    for each in causes:
        yield Branch(depth, each.bytes, each)
        yield from branches(each.causes, each.rest, depth + 1)
        yield from (Branch(depth + 1, other.bytes, other) for other in each.candidates)
    if rest:
        yield Branch(depth, rest, None)


def main_line(cause: GateCauseSection) -> Iterator[GateCauseSection]:
    """The cause, the one that makes up most of it, and so on: package, directory, file."""
    yield cause
    for each in cause.causes[:1]:
        if cause.bytes and _MAIN_PART < each.bytes / cause.bytes <= 1:
            yield from main_line(each)


def place(layer: int | None, line: int | None) -> str:
    """Which layer, and which line of the Dockerfile: ``layer 3, Dockerfile:12``."""
    where = "config" if layer is None else f"layer {layer}"
    return f"{where}, Dockerfile:{line}" if line else where


def cause_place(cause: GateCauseSection) -> str:
    """The layer of a cause; empty for a part of one."""
    if cause.kind != "layer":
        return ""
    return "a layer that is gone" if cause.layer is None else place(cause.layer, cause.line)


def candidate(each: CandidateSection) -> str:
    """Which layer it is whose waste this is, all of it."""
    return f"made by {place(each.layer, each.line)}"


def won_back(savings: SavingsSection) -> str:
    """What the findings come to."""
    count = len(savings.found) + savings.omitted
    more = ", all together" if count > 1 else ""
    return f"{counted(count, 'finding')} would win back {decimal_bytes(savings.file_bytes)}{more}"


def to_mend(forbidden: ForbiddenSection) -> str:
    """How many findings broken rules forbid."""
    return f"{counted(len(forbidden.found) + forbidden.omitted, 'forbidden finding')} to mend"


def not_counted(savings: SavingsSection) -> list[str]:
    """What `imgscan findings` has beside those, in a few words; none where it has nothing else."""
    of_own = [f"{savings.save_nothing:,} that save nothing"] if savings.save_nothing else []
    of_parents = [f"{savings.inherited:,} of parents"] if savings.inherited else []
    told = ", ".join([*of_own, *of_parents])
    return [f"not counted: {told}"] if told else []


def saving_edit(each: SavingSection) -> str:
    """What to change, in one line."""
    return short_edit(each.edit, each.instruction)


def saving_head(each: SavingSection) -> str:
    """Where a finding is and what it is called, in words of ours only."""
    return f"{place(each.layer, each.line)}  {each.rule}: {each.title}"
