"""Which layer is to blame for what a rule found: where a remark about the Dockerfile belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from ..globs import regex, whole
from .found import is_named, visible_paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

    from ..analysis import Analysis
    from ..findings.model import Finding

_OF_FIGURES = ("limits", "growth", "dive")
_OF_WASTE = ("waste_bytes", "efficiency")


def blamed_layer(
    rule: str, paths: Sequence[str], image: Analysis, findings: Iterable[Finding], grown: Mapping[int, int]
) -> int | None:
    """The layer that caused most of what a broken ``rule`` found; None where no layer did.

    ``paths`` are the first that it names, ``findings`` those of the image, and ``grown`` says by how much each layer
    makes the root filesystem larger than that of the baseline.
    """
    table, _, name = rule.partition(".")
    if table == "forbidden":
        return _forbidden(name, paths, image, findings)
    if table == "paths":
        return _heaviest(_at(visible_paths(image), (regex(name), regex(name.rstrip("/") + "/**"))), image)
    if table == "packages":
        return _package(name, image)
    return _figure(table, name.removeprefix("own."), image, grown) if table in _OF_FIGURES else None


def _figure(table: str, figure: str, image: Analysis, grown: Mapping[int, int]) -> int | None:
    if table == "dive" or figure in _OF_WASTE:
        return _most(image.history, "waste_caused")
    if figure == "largest_file":
        return _heaviest(visible_paths(image), image)
    return _largest(grown, image) if table == "growth" and grown else _most(image.history, "file_bytes")


def _forbidden(name: str, paths: Sequence[str], image: Analysis, findings: Iterable[Finding]) -> int | None:
    if name == "findings":
        rules = {each.partition(":")[0].partition(" ")[0] for each in paths}
        return next((each.layer for each in findings if each.rule in rules), None)
    if name == "packages":
        return _package(paths[0], image) if paths else None
    at = pc.index(image.changes["path"], paths[0]).as_py() if paths else -1  # the layer that brought it first
    return None if at < 0 else image.changes["layer"][at].as_py()


def _at(table: pa.Table, expressions: Iterable[str]) -> pa.Table:
    return table.filter(pc.match_substring_regex(table["path"], whole(expressions)))


def _heaviest(paths: pa.Table, image: Analysis) -> int | None:
    """The layer of the largest of the files at the paths."""
    files = image.changes.select(["layer", "stored"]).take(paths["inode"].drop_null())
    largest = pc.max(files["stored"])
    return files["layer"][pc.index(files["stored"], largest).as_py()].as_py() if largest.as_py() else None


def _package(name: str, image: Analysis) -> int | None:
    """The layer that has most of the packages that a pattern names, with or without their ecosystem."""
    rows = [each for each in image.present.to_pylist() if is_named(f"{each['ecosystem']}:{each['name']}", (name,))]
    shares = [share for row in rows for share in row["layers"]]
    return max(shares, key=lambda each: each["file_bytes"])["layer"] if shares else None


def _most(history: pa.Table, column: str) -> int | None:
    """The layer with the largest number in a column of the history; None where all are 0."""
    rows = [each for each in history.select(["layer", column]).to_pylist() if each[column]]
    return max(rows, key=lambda each: each[column])["layer"] if rows else None


def _largest(grown: Mapping[int, int], image: Analysis) -> int | None:
    """Of the layers of the image, or of its part, the one that grew most."""
    return max((each for each in grown if each >= image.first_layer), key=lambda each: grown[each], default=None)
