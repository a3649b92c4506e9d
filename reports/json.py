"""JSON: the document itself, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from analyzer.digest import Digest
from analyzer.errors import ReportError

from .formatting import json_printable
from .published import DIFF, REPORT

if TYPE_CHECKING:
    from .diff.document import DiffDocument
    from .document import Document
    from .published import D, Published


class _Version(msgspec.Struct):
    schema_version: str


def render(document: Document | DiffDocument) -> str:
    """The document as indented JSON; equal documents give equal text."""
    return indented(document)


def indented(value: Any) -> str:
    """JSON to read, of anything that msgspec can write, with no control that would show."""
    return json_printable(msgspec.json.format(msgspec.json.encode(value, enc_hook=_text), indent=2).decode()) + "\n"


def _text(value: object) -> str:
    """A digest is a text of a type of its own, which msgspec does not take for one."""
    if isinstance(value, Digest):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} has no form in JSON")


def parse(raw: bytes, name: str) -> Document:
    """The report that `render` wrote; raises ReportError that names the file."""
    return _parse(raw, name, REPORT)


def parse_diff(raw: bytes, name: str) -> DiffDocument:
    """The diff that `render` wrote; raises ReportError that names the file."""
    return _parse(raw, name, DIFF)


def _parse(raw: bytes, name: str, kind: Published[D]) -> D:
    try:
        version = msgspec.json.decode(raw, type=_Version).schema_version
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReportError(f"{name} is not a saved {kind.name}: {error}") from error
    if version.partition(".")[0] != kind.version.partition(".")[0]:
        raise ReportError(f"{name} has schema version {version}, this imgscan reads {kind.version}")
    try:
        return msgspec.json.decode(raw, type=kind.type)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReportError(f"{name} is not a valid {kind.name}: {error}") from error
