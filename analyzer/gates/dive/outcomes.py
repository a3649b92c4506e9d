"""dive's verdict as outcomes beside those of other rules."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..outcome import FAILED, PASSED, Outcome
from .figures import dive_figures
from .verdict import dive_verdicts

if TYPE_CHECKING:
    from ...analysis import Analysis
    from .rules import DiveRules

_UNITS = {"lowestEfficiency": "share", "highestWastedBytes": "bytes", "highestUserWastedPercent": "share"}


def dive_outcomes(image: Analysis, rules: DiveRules) -> list[Outcome]:
    """One a rule that is not disabled, by the name that dive gives it.

    No share of no bytes at all is 0 here; a share of no bytes of which some are wasted is infinite.
    """
    figures = dive_figures(image.changes, image.metadata.layers)
    return [
        Outcome(
            f"dive.{each.rule}",
            FAILED if each.status == "fail" else PASSED,
            _UNITS[each.rule],
            each.limit,
            0.0 if math.isnan(each.value) else each.value,
            at_least=each.rule == "lowestEfficiency",
        )
        for each in dive_verdicts(figures, rules)
        if each.limit is not None
    ]
