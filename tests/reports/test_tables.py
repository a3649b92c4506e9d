"""Tables as text: aligned for readers, safe for terminals and spreadsheets, and the same values all the same."""

import csv as csv_reader
import io
import json
import unicodedata
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import csv as arrow_csv

from analyzer import tables as schemas
from reports import tables
from reports.sorting import sorted_by

TEXT = st.text() | st.sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", '"', "a,b", "\x1b[2J", "\x9b2J", "\u202e", "\u2028"])  # fmt: skip


def _column(*values: Any, kind: pa.DataType | None = None) -> pa.Table:
    return pa.table({"column": pa.array(values, kind)})


def _csv(table: pa.Table) -> list[list[str]]:
    return list(csv_reader.reader(io.StringIO(b"".join(tables.csv(table)).decode(), newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_a_spreadsheet_gets_no_formula(start: str) -> None:
    """Names and values; numbers below zero stay numbers."""
    name = f"{start}cmd|' /C calc'!A0"
    (head, row) = _csv(pa.table({name: [name], "number": [-5]}))
    assert head[0] == row[0]
    assert row[0].startswith("'")
    assert row[1] == "-5"


@given(TEXT)
def test_csv_has_one_cell_a_value_and_no_control_character(text: str) -> None:
    content = b"".join(tables.csv(_column(text, "last"))).decode()
    assert [each for each in content if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp") and each != "\n"] == []
    rows = _csv(_column(text, "last"))
    assert [len(row) for row in rows] == [1, 1, 1] or not text
    assert rows[-1] == ["last"]
    assert not rows[1] or not rows[1][0].startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
    if text.isprintable():
        assert "".join(rows[1]).removeprefix("'") == text.removeprefix("'")


@given(st.lists(TEXT, min_size=1))
def test_json_gives_any_text_back_without_a_control_character(texts: list[str]) -> None:
    content = b"".join(tables.json(_column(*texts)))
    assert [row["column"] for row in json.loads(content)] == texts
    assert [each for each in content.decode() if unicodedata.category(each) == "Cc" and each != "\n"] == []
    assert content.decode().count("\n") == len(texts) + 2, "one row a line"


@given(st.lists(TEXT, min_size=1), st.integers(20, 200))
def test_readable_has_one_line_a_row_within_the_width(texts: list[str], width: int) -> None:
    shown = tables.readable(_column(*texts), width)
    lines = shown.removesuffix("\n").split("\n")
    assert len(lines) == len(texts) + 1
    assert all(len(line) <= width and line.rstrip() == line for line in lines)
    assert [each for each in shown if not (each.isprintable() or each == "\n")] == []


def test_readable_aligns_numbers_to_the_right_and_text_to_the_left() -> None:
    table = pa.table(
        {"n": [1, 1_234_567, None], "share": [0.25, None, 1000.0], "text": ["a", None, "ccc"], "last": [1, 2, 3]}
    )
    assert tables.readable(table, 80) == (
        "        n    share  text  last\n"
        "        1      0.2  a        1\n"
        "1,234,567                    2\n"
        "           1,000.0  ccc      3\n"
    )  # fmt: skip


def test_readable_marks_where_a_line_is_cut() -> None:
    assert tables.readable(_column("x" * 50, "short"), 20) == "column\n" + "x" * 19 + "…\nshort\n"


def test_readable_shows_modes_in_octal_and_digests_short() -> None:
    table = pa.table(
        {
            "mode": pa.array([0o4755, None], pa.uint16()),
            "digest": pa.array([bytes(range(32)), None], pa.binary(32)),
            "diff_id": ["sha256:" + "ab" * 32, None],
        }
    )
    assert tables.readable(table, 80).splitlines()[1] == "4755  000102030405  abababababab"


def test_readable_of_nothing_is_its_head() -> None:
    assert tables.readable(schemas.ROOTFS.empty_table().select(["path", "size"]), 80) == "path  size\n"
    assert tables.readable(_column(None), 80).split("\n")[0] == "column"


@pytest.mark.parametrize("name", sorted(schemas.TABLES.keys() & tables.READABLE.keys()))
def test_narrowed_has_columns_of_the_table_that_hold_anything(name: str) -> None:
    schema = schemas.TABLES[name]
    empty = tables.narrowed(schema.empty_table(), name).column_names
    assert set(empty) <= {*schema.names, "instruction", "dockerfile"}
    nulls = pa.Table.from_pylist([{}], pa.schema([field.with_nullable(True) for field in schema]))
    assert tables.narrowed(nulls, name).column_names == (["instruction"] if name == "layers" else [])


def test_narrowed_leaves_results_of_sql_alone() -> None:
    """A column that was asked for is shown, also where it is empty."""
    table = pa.table({"created_by": ["/bin/sh -c true"], "pull_bytes": pa.array([None], pa.float64())})
    assert tables.narrowed(table, "result") is table


@pytest.mark.parametrize(
    ("names", "apart"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "a", "a"], ["a", "a_2", "a_3"]),
        (["a", "a", "a_2"], ["a", "a_3", "a_2"]),
        (["a_2", "a", "a"], ["a_2", "a", "a_3"]),
        (["", ""], ["", "_2"]),
    ],
)
def test_columns_of_one_name_are_told_apart(names: list[str], apart: list[str]) -> None:
    table = pa.Table.from_arrays([pa.array([place]) for place in range(len(names))], names=names)
    assert tables.named_apart(table).to_pylist() == [dict(zip(apart, range(len(names)), strict=True))]


@given(st.lists(st.sampled_from(["a", "a_2", "a_3", "b", ""])))
def test_columns_are_told_apart_whatever_they_are_called(names: list[str]) -> None:
    table = pa.Table.from_arrays([pa.array([1])] * len(names), names=names)
    found = tables.named_apart(table).column_names
    assert len(set(found)) == len(names)
    assert all(new.startswith(old) for new, old in zip(found, names, strict=True))


@pytest.mark.parametrize(
    ("table", "value"),
    [
        (_column(b"\x00\xff"), "00ff"),
        (_column([b"\x00", None]), ["00", None]),
        (_column({"a": b"\x01", "b": [1]}), {"a": "01", "b": [1]}),
        (_column([("key", b"\x02")], kind=pa.map_(pa.string(), pa.binary())), {"key": "02"}),
        (_column(1_700_000_000_123_456_789, kind=pa.timestamp("ns", "UTC")), "2023-11-14T22:13:20.123456789Z"),
        (_column("x", kind=pa.dictionary(pa.int8(), pa.string())), "x"),
        (_column(float("nan")), None),
        (_column(2**63 - 1), 2**63 - 1),
        (_column(None), None),
    ],
    ids=["bytes", "list", "struct", "map", "time", "dictionary", "nan", "large", "null"],
)
def test_types_that_json_does_not_have(table: pa.Table, value: Any) -> None:
    assert json.loads(b"".join(tables.json(table))) == [{"column": value}]
    if isinstance(value, dict | list):
        assert json.loads(_csv(table)[1][0]) == value
        assert json.loads(tables.readable(table, 80).splitlines()[1]) == value


def test_truth_to_read_is_told_as_in_json() -> None:
    table = _column(True, False)
    assert tables.readable(table, None) == "column\ntrue\nfalse\n"
    assert b"".join(tables.json(table)) == b'[\n{"column":true},\n{"column":false}\n]\n'


def test_truth_in_csv_is_read_as_such(tmp_path: Path) -> None:
    """By those that guess the types of columns; `read.csv` of R does so for these two words only."""
    file = tmp_path / "table.csv"
    file.write_bytes(b"".join(tables.csv(pa.table({"number": [1, 2, 3], "truth": [True, False, None]}))))
    assert file.read_text() == "number,truth\n1,TRUE\n2,FALSE\n3,\n"
    assert pd.read_csv(file, nrows=2)["truth"].dtype == bool
    assert pl.read_csv(file)["truth"].to_list() == [True, False, None]
    assert arrow_csv.read_csv(file)["truth"].to_pylist() == [True, False, None]
    assert duckdb.sql(f"select truth from '{file}'").fetchall() == [(True,), (False,), (None,)]


def test_parquet_and_arrow_keep_types_and_meanings() -> None:
    from pyarrow import parquet

    table = schemas.CHANGES.empty_table()
    for read in (
        parquet.read_table(io.BytesIO(tables.parquet(table))),
        pa.ipc.open_file(tables.arrow(table)).read_all(),
    ):
        assert read.schema.equals(table.schema)
        assert [field.metadata[b"meaning"] for field in read.schema] == [
            field.metadata[b"meaning"] for field in table.schema
        ]


@pytest.mark.parametrize("form", [tables.csv, tables.json])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_pieces_of_a_long_table_are_those_of_one(monkeypatch: pytest.MonkeyPatch, form: Any, count: int) -> None:
    table = _column(*range(count), kind=pa.int64())
    whole = list(form(table))
    monkeypatch.setattr(tables, "_ROWS_AT_ONCE", 2)
    pieces = list(form(table))
    assert b"".join(pieces) == b"".join(whole)
    assert len(pieces) == len(whole) + max((count - 1) // 2, 0)


@given(st.lists(st.tuples(st.none() | st.integers(0, 3), st.text(max_size=2))), st.integers(0, 9), st.integers(1, 4))
def test_the_first_rows_in_an_order_are_those_of_all(
    rows: list[tuple[int | None, str]], limit: int, chunk: int
) -> None:
    number, text = ([row[place] for row in rows] for place in (0, 1))
    whole = pa.table({"number": pa.array(number, pa.int64()), "text": pa.array(text, pa.string())})
    table = pa.concat_tables([whole[at : at + chunk] for at in range(0, len(rows), chunk)] or [whole])
    for words in ("number", "-number,text"):
        assert sorted_by(table, words, limit) == sorted_by(table, words)[:limit]
    assert sorted_by(table, None, limit) == table[:limit]
