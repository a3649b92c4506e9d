"""Findings in a notebook: what to change, and what that saves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.formatting import counted

from . import html
from .colours import LESS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.findings.model import Finding, Findings

    from .html import Cell

_SHOWN = 15


def shown(findings: Findings) -> str:
    """HTML."""
    found = findings.found
    most = max((each.file_bytes for each in found), default=0)
    rest = len(found) - _SHOWN
    together = html.size(findings.together.file_bytes) or "nothing"
    return html.box(
        html.line(html.strong(counted(len(found), "finding")), ", all together save ", together),
        html.table((">saves", "", "rule", ">layer", "what to change"), [_row(each, most) for each in found[:_SHOWN]]),
        *([html.line(f"and {rest} more")] if rest > 0 else []),
    )


def _row(finding: Finding, most: int) -> Sequence[Cell]:
    saving = html.bar([(finding.rule, finding.file_bytes, LESS)], most, 6)
    return (
        html.size(finding.file_bytes),
        saving,
        finding.rule,
        finding.layer,
        html.text(finding.edit.replace("\n", " "), 100),
    )
