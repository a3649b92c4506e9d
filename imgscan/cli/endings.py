"""Formats by what a file's name ends in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from analyzer.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Form = TypeVar("Form")


def form_of(path: Path | None, endings: Mapping[str, Form], usual: Form) -> Form:
    """The format that the name of ``path`` ends in, ``usual`` for one without an ending.

    Raises OutputError for an ending that is none of ``endings``, which have no dot.
    """
    ending = path.suffix.removeprefix(".").lower() if path else ""
    if not ending:
        return usual
    if ending not in endings:
        known = ", ".join(f".{each}" for each in endings)
        raise OutputError(f"no format is called .{ending}", hint=f"say which one with --format, or end in {known}")
    return endings[ending]
