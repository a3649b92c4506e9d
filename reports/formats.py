"""The formats a report can be rendered in, by name. A new one is one module and one line here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from analyzer.errors import ReportError

if TYPE_CHECKING:
    from .document import Document

FORMATS = {
    "html": "reports.html",
    "json": "reports.json",
    "markdown": "reports.markdown",
}


def render(document: Document, form: str) -> str:
    """The document as text in the format that is called ``form``; raises ReportError for any other name."""
    if form not in FORMATS:
        raise ReportError(f"unknown format {form!r}", hint="formats: " + ", ".join(FORMATS))
    text: str = import_module(FORMATS[form]).render(document)
    return text
