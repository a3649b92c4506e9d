"""dive's three rules: what they are called, and their limits."""

from __future__ import annotations

from msgspec import Struct

RULE_NAMES = ("lowestEfficiency", "highestWastedBytes", "highestUserWastedPercent")


class DiveRules(Struct, frozen=True):
    """The limits, None where a rule is disabled; as they stand here they are those of a file that sets none."""

    lowest_efficiency: float | None = 0.9
    highest_wasted_bytes: int | None = None
    highest_user_wasted_percent: float | None = 0.1

    @property
    def are_none(self) -> bool:
        """Whether all of them are disabled."""
        limits = (self.lowest_efficiency, self.highest_wasted_bytes, self.highest_user_wasted_percent)
        return all(each is None for each in limits)
