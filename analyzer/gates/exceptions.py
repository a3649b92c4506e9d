"""Exceptions from rules: which one holds, and which ones nobody needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ..names import is_called
from .outcome import ALLOWED, PASSED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from ..settings_gate import Allow
    from .outcome import Outcome

_OF_GROWTH = ("growth", "creep", "growth-of-paths", "growth-of-packages")


class Judged(Struct, frozen=True):
    """An image by name with what became of its rules; those about growth may not have been judged."""

    name: str
    outcomes: Sequence[Outcome]
    growth: bool


def excepted(outcome: Outcome, allow: Sequence[Allow], name: str, today: date) -> Outcome:
    """The outcome, allowed where an exception holds that has not run out."""
    each = _exception(outcome.key, allow, name)
    if outcome.status == PASSED or each is None:
        return outcome
    status = ALLOWED if today <= each.until else outcome.status
    reason = each.reason if status == ALLOWED else f"the exception ran out on {each.until}: {each.reason}"
    return replace(outcome, status=status, reason=reason)


def _exception(rule: str, allow: Sequence[Allow], name: str) -> Allow | None:
    """Of the exceptions from a rule for an image the one that holds longest."""
    fitting = [each for each in allow if each.rule == rule and is_called(name, each.image)]
    return max(fitting, key=lambda each: each.until, default=None)


def unneeded(allow: Sequence[Allow], images: Sequence[Judged]) -> Iterator[str]:
    """A sentence for each exception that made no difference to any of the images, and why."""
    for each in allow:
        why = _why_unneeded(each, allow, images)
        if why is not None:
            yield f"needless exception from {each.rule} until {each.until}: {why}"


def _why_unneeded(allowed: Allow, allow: Sequence[Allow], images: Sequence[Judged]) -> str | None:
    named = [each for each in images if is_called(each.name, allowed.image)]
    if not named:
        return f"no image here is called {allowed.image}"
    if allowed.rule.partition(".")[0] in _OF_GROWTH and not all(each.growth for each in named):
        return None  # whether it is needed is not known
    statuses = {outcome.status for each in named for outcome in each.outcomes if outcome.key == allowed.rule}
    if not statuses:
        return "no image here has that rule"
    if statuses == {PASSED}:
        return "the rule holds without it"
    used = any(_exception(allowed.rule, allow, each.name) is allowed for each in named)
    return None if used else "another one holds longer"
