"""Printing an Arrow table in the format that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import chain
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

from analyzer.errors import OutputError

from .endings import form_of
from .options import FORMAT, BytesOption, OutputOption, SortOption, top
from .output import is_terminal, line_width, tell, write, write_pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pyarrow as pa

READABLE_ROWS = 50


class TableFormat(str, Enum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    arrow = "arrow"


_ENDINGS = {"txt": TableFormat.table} | {form.value: form for form in TableFormat}


@dataclass(frozen=True)
class Rows:
    """Which rows of a table are printed, and how."""

    limit: Annotated[int | None, top(f"{READABLE_ROWS} as a table, else all")] = None
    sort: SortOption = None
    exact: BytesOption = False

    def sorted(self, table: pa.Table, limit: int | None = None) -> pa.Table:
        """The first rows in the order that was asked for. Raises UsageError for a column that there is not."""
        from reports.sorting import sorted_by

        return sorted_by(table, self.sort, limit)


@dataclass(frozen=True)
class TableOutput(Rows):
    """The same, as what, and where."""

    form: Annotated[TableFormat | None, FORMAT] = None
    path: OutputOption = None

    def __post_init__(self) -> None:
        """Raises OutputError, before anything is read, for an unknown ending and for bytes on a terminal."""
        form = self.chosen
        if form in (TableFormat.parquet, TableFormat.arrow) and is_terminal(self.path):
            raise OutputError(f"{form.value} is not for a terminal", hint=f"name a file: -o table.{form.value}")

    def print(self, table: pa.Table, name: str, *, quiet: bool, footer: str = "") -> None:
        """Print the table called ``name``, to read with ``footer`` below it.

        What is cut is told on stderr: see `tell_cut`. Raises OutputError.
        """
        from reports.tables import named_apart

        form = self.chosen
        usual = READABLE_ROWS if form is TableFormat.table else table.num_rows
        shown = named_apart(self.sorted(table, usual if self.limit is None else self.limit))
        below = "".join(fill(line, self.width, break_on_hyphens=False) + "\n" for line in footer.splitlines())
        write_pieces(chain(self._renderers(name)[form](shown), [below.encode()]), self.path)
        self.tell_cut(table.num_rows - shown.num_rows, quiet=quiet)

    def tell_cut(self, rows: int, *, quiet: bool) -> None:
        """Say on stderr how many ``rows`` a table to read leaves out, where it does; programs get what they ask for."""
        if rows > 0 and self.chosen is TableFormat.table:
            from reports.formatting import counted

            how = ": choose how many with --top N" if self.limit is None else ""
            tell(f"{counted(rows, 'more row')}{how}", quiet=quiet)

    @property
    def chosen(self) -> TableFormat:
        """The format that was asked for, or that the file's name ends in. Raises OutputError for an unknown ending."""
        return self.form or form_of(self.path, _ENDINGS, TableFormat.table)

    @property
    def width(self) -> int:
        """Characters a line."""
        return line_width(self.path)

    @property
    def cut_at(self) -> int | None:
        """Where lines of a table end: at the terminal's edge. What goes elsewhere is whole, to search through."""
        return self.width if is_terminal(self.path) else None

    def write(self, text: str) -> None:
        """Text in place of a table. Raises OutputError."""
        write(text.encode(), self.path)

    def _renderers(self, name: str) -> dict[TableFormat, Callable[[pa.Table], Iterable[bytes]]]:
        from reports import tables

        return {
            TableFormat.table: lambda table: [tables.to_read(table, name, self.cut_at).encode()],
            TableFormat.csv: tables.csv,
            TableFormat.json: tables.json,
            TableFormat.parquet: lambda table: [tables.parquet(table)],
            TableFormat.arrow: lambda table: [tables.arrow(table)],
        }
