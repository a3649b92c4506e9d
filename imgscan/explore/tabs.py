"""The tables beside the files of an image."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from analyzer.analyses.duplicates import find_duplicates
from analyzer.diff.config import parts
from analyzer.layers.spelling import spelled
from reports.formatting import counted, decimal_bytes, exact_bytes, one_line

from .rows import Column, Detail, Table, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from analyzer.analysis import Analysis
    from analyzer.settings import FindingSettings

    from ..image import Image

_DUPLICATES = 5000
_PATHS = 100


def findings(image: Image, own_from: int, settings: FindingSettings) -> Table:
    """What to change, the most bytes first."""
    found = image.findings(own_from=own_from, settings=settings).found

    def details(row: int) -> list[Detail]:
        each = found[row]
        more = each.count - len(each.paths)
        return [
            Detail("do", each.edit),
            Detail("instruction", each.instruction),
            Detail("saves", exact_bytes(each.file_bytes)),
            Detail("rule", f"{each.rule} ({each.severity})"),
            *(Detail("path" if at == 0 else "", path) for at, path in enumerate(each.paths)),
            *([Detail("", f"and {more:,} more")] if more > 0 else []),
        ]

    def target(row: int) -> Target | None:
        each = found[row]
        return None if each.layer is None else Target(_first(each.paths), each.layer)

    columns = (
        Column("saves", 8, lambda row: decimal_bytes(found[row].file_bytes), right=True, role="waste"),
        Column("layer", 6, lambda row: "config" if found[row].layer is None else str(found[row].layer), right=True),
        Column("severity", 8, lambda row: found[row].severity, role="quiet"),
        Column("finding", 30, lambda row: found[row].title),
        Column("where", 0, lambda row: ", ".join(found[row].paths[:3]), role="quiet"),
    )
    texts = [" ".join((each.title, each.rule, *each.paths)) for each in found]
    return Table(columns, len(found), details, target, lambda: texts, "nothing to change was found")


def _first(paths: Sequence[str]) -> bytes | None:
    return _path(paths[0]) if paths else None


def _path(shown: str) -> bytes:
    """The path that a table shows, with escapes undone."""
    return spelled(shown)[-1]


def waste(image: Image, instruction: Callable[[int], str]) -> Table:
    """Files that are stored and never seen, the most bytes first."""
    table = image.waste
    cell = _cells(table)

    def details(row: int) -> list[Detail]:
        held, caused = cell("held_by", row), cell("caused_by", row)
        return [
            Detail("path", cell("path", row)),
            Detail("bytes", exact_bytes(cell("bytes", row))),
            Detail("held by", f"layer {held}  {instruction(held)}"),
            Detail("why", f"{cell('cause', row)} by layer {caused}  {instruction(caused)}"),
        ]

    columns = (
        Column("bytes", 8, lambda row: decimal_bytes(cell("bytes", row)), right=True, role="waste"),
        Column("why", 11, lambda row: cell("cause", row)),
        Column("layers", 9, lambda row: f"{cell('held_by', row)} → {cell('caused_by', row)}", role="quiet"),
        Column("path", 0, lambda row: cell("path", row)),
    )

    def target(row: int) -> Target:
        return Target(_path(cell("path", row)), cell("held_by", row))

    return Table(columns, table.num_rows, details, target, table["path"].combine_chunks, "nothing is wasted")


def packages(image: Image) -> Table:
    """What is installed, and what was; the most bytes first."""
    table = image.packages_of(all_layers=True)
    cell = _cells(table)

    def details(row: int) -> list[Detail]:
        labels = ("name", "version", "ecosystem", "architecture", "licence", "state", "purl", "told_by", "within")
        found = [Detail(label.replace("_", " "), str(cell(label, row))) for label in labels if cell(label, row)]
        sizes = [Detail(label, exact_bytes(cell(f"{label}_bytes", row) or 0)) for label in ("file", "dead", "claimed")]
        return [
            *found,
            *sizes,
            Detail("files", f"{cell('files', row):,}"),
            Detail("since", f"layer {cell('since', row)}"),
        ]

    def dead(row: int) -> str:
        return decimal_bytes(cell("dead_bytes", row)) if cell("dead_bytes", row) else ""

    columns = (
        Column("size", 8, lambda row: decimal_bytes(cell("file_bytes", row)), right=True, role="size"),
        Column("waste", 8, dead, right=True, role="waste"),
        Column("ecosystem", 9, lambda row: cell("ecosystem", row), role="quiet"),
        Column("state", 9, lambda row: cell("state", row)),
        Column("package", 0, lambda row: f"{cell('name', row)} {cell('version', row)}"),
    )

    def target(row: int) -> Target:
        return Target(_path(cell("told_by", row)), cell("since", row))

    return Table(columns, table.num_rows, details, target, table["name"].combine_chunks, "no packages are known")


def history(image: Image) -> Table:
    """The instructions of the build, in their order."""
    table = image.history
    cell = _cells(table)

    def text(row: int) -> str:
        return cell("text", row) or cell("comment", row) or cell("created_by", row) or "unknown"

    def number(name: str, row: int) -> str:
        value = cell(name, row)
        return decimal_bytes(value) if value else ""

    def details(row: int) -> list[Detail]:
        found = [Detail("instruction", text(row))]
        told = {name: cell(name, row) for name in ("created", "comment", "created_by")}
        sizes = {name: cell(name, row) for name in ("file_bytes", "waste_held", "waste_caused")}
        told |= {name: exact_bytes(value) for name, value in sizes.items() if value is not None}
        return [*found, *(Detail(name.replace("_", " "), value) for name, value in told.items() if value)]

    def target(row: int) -> Target | None:
        layer = cell("layer", row)
        return None if layer is None else Target(None, layer)

    columns = (
        Column("layer", 5, lambda row: "" if cell("layer", row) is None else str(cell("layer", row)), right=True),
        Column("size", 8, lambda row: number("file_bytes", row), right=True, role="size"),
        Column("held", 8, lambda row: number("waste_held", row), right=True, role="waste"),
        Column("caused", 8, lambda row: number("waste_caused", row), right=True, role="waste"),
        Column("instruction", 0, lambda row: one_line(text(row))),
    )
    texts = [text(row) for row in range(table.num_rows)]
    return Table(columns, table.num_rows, details, target, lambda: texts, "the image has no history")


def configuration(image: Image) -> Table:
    """The fields of the image's configuration."""
    config = image.config
    stated: dict[str, str | None] = {"tags": ", ".join(image.tags), "format": image.format}
    stated |= {
        "platform": image.platform,
        "image ID": image.image_id,
        "created": config.created,
        "author": config.author,
    }
    fields = chain.from_iterable(parts(name, value) for name, value in (config.config or {}).items())
    notes = (("note", note) for note in image.all_notes)
    kept = [Detail(name, value) for name, value in chain(stated.items(), fields, notes) if value]
    columns = (
        Column("field", 28, lambda row: kept[row][0], role="quiet"),
        Column("value", 0, lambda row: kept[row][1]),
    )
    return Table(columns, len(kept), lambda row: [kept[row]], lambda _: None, lambda: list(map(" ".join, kept)))


