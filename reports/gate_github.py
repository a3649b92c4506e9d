"""The verdict of a gate as GitHub's workflow commands, which become annotations of the run.

What a message and a title must escape is in actions/toolkit, packages/core/src/command.ts: a line break in the name of
a file would begin a command of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.gates.outcome import ALLOWED, FAILED, WARNED

from .formatting import shortened, visible
from .gate_document import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .gate_document import GateDocument, Verdict

_COMMANDS = {FAILED: "error", WARNED: "warning", ALLOWED: "notice"}
_CHARACTERS = 1000


def render(verdicts: Sequence[Verdict]) -> str:
    """A line for each rule that is broken, or would be without an exception."""
    return "".join(line for each in verdicts for line in _lines(each.document))


def _lines(document: GateDocument) -> Iterator[str]:
    if document.error is not None:
        yield _line(document.image, "error", document.error)
    for each in document.outcomes:
        if each.status in _COMMANDS:
            yield _line(document.image, _COMMANDS[each.status], told(each))


def _line(image: str, command: str, text: str) -> str:
    title = _escaped(shortened(visible(f"imgscan gate: {image}"), 200)).replace(":", "%3A").replace(",", "%2C")
    return f"::{command} title={title}::{_escaped(shortened(visible(text), _CHARACTERS))}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
