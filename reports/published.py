"""The documents whose JSON others may rely on: each has a version, a schema and a way back from what was saved."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from .diff.document import DIFF_SCHEMA_VERSION, DiffDocument
from .document import SCHEMA_VERSION, Document
from .gate.document import GATE_SCHEMA_VERSION, GateDocument

D = TypeVar("D", Document, DiffDocument, list[GateDocument])


class Published(Struct, Generic[D], frozen=True):
    """A kind of document; ``name`` is what its schema and messages call it."""

    name: str
    type: type[D]
    version: str


REPORT = Published("report", Document, SCHEMA_VERSION)
DIFF = Published("diff", DiffDocument, DIFF_SCHEMA_VERSION)
GATE = Published("gate", list[GateDocument], GATE_SCHEMA_VERSION)
