"""Records of runs: what is written is read again, by others too, and nobody's line is lost."""

import json
import resource
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet as pq

from analyzer.errors import RecordError
from analyzer.gates.records import RUNS_BYTES_LIMIT, append, parquet_file, read_records
from analyzer.gates.runs import COLUMNS, Run, decoded, encoded, timestamp

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FIGURES = st.dictionaries(
    st.sampled_from([each for each in COLUMNS if "efficiency" not in each]), st.integers(0, 2**63 - 1)
)
RUNS = st.fixed_dictionaries(
    {
        "date": st.datetimes().map(lambda moment: timestamp(moment.replace(tzinfo=UTC))),
        "commit": st.none() | WORDS,
        "image": WORDS,
        "platform": WORDS,
        "verdict": st.sampled_from(["passed", "failed", "warned"]),
        "figures": st.tuples(FIGURES, st.floats(0, 1)).map(lambda pair: pair[0] | {"efficiency": pair[1]}),
    }
).map(lambda known: Run(**known))


def run(at: int = 0, **figures: float) -> Run:
    return Run(f"2026-05-01T00:00:{at:02}Z", f"{at:040x}", "acme/app:1", "linux/amd64", "passed", figures)


def known(each: Run) -> tuple[object, ...]:
    """A run without what it does not know: that may be missing or None."""
    figures = {key: value for key, value in each.figures.items() if value is not None}
    return each.date, each.commit, each.image, each.platform, each.verdict, figures


@given(RUNS)
def test_a_run_is_one_line_and_comes_back_as_it_was(each: Run) -> None:
    line = encoded(each)
    assert line.count(b"\n") == 1
    assert known(decoded(line)) == known(each)
    assert list(json.loads(line)) == ["date", "commit", "image", "platform", "verdict", *COLUMNS]


@settings(max_examples=25)
@given(st.lists(RUNS, min_size=1, max_size=5))
def test_files_and_folders_hold_the_same(runs: list[Run]) -> None:
    with TemporaryDirectory() as folder:
        lines, files = Path(folder, "runs.jsonl"), Path(folder, "runs.parquet")
        files.mkdir()
        append(lines, runs)
        name, content = parquet_file(runs)
        (files / name).write_bytes(content)
        wanted = sorted(runs, key=lambda each: each.date)
        for place in (lines, files):
            found = read_records(place)
            assert (list(map(known, found.runs)), found.notes) == (list(map(known, wanted)), ())
        assert parquet_file(runs) == (name, content)


def test_duckdb_reads_both(tmp_path: Path) -> None:
    runs = [run(at, rootfs_bytes=at * 10**10, efficiency=0.5) for at in range(3)]
    append(tmp_path / "runs.jsonl", runs)
    for each in runs:
        name, content = parquet_file([each])
        (tmp_path / name).write_bytes(content)
    for source in (f"read_json('{tmp_path}/runs.jsonl')", f"read_parquet('{tmp_path}/*.parquet')"):
        query = f'select commit, rootfs_bytes, efficiency, "own.files" from {source} order by date'
        assert duckdb.sql(query).fetchall() == [(f"{at:040x}", at * 10**10, 0.5, None) for at in range(3)]


def test_nothing_is_lost_when_many_write_at_once(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    with ThreadPoolExecutor(8) as pool:
        torn = list(pool.map(lambda at: append(file, [run(at % 60, rootfs_bytes=at, files=1)] * 3), range(200)))
    assert not any(torn)
    found = read_records(file)
    assert found.notes == ()
    assert sorted(each.figures["rootfs_bytes"] for each in found.runs) == sorted(3 * list(range(200)))


def test_a_line_that_was_cut_off_is_told_and_keeps_its_place(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    append(file, [run(0, files=1), run(1, files=2)])
    cut = file.read_bytes()[:-20]
    file.write_bytes(cut)
    assert append(file, [run(2, files=3)]) is True
    assert file.read_bytes() == cut + b"\n" + encoded(run(2, files=3))
    found = read_records(file)
    assert [each.figures["files"] for each in found.runs] == [1, 3]
    (note,) = found.notes
    assert note.startswith("left out, since damaged: line 2: ")


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    append(file, [run(0)])
    before = file.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            append(file, [run(1)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert file.read_bytes() == before


@given(st.binary(max_size=200))
def test_any_line_is_a_run_or_an_error(line: bytes) -> None:
    with suppress(RecordError):
        assert isinstance(decoded(line), Run)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"date": "soon"}, "date is no time: 'soon'"),
        ({"date": "0001-01-01T00:00:00+10:00"}, "date is no time: '0001-01-01T00:00:00+10:00'"),
        ({"date": None}, "there is no date"),
        ({"image": 1}, "image is no text, or too long a one"),
        ({"image": "x" * 5000}, "image is no text, or too long a one"),
        ({"files": -1}, "files is no figure"),
        ({"files": "1"}, "files is no figure"),
        ({"files": 2**63}, "files is no figure"),
    ],
)
def test_what_no_gate_writes_is_told(change: dict[str, object], message: str) -> None:
    with pytest.raises(RecordError) as told:
        decoded(json.dumps(json.loads(encoded(run())) | change).encode())
    assert str(told.value) == message


def test_columns_of_a_later_version_are_left_alone() -> None:
    assert known(decoded(json.dumps(json.loads(encoded(run())) | {"newer": 1}).encode())) == known(run())


@given(st.data())
def test_a_damaged_parquet_file_is_left_out_and_told(data: st.DataObject) -> None:
    name, content = parquet_file([run(0, files=1)])
    at = data.draw(st.integers(0, len(content) - 1))
    damaged = data.draw(
        st.one_of(
            st.just(content[:at]),
            st.integers(1, 255).map(lambda flip: content[:at] + bytes([content[at] ^ flip]) + content[at + 1 :]),
            st.binary(max_size=300),
        )
    )
    with TemporaryDirectory() as folder:
        Path(folder, "a.parquet").write_bytes(damaged)
        Path(folder, name).write_bytes(content)
        found = read_records(Path(folder))
    assert run(0, files=1).date in [each.date for each in found.runs]
    assert len(found.runs) + len(found.notes) == 2


def test_a_parquet_file_of_something_else_is_left_out(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "other.parquet", compression="none")
    found = read_records(tmp_path)
    assert found.notes == ("left out, since damaged: other.parquet: it lacks a column that records have",)


def test_files_that_are_no_records_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    with pytest.raises(RecordError, match="No such file"):
        read_records(file)
    file.write_bytes(b"\x00\x01\n" * 10)
    with pytest.raises(RecordError, match=r"runs\.jsonl is no record of runs$"):
        read_records(file)
    with file.open("wb") as opened:  # as an image may be
        opened.truncate(RUNS_BYTES_LIMIT + 1)
    with pytest.raises(RecordError, match=r"runs\.jsonl is no record of runs$"):
        read_records(file)
    with file.open("r+b") as opened:
        opened.write(b"{")
    with pytest.raises(RecordError, match="more than 33,554,432 bytes"):
        read_records(file)
