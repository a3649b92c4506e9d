"""Tables in the formats that people and programs read. Values from the image are untrusted in all of them."""

from __future__ import annotations

import io
from csv import writer as csv_writer
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.errors import OutputError
from analyzer.instructions.created_by import parse_instruction

from .formatting import json_printable, short_digest, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# What spreadsheets take for the start of a formula (OWASP, "CSV Injection"), full-width forms included.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_DIGEST = r"\b([0-9a-f]{12})[0-9a-f]{52}\b"
_LONG = (
    r"(?s)^(.{47}).{2,}$"  # of two columns side by side, a first one that is long would push the second out of sight
)
_ROWS_AT_ONCE = 8192
_to_json = msgspec.json.Encoder(decimal_format="number").encode

# What a reader looks for first, in this order; all columns are in the other formats, and in SQL.
READABLE = {
    "changes": ("layer", "kind", "mode", "uid", "gid", "size", "pull_bytes", "path", "link_target"),
    "rootfs": ("layer", "kind", "mode", "uid", "gid", "size", "pull_bytes", "path", "link_target"),
    "layers": (
        "layer", "diff_id", "compression", "blob_bytes", "tar_bytes", "file_bytes", "visible", "overwritten",
        "recopied", "removed", "repeated", "overhead", "entries", "instruction",
    ),
    "history": (
        "history", "layer", "file_bytes", "pull_bytes", "waste_held", "waste_caused", "dockerfile", "text",
    ),
    "waste": (
        "bytes", "pull_bytes", "cause", "held_by", "caused_by", "path", "held_by_instruction", "caused_by_instruction",
    ),
    "findings": ("file_bytes", "pull_bytes", "rule", "severity", "layer", "instruction", "edit"),
    "known_images": ("name", "image_id", "platform", "layers", "rootfs_bytes", "created"),
    "packages": (
        "ecosystem", "name", "version", "file_bytes", "pull_bytes", "dead_bytes", "claimed_bytes", "files", "state",
        "until", "within", "architecture",
    ),
    "sums": ("cause", "layer", "path", "bytes", "pull_bytes", "files", "held", "caused"),
}  # fmt: skip


# Of those, columns that lines are to end with where their heads still fit.
_WHERE_WIDE = {"waste": ("held_by_instruction", "caused_by_instruction")}


def to_read(table: pa.Table, name: str, width: int | None) -> str:
    """The table called ``name`` as text in the columns that are worth reading and have room: see `readable`."""
    table = narrowed(table, name)
    text = readable(table, width)
    if name not in _WHERE_WIDE or not text.partition("\n")[0].endswith("…"):
        return text
    return readable(table.select([each for each in table.column_names if each not in _WHERE_WIDE[name]]), width)


def narrowed(table: pa.Table, name: str) -> pa.Table:
    """The columns of the table called ``name`` that are worth reading and hold anything; for other names, all."""
    if name not in READABLE:
        return table
    if name == "layers":
        lines = [parse_instruction(each).text for each in table["created_by"].to_pylist()]
        table = table.append_column("instruction", pa.array(lines, pa.string()))
    if name == "history":
        table = _with_places(table)
    if name == "waste":
        table = _with_short_instructions(table)
    columns = [each for each in READABLE[name] if each in table.column_names]
    return table.select([each for each in columns if not table.num_rows or table[each].null_count < table.num_rows])


def _with_places(history: pa.Table) -> pa.Table:
    """The history to read: `Dockerfile:12` for a line, digests cut to their start, comments where nothing else is."""
    lines = [None if each is None else f"Dockerfile:{each}" for each in history["dockerfile_line"].to_pylist()]
    text = pc.replace_substring_regex(pc.coalesce(history["text"], history["comment"]), _DIGEST, r"\1…")
    history = history.append_column("dockerfile", pa.array(lines, pa.string()))
    return history.set_column(history.schema.get_field_index("text"), "text", text)


def _with_short_instructions(waste: pa.Table) -> pa.Table:
    """The waste to read: of each instruction the start, which tells it from others."""
    for name in _WHERE_WIDE["waste"]:
        short = pc.replace_substring_regex(waste[name].cast(pa.string()), _DIGEST, r"\1…")
        short = pc.replace_substring_regex(short, _LONG, r"\1…")
        waste = waste.set_column(waste.schema.get_field_index(name), name, short)
    return waste


def named_apart(table: pa.Table) -> pa.Table:
    """The table with a number behind names that are there before, as a join in SQL gives them."""
    names: list[str] = []
    for name in table.column_names:
        count = names.count(name) and 2
        while count and f"{name}_{count}" in (*names, *table.column_names):
            count += 1
        names.append(f"{name}_{count}" if count else name)
    return table.rename_columns(names)


