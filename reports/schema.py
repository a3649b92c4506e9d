"""The JSON Schema of the report document, made from its types. A published schema is never edited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from .document import SCHEMA_VERSION, Document

PUBLISHED = Path(__file__).parent / "schemas" / f"report-{SCHEMA_VERSION}.schema.json"


def schema() -> dict[str, Any]:
    """The schema as JSON Schema 2020-12. Fields that a later version adds are allowed."""
    (reference,), components = msgspec.json.schema_components([Document], ref_template="#/$defs/{name}")
    for component in components.values():
        component["required"] = list(component["properties"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"imgscan report, schema version {SCHEMA_VERSION}",
        **reference,
        "$defs": components,
    }


def schema_text() -> str:
    """The schema as it is published."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"
