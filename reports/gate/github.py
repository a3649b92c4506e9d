"""The verdict of a gate as GitHub's workflow commands, which become annotations of the run.

What a message and a property must escape is in actions/toolkit, packages/core/src/command.ts: a line break in the name
of a file would begin a command of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.gates.outcome import ALLOWED, FAILED, TROUBLE, WARNED

from ..formatting import visible
from .annotations import annotated, noted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .annotations import Annotation, Note
    from .document import GateDocument

_COMMANDS = {TROUBLE: "error", FAILED: "error", WARNED: "warning", ALLOWED: "notice"}


def render(verdicts: Sequence[GateDocument]) -> str:
    """A line for each rule that is broken, or would be without an exception, then one for each note."""
    return "".join([*map(_line, annotated(verdicts)), *map(_note, noted(verdicts))])


def _note(each: Note) -> str:
    return f"::notice title={_property(f'imgscan gate: {each.image}')}::{_escaped(each.text)}\n"


def _line(each: Annotation) -> str:
    place = {} if each.place is None else {"file": visible(each.place.file), "line": str(each.place.line)}
    properties = {**place, "title": f"imgscan gate: {each.image}"}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[each.status]} {told}::{_escaped(each.message)}\n"


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
