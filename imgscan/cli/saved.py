"""What imgscan itself saved as JSON, where an image may stand: reports are read, all else is told what it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import ReportError

if TYPE_CHECKING:
    from reports.document import Document

_LOOKED_AT = 4096
_VERSIONED = rb'\{\s*"schema_version"\s*:\s*"[^"]*"\s*,\s*'
_REPORT = re.compile(rb"\s*" + _VERSIONED + b'"image"')
_OTHERS = {
    re.compile(rb"\s*" + _VERSIONED + b'"old"'): ("a saved diff", "imgscan diff OLD NEW --output diff.html"),
    re.compile(rb"\s*\[\s*" + _VERSIONED + b'"image"'): ("a verdict of gates", "imgscan gate IMAGE --output gate.md"),
    re.compile(rb'\s*\[\s*\{\s*"rule"'): ("a list of findings", "imgscan findings IMAGE"),
}


def saved_report(reference: str) -> Document | None:
    """The document in a saved report, or None where the argument is something else.

    Raises ReportError for what else imgscan saves as JSON, with the command that writes it in other forms.
    """
    path = Path(reference)
    start = _start(path)
    for form, (kind, command) in _OTHERS.items():
        if form.match(start):
            hint = f"only reports are rendered again; in another form it comes from the images: {command}"
            raise ReportError(f"{path.name} is {kind}, and no saved report", hint=hint)
    if start.lstrip()[:1] != b"{":
        return None
    try:
        content = path.read_bytes()
    except OSError:  # what is wrong with it is told when it is opened as an image
        return None
    from reports.json import parse

    return parse(content, path.name)


def refuse_saved(reference: str) -> None:
    """Raises ReportError for what imgscan saved, where only an image will do."""
    path = Path(reference)
    start = _start(path)
    if _REPORT.match(start):
        hint = f"name the image; growth is counted from reports: imgscan gate IMAGE --baseline {path.name}"
        raise ReportError(f"{path.name} is a saved report, and no image", hint=hint)
    for form, (kind, _) in _OTHERS.items():
        if form.match(start):
            raise ReportError(f"{path.name} is {kind}, and no image", hint="name the images")


def _start(path: Path) -> bytes:
    """The first bytes of a file; none where there is no file that can be read."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(_LOOKED_AT)
    except OSError:
        return b""