def duplicates(analysis: Analysis) -> Table:
    """Contents that stand at several visible paths, the most expensive first."""
    everything = find_duplicates(analysis.changes, analysis.stack, _DUPLICATES, _PATHS)
    found = everything.found

    def details(row: int) -> list[Detail]:
        each = found[row]
        more = each.copies - len(each.paths)
        return [
            Detail("all but one", exact_bytes(each.bytes)),
            Detail("digest", each.digest),
            *(Detail("path" if at == 0 else "", path) for at, path in enumerate(each.paths)),
            *([Detail("", f"and {counted(more, 'more path')}")] if more else []),
        ]

    columns = (
        Column("extra", 8, lambda row: decimal_bytes(found[row].bytes), right=True, role="size"),
        Column("copies", 6, lambda row: f"{found[row].copies:,}", right=True),
        Column("paths", 0, lambda row: ", ".join(found[row].paths[:5])),
    )
    return Table(
        columns,
        len(found),
        details,
        lambda row: Target(_path(found[row].paths[0]), None),
        lambda: [" ".join(each.paths) for each in found],
        "no content stands at two paths",
    )


def _cells(table: pa.Table) -> Callable[[str, int], Any]:
    """What a column has in a row."""

    def cell(name: str, row: int) -> Any:
        return table[name][row].as_py()

    return cell
