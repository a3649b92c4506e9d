"""Crates of Rust, as cargo-auditable wrote them into programs.

The payload is its JSON: packages with name, version, source and kind, of which one is the root.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .model import Ecosystem, Package, order
from .paths import raw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .model import Contents


def parse(contents: Contents) -> list[Package]:
    """The root of each program, which owns it, and the crates linked into it; none that only helped to build it."""
    found = (_package(crate, path) for path, payload in contents.items() for crate in _crates(payload))
    return sorted(found, key=order)


def _crates(payload: bytes) -> Iterator[dict[str, Any]]:
    try:
        crates = json.loads(payload)["packages"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    if isinstance(crates, list):
        yield from (crate for crate in crates if isinstance(crate, dict) and _is_linked(crate))


def _is_linked(crate: dict[str, Any]) -> bool:
    texts = crate.get("name"), crate.get("version")
    named = all(isinstance(text, str) and text and text.isascii() for text in texts)
    return named and crate.get("kind", "runtime") == "runtime"


def _package(crate: dict[str, Any], path: str) -> Package:
    name, version = crate["name"], crate["version"]
    return Package(
        ecosystem="cargo",
        name=name,
        version=version,
        purl=f"pkg:cargo/{quote(name, safe='')}@{quote(version, safe=':')}",
        told_by=path,
        files=raw(path) if crate.get("root") is True else b"",
    )


ECOSYSTEM = Ecosystem("cargo", wanted=(), parse=parse, alone=True, payload="cargo")
