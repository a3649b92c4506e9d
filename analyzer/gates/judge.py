"""The verdict on one image: what each rule allows, what was found, and whether it holds.

A rule never passes because something could not be known: that is trouble, `UnknownFigureError`.
"""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from ..errors import UnknownFigureError
from .dive.outcomes import dive_outcomes
from .found import bytes_of, is_named, paths_at, visible_paths
from .outcome import ALLOWED, FAILED, PASSED, WARNED, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ..analysis import Analysis
    from ..findings.model import Finding
    from ..settings import Allow, Level
    from .figures import Figure
    from .rules import Budget, GrowthLimit, Limit, Rules
    from .weights import Weights

_BAD = {"warn": WARNED, "fail": FAILED}
_SHOWN = 10


def judge(rules: Rules, image: Analysis, figures: Weights, baseline: Weights | None, today: date) -> list[Outcome]:
    """One outcome a rule. Rules about growth are left out without a baseline.

    Raises UnknownFigureError where a rule is about a figure that cannot be known.
    """
    outcomes = [
        *_limits(rules.limits, figures),
        *_budgets(rules, figures),
        *_forbidden(rules, image),
        *_required(rules, image),
        *(dive_outcomes(image, rules.dive) if rules.dive else []),
    ]
    if baseline is not None:
        outcomes += _growth(rules.growth, figures, baseline)
    return [_excepted(each, rules.settings.allow, figures.name, today) for each in outcomes]


def _limits(limits: tuple[Limit, ...], figures: Weights) -> Iterator[Outcome]:
    for each in limits:
        found = _known(figures, each.figure, each.key, own=each.own)
        at_least = each.figure.worse == "less"
        bad = found < each.limit if at_least else found > each.limit
        yield Outcome(each.key, _status(each.level, bad=bad), each.figure.unit, each.limit, found, at_least=at_least)


def _growth(limits: tuple[GrowthLimit, ...], figures: Weights, baseline: Weights) -> Iterator[Outcome]:
    for each in limits:
        found = _known(figures, each.figure, each.key, own=each.own)
        before = _known(baseline, each.figure, each.key, own=each.own)
        limit = before + each.allowance.of(int(before))
        yield Outcome(each.key, _status(each.level, bad=found > limit), each.figure.unit, limit, found, before)


def _known(figures: Weights, figure: Figure, key: str, *, own: bool) -> float:
    value = (figures.own if own else figures.whole).get(figure.key)
    if value is None:
        hint = "save the image with compressed layers, or drop the rule" if figure.key == "pull_bytes" else None
        raise UnknownFigureError(f"{figures.name}: {key} cannot be judged: {figure.key} is not known", hint=hint)
    return value


def _budgets(rules: Rules, weights: Weights) -> Iterator[Outcome]:
    for each in rules.paths:
        if weights.paths is None or each.name not in weights.paths:
            raise UnknownFigureError(f"{weights.name}: {each.key} cannot be judged: these bytes are not known")
        yield _budget(each, weights.paths[each.name])
    for each in rules.packages:
        if weights.packages is None:
            raise UnknownFigureError(f"{weights.name}: {each.key} cannot be judged: its packages are not known")
        yield _budget(each, bytes_of(weights.packages, each.name))


def _budget(budget: Budget, found: int) -> Outcome:
    return Outcome(budget.key, _status(budget.level, bad=found > budget.limit), "bytes", budget.limit, found)


def _forbidden(rules: Rules, image: Analysis) -> Iterator[Outcome]:
    forbidden = rules.settings.forbidden
    if forbidden.paths:
        yield _none("forbidden.paths", paths_at(visible_paths(image), forbidden.paths))
    if forbidden.paths_in_any_layer:
        yield _none("forbidden.paths-in-any-layer", paths_at(image.part_changes, forbidden.paths_in_any_layer))
    if forbidden.packages:
        names = sorted({f"{each.package.ecosystem}:{each.package.name}" for each in image.package_costs})
        yield _none("forbidden.packages", [each for each in names if is_named(each, forbidden.packages)])
    if forbidden.findings:
        yield _none("forbidden.findings", [_where(each) for each in image.findings(rules.findings).found])


def _where(found: Finding) -> str:
    place = "" if found.layer is None else f" in layer {found.layer}"
    more = f" and {found.count - 1} more" if found.count > 1 else ""
    return f"{found.rule}{place}: {found.paths[0]}{more}" if found.paths else f"{found.rule}{place}"


def _none(key: str, found: list[str]) -> Outcome:
    return Outcome(key, _status("fail", bad=bool(found)), "count", 0, len(found), paths=tuple(found[:_SHOWN]))


def _required(rules: Rules, image: Analysis) -> Iterator[Outcome]:
    required, config = rules.settings.required, image.metadata.config.config or {}
    labels = config.get("Labels") or {}
    if required.paths:
        visible = visible_paths(image)
        missing = [glob for glob in required.paths if not paths_at(visible, (glob,))]
        yield _none("required.paths", missing)
    if required.labels:
        yield _none("required.labels", [each for each in required.labels if not labels.get(each)])
    if required.user:
        root = str(config.get("User") or "").partition(":")[0] in ("", "0", "root")
        yield _none("required.user", ["the image runs as root"] if root else [])


def _status(level: Level, *, bad: bool) -> str:
    return _BAD[level] if bad else PASSED


def _excepted(outcome: Outcome, allow: tuple[Allow, ...], name: str, today: date) -> Outcome:
    """The outcome, allowed where an exception holds that has not run out."""
    if outcome.status == PASSED:
        return outcome
    for each in allow:
        if each.rule == outcome.key and fnmatchcase(name, each.image):
            status = ALLOWED if today <= each.until else outcome.status
            reason = each.reason if status == ALLOWED else f"the exception ran out on {each.until}: {each.reason}"
            return replace(outcome, status=status, reason=reason)
    return outcome
