"""Printing an Arrow table in the format that was asked for."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from analyzer.errors import OutputError
from reports import tables

from .options import TableFormat
from .output import STANDARD_OUTPUT, tell, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

READABLE_ROWS = 50
_WIDTH_OF_A_PIPE = 160


def print_table(
    table: pa.Table,
    name: str,
    form: TableFormat | None,
    path: Path | None,
    limit: int | None,
    *,
    quiet: bool,
    option: str = "--limit",
) -> None:
    """Print the table called ``name``; ``limit`` cuts its rows, and a cut that was not asked for is told on stderr."""
    form = form or _form_of(path)
    wanted = limit if limit is not None else READABLE_ROWS if form is TableFormat.table else table.num_rows
    shown = tables.named_apart(table.slice(0, wanted))
    content = _renderers(name, path)[form](shown)
    if form in (TableFormat.parquet, TableFormat.arrow) and _is_terminal(path):
        raise OutputError(f"{form.value} is not for a terminal", hint=f"name a file: -o table.{form.value}")
    write(content, path)
    if shown.num_rows < table.num_rows and limit is None:
        tell(f"{table.num_rows - shown.num_rows:,} more rows: choose how many with {option} N", quiet=quiet)


def _form_of(path: Path | None) -> TableFormat:
    suffix = path.suffix.removeprefix(".").lower() if path else ""
    if suffix in ("", "txt"):
        return TableFormat.table
    if suffix not in {form.value for form in TableFormat}:
        raise OutputError(f"no format is called .{suffix}", hint="say which one with --format")
    return TableFormat(suffix)


def _is_terminal(path: Path | None) -> bool:
    return (path is None or path == STANDARD_OUTPUT) and sys.stdout.isatty()


def _renderers(name: str, path: Path | None) -> dict[TableFormat, Callable[[pa.Table], bytes]]:
    width = shutil.get_terminal_size().columns if _is_terminal(path) else _WIDTH_OF_A_PIPE
    return {
        TableFormat.table: lambda table: tables.readable(tables.narrowed(table, name), width).encode(),
        TableFormat.csv: tables.csv,
        TableFormat.json: tables.json,
        TableFormat.parquet: tables.parquet,
        TableFormat.arrow: tables.arrow,
    }
