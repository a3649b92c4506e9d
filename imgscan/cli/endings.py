"""Formats by what a file's name ends in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from analyzer.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Form = TypeVar("Form")

_FITTING = {
    "json": (".json",),
    "cyclonedx": (".json", ".cdx.json"),
    "spdx": (".json", ".spdx.json"),
    "html": (".html",),
    "markdown": (".md",),
    "csv": (".csv",),
    "parquet": (".parquet",),
    "arrow": (".arrow",),
    "dot": (".dot", ".gv"),
    "mermaid": (".mmd", ".mermaid"),
    "table": (),
    "text": (),
    "tree": (),
}
_TELLING = sorted({each for endings in _FITTING.values() for each in endings}, key=len, reverse=True)


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


def is_misnamed(name: str, form: str) -> bool:
    """Whether a file that holds ``form`` is called as one that holds another format.

    >>> is_misnamed("page.HTML", "json"), is_misnamed("app.json", "spdx"), is_misnamed("rows.txt", "csv")
    (True, False, False)
    """
    ending = next((each for each in _TELLING if name.lower().endswith(each)), None)
    return ending is not None and ending not in _FITTING.get(form, (ending,))
