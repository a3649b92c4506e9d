"""The JSON Schema of settings files, for editors: made from the types that read them."""

from __future__ import annotations

from typing import Any

import msgspec

from analyzer.gates.explained import EXPLAINED
from analyzer.gates.figures import FIGURES, OWN
from analyzer.settings import Settings

from .schema import FOLDER, written

ID = "urn:imgscan:settings"
"""A name, no address: the file lies beside the code."""

PATH = FOLDER / "settings.schema.json"
_TABLES = ("GateSettings", "ImageSettings")


def settings_schema() -> dict[str, Any]:
    """The schema as JSON Schema 2020-12; figures are named, so that editors can complete and check them."""
    (reference,), components = msgspec.json.schema_components([Settings], ref_template="#/$defs/{name}")
    told = {each.key: each.asks for each in EXPLAINED}
    for name in _TABLES:
        tables = components[name]["properties"]
        for key in tables.keys() & told.keys():
            tables[key]["description"] = told[key]
        for key in ("limits", "growth", "creep"):
            tables[key]["propertyNames"] = {"enum": _figures(key)}
    for name in ("forbidden", "required"):
        for key, each in components[name.capitalize()]["properties"].items():
            each["description"] = told[f"{name}.{key}"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Settings of imgscan: imgscan.toml, or [tool.imgscan] in pyproject.toml",
        **reference,
        "$defs": {name: _tidied(each) for name, each in components.items()},
    }


def _tidied(schema: Any) -> Any:
    """Without null, which TOML cannot write, and so without defaults that are; descriptions without markup."""
    if isinstance(schema, list):
        return [_tidied(each) for each in schema if each != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _tidied(each) for key, each in schema.items() if key != "default"}
    if isinstance(kept.get("description"), str):
        kept["description"] = " ".join(kept["description"].replace("`", "").split())
    only = kept.get("anyOf", [])
    return {**{key: each for key, each in kept.items() if key != "anyOf"}, **only[0]} if len(only) == 1 else kept


def settings_schema_text() -> str:
    """The schema as it is published."""
    return written(settings_schema())


def _figures(table: str) -> list[str]:
    keys = [key for key, each in FIGURES.items() if table == "limits" or each.unit == "bytes"]
    return [*keys, *(f"{OWN}{key}" for key in keys), *(["pull_delta_bytes"] if table == "growth" else [])]
