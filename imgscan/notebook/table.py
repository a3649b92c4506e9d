"""A table of imgscan's in a notebook: its first rows, with bars in the columns of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.tables import TABLES
from reports.tables import cell, narrowed, plain_table

from . import html
from .colours import SEQUENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .html import Cell

_ROWS = 20


def is_ours(table: pa.Table) -> bool:
    """Whether its columns say what they mean, as all of imgscan's do."""
    return bool(table.num_columns) and all(b"meaning" in (each.metadata or {}) for each in table.schema)


def shown(table: pa.Table) -> str:
    """HTML: the first rows, and how many there are."""
    name = next((name for name, schema in TABLES.items() if schema.names == table.column_names), "")
    readable = plain_table(narrowed(table.slice(0, _ROWS), name))
    columns = [_column(readable[each], each, table) for each in readable.column_names]
    headings = [(">" if _is_number(readable[each].type) else "") + each for each in readable.column_names]
    rest = table.num_rows - readable.num_rows
    count = html.line(table.num_rows, " rows", f", of which the first {_ROWS} are shown" if rest else "")
    return html.box(html.table(headings, zip(*columns, strict=True)), count)


def _column(values: pa.ChunkedArray, name: str, table: pa.Table) -> Sequence[Cell]:
    if not (_is_number(values.type) and (name.endswith("bytes") or name in ("size", "bytes"))):
        return [html.text(cell(each, name), 60) for each in values.to_pylist()]
    most = pc.max(table[name]).as_py() or 0
    return [_with_bar(each, name, most) for each in values.to_pylist()]


def _with_bar(count: Any, name: str, most: float) -> Cell:
    if count is None:
        return ""
    return html.size(int(count)) + " " + html.bar([(name, int(count), SEQUENCE[0])], int(most), 4)


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind)
