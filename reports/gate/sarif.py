"""The verdict of a gate as SARIF 2.1.0 (OASIS, with errata 01), which code scanning takes: a result a broken rule."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from analyzer.gates.explained import in_short
from analyzer.gates.outcome import ALLOWED, FAILED, TROUBLE, WARNED

from ..formatting import visible
from ..json import indented
from ..sbom.image import tool_version
from .annotations import IMAGE, WHERE_RULES_STAND, annotated, noted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .annotations import Annotation, Note
    from .document import GateDocument, PlaceSection

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {TROUBLE: "error", FAILED: "error", WARNED: "warning", ALLOWED: "note"}
_OF_TROUBLE = "What has to be judged."


def render(verdicts: Sequence[GateDocument]) -> str:
    """One run with a result for each rule that is broken, or would be without an exception."""
    found = list(annotated(verdicts))
    rules = list(dict.fromkeys(each.rule for each in found))
    version = tool_version()
    run: dict[str, object] = {
        "tool": {
            "driver": {
                "name": "imgscan",
                **({"version": version} if version else {}),
                "rules": [_rule(each) for each in rules],
            }
        },
        "automationDetails": {"id": "imgscan gate/"},
        "results": [_result(each, rules.index(each.rule)) for each in found],
    }
    notes = [_notification(each) for each in noted(verdicts)]
    if notes:
        judged = all(each.error is None for each in verdicts)
        run["invocations"] = [{"executionSuccessful": judged, "toolExecutionNotifications": notes}]
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return indented(log)


def _rule(rule: str) -> dict[str, object]:
    return {"id": rule, "shortDescription": {"text": _OF_TROUBLE if rule == IMAGE else in_short(rule)}}


def _result(each: Annotation, index: int) -> dict[str, object]:
    allowed = {"kind": "external", "status": "accepted", "justification": each.reason or ""}
    return {
        "ruleId": each.rule,
        "ruleIndex": index,
        "level": _LEVELS[each.status],
        "message": {"text": _message(f"{each.image}: {each.message}")},
        "locations": [_location(each.place or WHERE_RULES_STAND)],
        "partialFingerprints": {"imgscanGate/v1": each.fingerprint},
        "suppressions": [allowed] if each.status == ALLOWED else [],
    }


def _notification(note: Note) -> dict[str, object]:
    return {"level": "note", "message": {"text": _message(f"{note.image}: {note.text}")}}


def _location(place: PlaceSection) -> dict[str, object]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(visible(place.file)), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": place.line},
        }
    }


def _message(text: str) -> str:
    """Text as a message string has it: braces would be placeholders (3.11.5), brackets links (3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("[", r"\[").replace("]", r"\]")
