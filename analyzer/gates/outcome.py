"""What became of one rule."""

from __future__ import annotations

from msgspec import Struct

PASSED, WARNED, FAILED, ALLOWED = "passed", "warned", "failed", "allowed"
TROUBLE = "trouble"
"""Of an image of which nothing could be judged: neither passed nor failed."""

BROKEN = {"warn": WARNED, "fail": FAILED}
"""By level, what becomes of a rule that does not hold."""


class Outcome(Struct, frozen=True):
    """One rule, judged. ``limit``, ``found`` and, of growth, ``before`` are numbers in ``unit``.

    With ``at_least`` the limit holds from below. ``status`` is passed, warned, failed, or allowed by an exception for
    ``reason``. ``paths`` are the first of what was found and must not be, or is missing. ``kind`` is limit, growth,
    forbidden (``found`` counts what is there) or required (``found`` counts what is missing); ``estimated`` says that
    ``found`` or ``before`` are.
    """

    key: str
    status: str
    unit: str
    limit: float
    found: float
    before: float | None = None
    paths: tuple[str, ...] = ()
    reason: str | None = None
    at_least: bool = False
    kind: str = "limit"
    estimated: bool = False

    @property
    def margin(self) -> float:
        """What is left until the limit; negative beyond it."""
        return self.found - self.limit if self.at_least else self.limit - self.found

    @property
    def allowed(self) -> float:
        """By how much it may grow, where the rule is about growth; else the limit."""
        return self.limit - (self.before or 0)

    @property
    def growth(self) -> float:
        """By how much it grew, where the rule is about growth; else what was found."""
        return self.found - (self.before or 0)
