"""The verdict on one image: what each rule allows, what was found, and whether it holds.

A rule never passes because something could not be known: that is trouble, `UnknownFigureError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..analyses.notes import may_lack_files
from ..errors import UnknownFigureError
from ..sources.files import NO_END
from . import known
from .demands import forbidden, required
from .dive.outcomes import dive_outcomes
from .exceptions import excepted
from .instructions import bytes_of_instructions
from .outcome import BROKEN, PASSED, Outcome
from .package_databases import check_packages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ..analysis import Analysis
    from ..settings_gate import Level
    from .rules import Budget, Growth, Limit, Rules
    from .weights import Weights


def judge(rules: Rules, image: Analysis, weights: Weights, baseline: Weights | None, today: date) -> list[Outcome]:
    """One outcome a rule; ``weights`` are of ``rules.asked``. Rules about growth are left out without a baseline.

    Raises UnknownFigureError where a rule is about a figure that cannot be known, and where files may be missing.
    """
    if may_lack_files(image.metadata, image.scan):
        raise UnknownFigureError(f"{NO_END}, and what it holds is not known", hint="save or export it again")
    for key in rules.about_packages[:1]:
        check_packages(image, key)
    outcomes = [
        *(_limit(each, weights) for each in rules.limits),
        *(_budget(each, known.bytes_at(weights, each.name, each.key)) for each in rules.paths),
        *(_budget(each, known.bytes_of_packages(weights, each.name, each.key)) for each in rules.packages),
        *(_budget(each, bytes_of_instructions(image, each.name, each.key)) for each in rules.layers),
        *forbidden(rules, image),
        *required(rules, image, baseline),
        *(dive_outcomes(image, rules.dive) if rules.dive else []),
    ]
    if baseline is not None:
        baseline = replace(baseline, name=f"the baseline {baseline.name}")  # in messages: it may be called as the image
        outcomes += _growth(rules.growth, weights, baseline)
        outcomes += _growth(rules.creep, weights, known.approved(baseline, rules.creep))
    return [excepted(each, rules.allow, weights.name, today) for each in outcomes]


def unmatched(rules: Rules, weights: Weights) -> list[str]:
    """The keys of budgets that nothing with bytes in it is for; one of no bytes asks for just that."""
    budgets = [
        *((each, known.bytes_at(weights, each.name, each.key)) for each in rules.paths),
        *((each, known.bytes_of_packages(weights, each.name, each.key)) for each in rules.packages),
    ]
    return [each.key for each, found in budgets if each.limit and not found]


def _limit(rule: Limit, weights: Weights) -> Outcome:
    found = known.figure(weights, rule.figure.key, rule.key, own=rule.own)
    at_least = rule.figure.worse == "less"
    bad = found < rule.limit if at_least else found > rule.limit
    status = _status(rule.level, bad=bad)
    estimated = weights.estimated and rule.figure.key == "pull_bytes"
    return Outcome(rule.key, status, rule.figure.unit, rule.limit, found, at_least=at_least, estimated=estimated)


def _budget(rule: Budget, found: int) -> Outcome:
    return Outcome(rule.key, _status(rule.level, bad=found > rule.limit), "bytes", rule.limit, found)


def _growth(rules: tuple[Growth, ...], weights: Weights, baseline: Weights) -> Iterator[Outcome]:
    for each in rules:
        if each.of == "pull delta":
            yield _pull_delta(each, weights, baseline)
            continue
        found, before = known.grown(weights, each), known.grown(baseline, each)
        limit = before + each.allowance.of(int(before))
        status = _status(each.level, bad=found > limit)
        estimated = (weights.estimated or baseline.estimated) and each.name == "pull_bytes"
        yield Outcome(each.key, status, "bytes", limit, found, before, kind="growth", estimated=estimated)


def _pull_delta(rule: Growth, weights: Weights, baseline: Weights) -> Outcome:
    """A share is one of what the whole baseline is to pull."""
    found = known.pull_delta(weights, baseline, rule.key)
    whole = 0.0 if rule.allowance.share is None else known.figure(baseline, "pull_bytes", rule.key, own=False)
    limit = rule.allowance.of(int(whole))
    estimated = weights.estimated or baseline.estimated
    return Outcome(rule.key, _status(rule.level, bad=found > limit), "bytes", limit, found, estimated=estimated)


def _status(level: Level, *, bad: bool) -> str:
    return BROKEN[level] if bad else PASSED
