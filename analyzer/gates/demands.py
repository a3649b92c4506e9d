"""Whether an image has what it must not have, and what it must have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .demand_rules import BASELINE, OF_FINDINGS
from .found import is_named, paths_at, visible_paths
from .outcome import BROKEN, PASSED, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..analysis import Analysis
    from ..findings.model import Finding
    from .demand_rules import Demand
    from .rules import Rules
    from .weights import Weights

_SHOWN = 10


def forbidden(rules: Rules, image: Analysis) -> Iterator[Outcome]:
    """One outcome for each key of `[gate.forbidden]`."""
    asked = {each.name for each in rules.forbidden}
    findings = image.findings(rules.findings).found if asked.intersection(OF_FINDINGS) else ()
    for each in rules.forbidden:
        there = _of_findings(each, findings) if each.name in OF_FINDINGS else _THERE[each.name](image, each.words)
        yield _none(each, there)


def required(rules: Rules, image: Analysis, baseline: Weights | None) -> Iterator[Outcome]:
    """One outcome for each key of `[gate.required]`."""
    for each in rules.required:
        missing = _missing_baseline(baseline) if each.name == BASELINE else _MISSING[each.name](image, each.words)
        yield _none(each, missing)


def _paths(image: Analysis, globs: Sequence[str]) -> list[str]:
    return paths_at(visible_paths(image), globs)


def _paths_in_any_layer(image: Analysis, globs: Sequence[str]) -> list[str]:
    return paths_at(image.part_changes, globs)


def _packages(image: Analysis, patterns: Sequence[str]) -> list[str]:
    names = sorted({f"{each.package.ecosystem}:{each.package.name}" for each in image.package_costs})
    return [each for each in names if is_named(each, patterns)]


def _of_findings(demand: Demand, findings: Sequence[Finding]) -> list[str]:
    asked = ((each, next((rule for rule in each.rules if rule in demand.words), None)) for each in findings)
    return [_where(each, rule) for each, rule in asked if rule is not None]


def _missing_paths(image: Analysis, globs: Sequence[str]) -> list[str]:
    visible = visible_paths(image)
    return [glob for glob in globs if not paths_at(visible, (glob,))]


def _missing_labels(image: Analysis, names: Sequence[str]) -> list[str]:
    labels = (image.metadata.config.config or {}).get("Labels")
    there = labels if isinstance(labels, dict) else {}
    return [each for each in names if not there.get(each)]


def _missing_user(image: Analysis, _: Sequence[str]) -> list[str]:
    user = str((image.metadata.config.config or {}).get("User") or "")
    return ["the image runs as root"] if user.partition(":")[0] in ("", "0", "root") else []


def _missing_baseline(baseline: Weights | None) -> list[str]:
    return ["no baseline has anything on this image"] if baseline is None else []


_THERE: dict[str, Callable[[Analysis, Sequence[str]], list[str]]] = {
    "paths": _paths,
    "paths-in-any-layer": _paths_in_any_layer,
    "packages": _packages,
}
_MISSING: dict[str, Callable[[Analysis, Sequence[str]], list[str]]] = {
    "paths": _missing_paths,
    "labels": _missing_labels,
    "user": _missing_user,
}


def _where(found: Finding, rule: str) -> str:
    place = "" if found.layer is None else f" in layer {found.layer}"
    more = f" and {found.count - 1} more" if found.count > 1 else ""
    return f"{rule}{place}: {found.paths[0]}{more}" if found.paths else f"{rule}{place}"


def _none(demand: Demand, found: list[str]) -> Outcome:
    status = BROKEN[demand.level] if found else PASSED
    return Outcome(demand.key, status, "count", 0, len(found), paths=tuple(found[:_SHOWN]), kind=demand.table)