def readable(table: pa.Table, width: int | None) -> str:
    """Columns of text under their names, numbers to the right, cut at ``width`` characters a line; whole for None.

    Digests are shortened and modes octal.
    """
    table = plain_table(table)
    columns = [[visible(name), *(cell(value, name) for value in _values(table[name]))] for name in table.column_names]
    return align(columns, [_is_number(kind) for kind in table.schema.types], width)


def align(columns: Sequence[Sequence[str]], to_the_right: Sequence[bool], width: int | None) -> str:
    """Lines of aligned cells, without trailing spaces, each at most ``width`` characters; whole for None."""
    widths = [max(map(len, column), default=0) for column in columns]
    if widths and not to_the_right[-1]:
        widths[-1] = 0  # no space behind the last: one long cell would make every line as long
    lines = []
    for row in zip(*columns, strict=True):
        cells = [
            cell.rjust(each) if right else cell.ljust(each)
            for cell, each, right in zip(row, widths, to_the_right, strict=True)
        ]
        line = "  ".join(cells).rstrip()
        lines.append(line if width is None or len(line) <= width else line[: width - 1] + "…")
    return "".join(line + "\n" for line in lines)


def csv(table: pa.Table) -> Iterator[bytes]:
    """CSV (RFC 4180) in pieces, with a header line, control characters spelled out.

    Text that a spreadsheet would run gets an apostrophe in front.
    """
    yield _csv_lines([table.column_names])
    for rows in _some_rows(table):
        yield _csv_lines(rows)


def _csv_lines(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    csv_writer(text, lineterminator="\n").writerows(map(_csv_cell, row) for row in rows)
    return text.getvalue().encode()


def json(table: pa.Table) -> Iterator[bytes]:
    """A JSON array in pieces, with an object a row, one row a line; digests and other bytes in hex."""
    before = b"[\n"
    for rows in _some_rows(table):
        lines = b",\n".join(_to_json(dict(zip(table.column_names, row, strict=True))) for row in rows)
        yield before + json_printable(lines.decode()).encode()
        before = b",\n"
    yield b"\n]\n" if table.num_rows else b"[\n\n]\n"


def _some_rows(table: pa.Table) -> Iterator[Iterator[tuple[Any, ...]]]:
    """Plain values row by row, of some rows at once: in Python they take far more memory than in Arrow."""
    for first in range(0, table.num_rows, _ROWS_AT_ONCE):
        plain = plain_table(table.slice(first, _ROWS_AT_ONCE))
        yield zip(*(_values(plain[name]) for name in plain.column_names), strict=True)


def parquet(table: pa.Table) -> bytes:
    """Parquet with zstd compression; types as in the table. Raises OutputError for a type that it does not have."""
    from pyarrow import parquet as pq

    sink = pa.BufferOutputStream()
    try:
        pq.write_table(table, sink, compression="zstd")
    except pa.ArrowNotImplementedError as error:
        raise OutputError(f"cannot write this as Parquet: {error}") from error
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
        return pa.chunked_array([pa.array(_values(column), pa.string())])
    return column


def _values(column: pa.ChunkedArray) -> list[Any]:
    """The column's values, with bytes in hex wherever they stand."""
    values = column.to_pylist(maps_as_pydicts="lossy")
    holds_bytes = pa.types.is_nested(column.type) or not _is_scalar(column.type)
    return [_hexed(value) for value in values] if holds_bytes else values


def _is_scalar(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_boolean(kind) or _is_number(kind)


def _hexed(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {_hexed(key): _hexed(each) for key, each in value.items()}
    return [_hexed(each) for each in value] if isinstance(value, list | tuple) else value


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def cell(value: Any, column: str) -> str:
    """A value as readers see it: numbers with their thousands apart, digests cut to their start, modes octal."""
    if column == "mode" and isinstance(value, int):
        return f"{value:04o}"
    if column.endswith(("digest", "diff_id", "chain_id", "image_id")) and isinstance(value, str):
        return short_digest(visible(value))
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return "" if value is None else visible(_text(value))


def _text(value: Any) -> str:
    return _to_json(value).decode() if isinstance(value, bool | list | dict) else str(value)


def _csv_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"  # what read.csv of R needs, and all others take
    if not isinstance(value, str | list | dict):
        return value
    text = _text(value)
    return ("'" if text.startswith(_FORMULA_STARTS) else "") + visible(text)
