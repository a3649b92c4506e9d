"""The verdict on one image: what each rule allows, what was found, and whether it holds.

A rule never passes because something could not be known: that is trouble, `UnknownFigureError`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from ..errors import UnknownFigureError
from ..globs import regex, whole
from .dive.outcomes import dive_outcomes
from .figures import figures_of
from .outcome import ALLOWED, FAILED, PASSED, WARNED, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    import pyarrow as pa

    from ..analysis import Analysis
    from ..findings.model import Finding
    from ..settings import Allow, Level
    from .figures import Figure, Value
    from .rules import Budget, GrowthLimit, Limit, Rules

_BAD = {"warn": WARNED, "fail": FAILED}
_SHOWN = 10


@dataclass(frozen=True)
class Figures:
    """What an image weighs, whole and own; those of a baseline may lack some."""

    name: str
    whole: Mapping[str, Value]
    own: Mapping[str, Value]


def measured(image: Analysis, own: Analysis | None) -> Figures:
    """The figures of an image; ``own`` is the part that is its own, None where no rule asks for it."""
    return Figures(image.name, figures_of(image), {} if own is None else figures_of(own))


def judge(rules: Rules, image: Analysis, figures: Figures, baseline: Figures | None, today: date) -> list[Outcome]:
    """One outcome a rule. Rules about growth are left out without a baseline.

    Raises UnknownFigureError where a rule is about a figure that cannot be known.
    """
    outcomes = [
        *_limits(rules.limits, figures),
        *_budgets(rules, image),
        *_forbidden(rules, image),
        *_required(rules, image),
        *(dive_outcomes(image, rules.dive) if rules.dive else []),
    ]
    if baseline is not None:
        outcomes += _growth(rules.growth, figures, baseline)
    return [_excepted(each, rules.settings.allow, figures.name, today) for each in outcomes]


def _limits(limits: tuple[Limit, ...], figures: Figures) -> Iterator[Outcome]:
    for each in limits:
        found = _known(figures, each.figure, each.key, own=each.own)
        at_least = each.figure.worse == "less"
        bad = found < each.limit if at_least else found > each.limit
        yield Outcome(each.key, _status(each.level, bad=bad), each.figure.unit, each.limit, found, at_least=at_least)


def _growth(limits: tuple[GrowthLimit, ...], figures: Figures, baseline: Figures) -> Iterator[Outcome]:
    for each in limits:
        found = _known(figures, each.figure, each.key, own=each.own)
        before = _known(baseline, each.figure, each.key, own=each.own)
        limit = before + each.allowance.of(int(before))
        yield Outcome(each.key, _status(each.level, bad=found > limit), each.figure.unit, limit, found, before)


def _known(figures: Figures, figure: Figure, key: str, *, own: bool) -> float:
    value = (figures.own if own else figures.whole).get(figure.key)
    if value is None:
        hint = "save the image with compressed layers, or drop the rule" if figure.key == "pull_bytes" else None
        raise UnknownFigureError(f"{figures.name}: {key} cannot be judged: {figure.key} is not known", hint=hint)
    return value


def _budgets(rules: Rules, image: Analysis) -> Iterator[Outcome]:
    files = image.rootfs.filter(pc.is_valid(image.rootfs["inode"])) if rules.paths else image.rootfs
    for each in rules.paths:
        yield _budget(each, _bytes_at(files, each.name, image))
    held = Counter[str]()
    for row in image.present.to_pylist() if rules.packages else ():
        held[f"{row['ecosystem']}:{row['name']}"] += row["file_bytes"]
    for each in rules.packages:
        yield _budget(each, sum(size for name, size in held.items() if _any_matches(name, (each.name,))))


def _budget(budget: Budget, found: int) -> Outcome:
    return Outcome(budget.key, _status(budget.level, bad=found > budget.limit), "bytes", budget.limit, found)


def _bytes_at(files: pa.Table, glob: str, image: Analysis) -> int:
    """Content at paths that the glob matches, or below; a file with several such names counts once."""
    chosen = files.filter(_matching(files["path"], (glob,)))
    inodes = pc.unique(chosen["inode"])
    return pc.sum(image.changes["stored"].take(inodes)).as_py() or 0


def _matching(paths: pa.ChunkedArray, globs: tuple[str, ...]) -> pa.ChunkedArray:
    expressions = [each for glob in globs for each in (regex(glob), regex(glob.rstrip("/") + "/**"))]
    return pc.match_substring_regex(paths, whole(expressions))


def _forbidden(rules: Rules, image: Analysis) -> Iterator[Outcome]:
    forbidden = rules.settings.forbidden
    if forbidden.paths:
        yield _none("forbidden.paths", _paths(image.rootfs, forbidden.paths))
    if forbidden.paths_in_any_layer:
        yield _none("forbidden.paths-in-any-layer", _paths(image.entries, forbidden.paths_in_any_layer))
    if forbidden.packages:
        names = (f"{row['ecosystem']}:{row['name']}" for row in image.present.to_pylist())
        yield _none("forbidden.packages", [each for each in names if _any_matches(each, forbidden.packages)])
    if forbidden.findings:
        yield _none("forbidden.findings", [_where(each) for each in image.findings(rules.findings).found])


def _where(found: Finding) -> str:
    place = "" if found.layer is None else f" in layer {found.layer}"
    more = f" and {found.count - 1} more" if found.count > 1 else ""
    return f"{found.rule}{place}: {found.paths[0]}{more}" if found.paths else f"{found.rule}{place}"


def _any_matches(name: str, patterns: tuple[str, ...]) -> bool:
    """By ecosystem and name, or by name alone; in upper or lower case, as most ecosystems take names."""
    whole_name = name.lower()
    names = (whole_name, whole_name.partition(":")[2])
    return any(fnmatchcase(each, pattern.lower()) for each in names for pattern in patterns)


def _paths(table: pa.Table, globs: tuple[str, ...]) -> list[str]:
    paths: list[str] = pc.unique(table.filter(_matching(table["path"], globs))["path"]).to_pylist()
    return paths


def _none(key: str, found: list[str]) -> Outcome:
    return Outcome(key, _status("fail", bad=bool(found)), "count", 0, len(found), paths=tuple(found[:_SHOWN]))


def _required(rules: Rules, image: Analysis) -> Iterator[Outcome]:
    required, config = rules.settings.required, image.metadata.config.config or {}
    missing = [glob for glob in required.paths if not _paths(image.rootfs, (glob,))]
    labels = config.get("Labels") or {}
    if required.paths:
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
