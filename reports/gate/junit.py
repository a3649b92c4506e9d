"""The verdict of a gate as JUnit's XML, which every CI system shows: a suite an image, a case a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from analyzer.gates.outcome import ALLOWED, FAILED, WARNED

from ..formatting import visible
from .words import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .document import GateDocument


def render(verdicts: Sequence[GateDocument]) -> str:
    """A failed rule is a failure, a warning is the case's output; skipped is one that an exception holds for.

    So is ``growth``, where rules about it could not be judged.
    """
    root = ET.Element("testsuites", name="imgscan gate")
    for each in verdicts:
        _add_suite(root, each)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _add_suite(root: ET.Element, document: GateDocument) -> None:
    statuses = [each.status for each in document.outcomes]
    errors = 0 if document.error is None else 1
    unjudged = 0 if document.unjudged is None else 1
    counts = {
        "tests": len(statuses) + errors + unjudged,
        "failures": statuses.count(FAILED),
        "skipped": statuses.count(ALLOWED) + unjudged,
    }
    suite = ET.SubElement(root, "testsuite", name=visible(document.image), errors=str(errors))
    suite.attrib |= {key: str(count) for key, count in counts.items()}
    if document.error is not None:
        case = ET.SubElement(suite, "testcase", classname="imgscan.gate", name="image")
        ET.SubElement(case, "error", message=visible(document.error), type=document.status)
    if document.unjudged is not None:
        case = ET.SubElement(suite, "testcase", classname="imgscan.gate", name="growth")
        ET.SubElement(case, "skipped", message=visible(document.unjudged))
    for each in document.outcomes:
        case = ET.SubElement(suite, "testcase", classname="imgscan.gate", name=visible(each.rule))
        line = visible(told(each))
        if each.status == FAILED:
            ET.SubElement(case, "failure", message=line, type=FAILED)
        elif each.status == ALLOWED:
            ET.SubElement(case, "skipped", message=line)
        elif each.status == WARNED:
            ET.SubElement(case, "system-out").text = line
