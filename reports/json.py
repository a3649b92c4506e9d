"""JSON: the document itself, and the way back."""

from __future__ import annotations

import msgspec

from analyzer.errors import ReportError

from .document import SCHEMA_VERSION, Document
from .formatting import json_printable


class _Version(msgspec.Struct):
    schema_version: str


def render(document: Document) -> str:
    """The document as indented JSON; equal documents give equal text."""
    return json_printable(msgspec.json.format(msgspec.json.encode(document), indent=2).decode()) + "\n"


def parse(raw: bytes, name: str) -> Document:
    """The document that `render` wrote; raises ReportError that names the file."""
    try:
        version = msgspec.json.decode(raw, type=_Version).schema_version
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReportError(f"{name} is not a saved report: {error}") from error
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise ReportError(f"{name} has schema version {version}, this imgscan reads {SCHEMA_VERSION}")
    try:
        return msgspec.json.decode(raw, type=Document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReportError(f"{name} is not a valid report: {error}") from error
