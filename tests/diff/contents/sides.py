"""Contents given as bytes, as the comparisons take them."""

from __future__ import annotations

from analyzer.diff.contents.compare import compare_contents
from analyzer.diff.contents.model import Content, ContentDifference


def content(data: bytes | None) -> Content | None:
    return None if data is None else Content(len(data), data)


def compared(old: bytes | None, new: bytes | None) -> ContentDifference:
    return compare_contents("path", content(old), content(new))


def told(old: bytes | None, new: bytes | None) -> tuple[str, list[str]]:
    found = compared(old, new)
    assert found.omitted == 0
    return found.kind, list(found.lines)
