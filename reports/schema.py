"""The JSON Schemas of the published documents, made from their types. A published schema is never edited."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from .published import D, Published

FOLDER = Path(__file__).parent / "schemas"


def schema_path(kind: Published[D]) -> Path:
    """The file that the schema is published in."""
    return FOLDER / f"{kind.name}-{kind.version}.schema.json"


def schema(kind: Published[D]) -> dict[str, Any]:
    """The schema as JSON Schema 2020-12. Fields that a later version adds are allowed."""
    (reference,), components = msgspec.json.schema_components([kind.type], ref_template="#/$defs/{name}")
    for component in components.values():
        component["required"] = list(component["properties"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"imgscan {kind.name}, schema version {kind.version}",
        **reference,
        "$defs": components,
    }


def schema_text(kind: Published[D]) -> str:
    """The schema as it is published."""
    return written(schema(kind))


def written(schema: dict[str, Any]) -> str:
    """A schema as the text of its file."""
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"
