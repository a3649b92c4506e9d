"""Tables in the formats that people and programs read. Values from the image are untrusted in all of them."""

from __future__ import annotations

import io
from csv import writer as csv_writer
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.instruction import instruction

from .formatting import short_digest, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

# What spreadsheets take for the start of a formula (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


# What a reader looks for first, in this order; all columns are in the other formats, and in SQL.
READABLE = {
    "changes": ("layer", "kind", "mode", "uid", "gid", "size", "pull_bytes", "path", "link_target"),
    "rootfs": ("layer", "kind", "mode", "uid", "gid", "size", "pull_bytes", "path", "link_target"),
    "layers": (
        "layer", "diff_id", "compression", "blob_bytes", "tar_bytes", "file_bytes", "visible", "overwritten",
        "recopied", "removed", "repeated", "overhead", "entries", "instruction",
    ),
    "waste": ("bytes", "pull_bytes", "cause", "held_by", "caused_by", "path"),
}  # fmt: skip


def narrowed(table: pa.Table, name: str) -> pa.Table:
    """The columns of the table called ``name`` that are worth reading; the table itself for any other name."""
    if "created_by" in table.column_names:
        lines = [instruction(each) for each in table["created_by"].to_pylist()]
        table = table.append_column("instruction", pa.array(lines, pa.string()))
    return table.select(READABLE.get(name, table.column_names))


def readable(table: pa.Table, width: int) -> str:
    """Columns of text under their names, numbers to the right, cut at ``width`` characters a line.

    Digests are shortened, modes octal, and columns without any value left out.
    """
    table = plain_table(table)
    filled = [name for name in table.column_names if table.num_rows == 0 or table[name].null_count < table.num_rows]
    columns = [[name, *(_cell(value, name) for value in table[name].to_pylist())] for name in filled]
    numeric = [_is_number(table.schema.field(name).type) for name in filled]
    return align(columns, numeric, width)


def align(columns: Sequence[Sequence[str]], to_the_right: Sequence[bool], width: int) -> str:
    """Lines of aligned cells, without trailing spaces, each at most ``width`` characters."""
    widths = [max(map(len, column), default=0) for column in columns]
    lines = []
    for row in zip(*columns, strict=True):
        cells = [
            cell.rjust(each) if right else cell.ljust(each)
            for cell, each, right in zip(row, widths, to_the_right, strict=True)
        ]
        line = "  ".join(cells).rstrip()
        lines.append(line if len(line) <= width else line[: width - 1] + "…")
    return "".join(line + "\n" for line in lines)


def csv(table: pa.Table) -> bytes:
    """CSV (RFC 4180) with a header line. Text that a spreadsheet would run gets an apostrophe in front."""
    plain = plain_table(table)
    text = io.StringIO()
    writer = csv_writer(text, lineterminator="\n")
    writer.writerow(plain.column_names)
    columns = ([_csv_cell(value) for value in plain[name].to_pylist()] for name in plain.column_names)
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode()


def json(table: pa.Table) -> bytes:
    """A JSON array with an object a row, one row a line; digests and other bytes in hex."""
    rows = plain_table(table).to_pylist(maps_as_pydicts="lossy")
    return b"[\n" + b",\n".join(map(msgspec.json.encode, rows)) + b"\n]\n"


def parquet(table: pa.Table) -> bytes:
    """Parquet with zstd compression; types as in the table."""
    from pyarrow import parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue().to_pybytes()


def arrow(table: pa.Table) -> bytes:
    """The Arrow IPC file format."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def plain_table(table: pa.Table) -> pa.Table:
    """The same table in types that JSON can hold: times as ISO 8601 text, bytes as hex."""
    columns = {name: _plain_column(table[name]) for name in table.column_names}
    return pa.table(columns)


def _plain_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_timestamp(kind):
        return pc.replace_substring(column.cast(pa.string()), " ", "T", max_replacements=1)
    if pa.types.is_dictionary(kind):
        return column.cast(kind.value_type)
    if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind) or pa.types.is_large_binary(kind):
        return pa.chunked_array([_hex(column.to_pylist())])
    if pa.types.is_map(kind) and pa.types.is_binary(kind.item_type):
        values = [None if each is None else [(key, value.hex()) for key, value in each] for each in column.to_pylist()]
        return pa.chunked_array([pa.array(values, pa.map_(pa.string(), pa.string()))])
    return column


def _hex(values: list[bytes | None]) -> pa.StringArray:
    return pa.array([None if value is None else value.hex() for value in values], pa.string())


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind)


def _cell(value: Any, column: str) -> str:
    if column == "mode" and isinstance(value, int):
        return f"{value:04o}"
    if column.endswith(("digest", "diff_id", "chain_id")) and isinstance(value, str):
        return short_digest(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    if isinstance(value, list):
        return visible(", ".join(f"{key}={each}" for key, each in value))
    return "" if value is None else visible(str(value))


def _csv_cell(value: Any) -> Any:
    if isinstance(value, list):
        return msgspec.json.encode(dict(value)).decode()
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value
