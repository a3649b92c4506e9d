"""The formats that documents can be rendered in, by name. A new one is one module and one line here."""

from __future__ import annotations

from importlib import import_module

from analyzer.errors import ReportError

from .diff.document import DiffDocument
from .document import Document

FORMATS = {
    "html": "reports.html",
    "json": "reports.json",
    "markdown": "reports.markdown",
}
"""Of reports."""

DIFF_FORMATS = {
    "html": "reports.diff.html",
    "json": "reports.json",
    "markdown": "reports.diff.markdown",
}
"""Of diffs."""


def render(document: Document | DiffDocument, form: str) -> str:
    """The document as text in the format that is called ``form``; raises ReportError for any other name.

    Raises TypeError for what is no document, such as the image itself.
    """
    if not isinstance(document, Document | DiffDocument):
        raise TypeError(f"{type(document).__name__} is no report: report() of an image or a diff gives one")
    formats = DIFF_FORMATS if isinstance(document, DiffDocument) else FORMATS
    if form not in formats:
        raise ReportError(f"unknown format {form!r}", hint="formats: " + ", ".join(formats))
    text: str = import_module(formats[form]).render(document)
    return text
