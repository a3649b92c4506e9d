"""The verdict of a gate as GitLab's Code Quality report, which merge requests show beside the lines.

Its fields are those of https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format: a list of issues
with a description, a name, a fingerprint, a severity and a place. A place is required.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.gates.outcome import ALLOWED, FAILED, TROUBLE, WARNED

from ..formatting import visible
from ..json import indented
from .annotations import WHERE_RULES_STAND, annotated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .annotations import Annotation
    from .document import GateDocument

_SEVERITIES = {TROUBLE: "critical", FAILED: "major", WARNED: "minor", ALLOWED: "info"}


def render(verdicts: Sequence[GateDocument]) -> str:
    """An issue for each rule that is broken, or would be without an exception."""
    issues = [_issue(each) for each in annotated(verdicts)]
    return indented(issues)


def _issue(each: Annotation) -> dict[str, object]:
    place = each.place or WHERE_RULES_STAND
    return {
        "description": f"{each.image}: {each.message}",
        "check_name": f"imgscan.gate.{each.rule}",
        "fingerprint": each.fingerprint,
        "severity": _SEVERITIES[each.status],
        "location": {"path": visible(place.file), "lines": {"begin": place.line}},
    }
