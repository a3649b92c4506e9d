"""dive's verdict: three figures against three limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from .figures import DiveFigures
    from .rules import DiveRules

Status = Literal["pass", "fail", "skip"]


class DiveVerdict(Struct, frozen=True):
    """What became of one rule: ``rule`` as dive names it, the figure, and the limit, None where it is disabled."""

    rule: str
    value: float
    limit: float | None
    status: Status


def dive_verdicts(figures: DiveFigures, rules: DiveRules) -> tuple[DiveVerdict, ...]:
    """One a rule; dive fails an image where one of them is a fail. A figure equal to its limit passes.

    Where the lowest layer alone has files, the wasted percent may be no number, which is above no limit: a pass.
    """
    return (
        _at_least("lowestEfficiency", figures.efficiency, rules.lowest_efficiency),
        _at_most("highestWastedBytes", figures.wasted_bytes, rules.highest_wasted_bytes),
        _at_most("highestUserWastedPercent", figures.wasted_user_percent, rules.highest_user_wasted_percent),
    )


def _at_least(rule: str, value: float, limit: float | None) -> DiveVerdict:
    return DiveVerdict(rule, value, limit, "skip" if limit is None else "fail" if value < limit else "pass")


def _at_most(rule: str, value: float, limit: float | None) -> DiveVerdict:
    return DiveVerdict(rule, value, limit, "skip" if limit is None else "fail" if value > limit else "pass")
