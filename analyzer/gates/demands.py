"""What an image must not have, and what it must have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .found import is_named, paths_at, visible_paths
from .outcome import FAILED, PASSED, Outcome
from .rules import SECRETS, SETUID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..analysis import Analysis
    from ..findings.model import Finding
    from .rules import Rules

_SHOWN = 10


def forbidden(rules: Rules, image: Analysis) -> Iterator[Outcome]:
    """One outcome for each key of `[gate.forbidden]`."""
    asked = rules.settings.forbidden
    if asked.paths:
        yield _forbidden("paths", paths_at(visible_paths(image), asked.paths))
    if asked.paths_in_any_layer:
        yield _forbidden("paths-in-any-layer", paths_at(image.part_changes, asked.paths_in_any_layer))
    if asked.packages:
        names = sorted({f"{each.package.ecosystem}:{each.package.name}" for each in image.package_costs})
        yield _forbidden("packages", [each for each in names if is_named(each, asked.packages)])
    chosen = {"findings": asked.findings, "setuid": asked.setuid and SETUID, "secrets": asked.secrets and SECRETS}
    found = image.findings(rules.findings).found if any(chosen.values()) else ()
    for name, ids in chosen.items():
        if ids:
            yield _forbidden(name, [_where(each) for each in found if each.rule in ids])


def required(rules: Rules, image: Analysis) -> Iterator[Outcome]:
    """One outcome for each key of `[gate.required]`."""
    asked, config = rules.settings.required, image.metadata.config.config or {}
    if asked.paths:
        visible = visible_paths(image)
        yield _required("paths", [glob for glob in asked.paths if not paths_at(visible, (glob,))])
    if asked.labels:
        labels = config.get("Labels")
        there = labels if isinstance(labels, dict) else {}
        yield _required("labels", [each for each in asked.labels if not there.get(each)])
    if asked.user:
        root = str(config.get("User") or "").partition(":")[0] in ("", "0", "root")
        yield _required("user", ["the image runs as root"] if root else [])


def _where(found: Finding) -> str:
    place = "" if found.layer is None else f" in layer {found.layer}"
    more = f" and {found.count - 1} more" if found.count > 1 else ""
    return f"{found.rule}{place}: {found.paths[0]}{more}" if found.paths else f"{found.rule}{place}"


def _forbidden(name: str, there: list[str]) -> Outcome:
    return _none(f"forbidden.{name}", there, "forbidden")


def _required(name: str, missing: list[str]) -> Outcome:
    return _none(f"required.{name}", missing, "required")


def _none(key: str, found: list[str], kind: str) -> Outcome:
    status = FAILED if found else PASSED
    return Outcome(key, status, "count", 0, len(found), paths=tuple(found[:_SHOWN]), kind=kind)
