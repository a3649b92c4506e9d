"""Results as tables: what DuckDB, Polars and pandas make of them, which are three programs that know nothing of us."""

import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import imgscan

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
IMAGE = imgscan.open(SAMPLES / "app-2.0.tar")
OLD = imgscan.open(SAMPLES / "app-1.0.tar")
RESULTS = {
    "layer": IMAGE[14],
    "findings": IMAGE.findings(),
    "own findings": IMAGE.findings().without_inherited(),
    "ledger": IMAGE.ledger(),
    "diff": imgscan.diff(OLD, IMAGE),
}
ALL = RESULTS | IMAGE.tables()


@pytest.mark.parametrize("name", ALL)
def test_each_library_takes_it_as_it_is(name: str) -> None:
    rows = ALL[name]
    table = pa.table(rows)
    assert len(pl.DataFrame(rows)) == len(pd.DataFrame.from_arrow(rows)) == table.num_rows
    assert duckdb.sql("select count(*) from rows").fetchall() == [(table.num_rows,)]


@pytest.mark.parametrize("name", RESULTS)
def test_frames_hold_the_table(name: str) -> None:
    result = RESULTS[name]
    assert pa.table(result).equals(result.table)
    numbers = [each.name for each in result.table.schema if pa.types.is_integer(each.type)]
    assert numbers
    for column in numbers:
        total = sum(filter(None, result.table[column].to_pylist()))
        assert result.to_pandas()[column].sum() == result.to_polars()[column].sum() == total


def test_the_ledger_is_that_of_the_layers_table() -> None:
    classes = ["visible", "overwritten", "recopied", "removed", "repeated", "overhead"]
    assert IMAGE.ledger().table.to_pydict() == IMAGE.layers.select(classes).to_pydict()


def test_layers_by_index() -> None:
    assert [layer.index for layer in IMAGE] == list(range(18)) == IMAGE._ipython_key_completions_()
    assert len(IMAGE) == 18
    assert IMAGE[-1].index == 17
    assert sum(layer.tar_bytes for layer in IMAGE) == IMAGE.size.tar_bytes
    assert sum(layer.table.num_rows for layer in IMAGE) == IMAGE.changes.num_rows
    assert sum(layer.waste.num_rows for layer in IMAGE) == sum(layer.caused.num_rows for layer in IMAGE) == 28
    assert IMAGE[6].read("srv/app/config/settings.json") == IMAGE.read("srv/app/config/settings.json", 6)
    assert IMAGE[6].list("srv/app").equals(IMAGE.list("srv/app", 6))
    with IMAGE[6].open_file("srv/app/config/settings.json") as file:
        assert file.read() == IMAGE[6].read("srv/app/config/settings.json")
    row = IMAGE.layers.to_pylist()[6]
    assert (IMAGE[6].diff_id, IMAGE[6].digest, IMAGE[6].file_bytes) == (
        row["diff_id"],
        row["digest"],
        row["file_bytes"],
    )
    for wrong in (18, -19):
        with pytest.raises(IndexError, match="there are 0 to 17"):
            IMAGE[wrong]


def test_layers_of_a_part_keep_their_indexes() -> None:
    part = IMAGE.part_from(10)
    assert [layer.index for layer in part] == list(range(10, 18)) == part._ipython_key_completions_()
    assert (len(part), part[14].ledger, part[-1].index) == (8, IMAGE[14].ledger, 17)
    with pytest.raises(IndexError, match="there are 10 to 17"):
        part[3]
    assert bool(IMAGE.part_from(18))
    assert list(IMAGE.part_from(18)) == []


def test_both_sides_of_a_diff() -> None:
    diff = RESULTS["diff"]
    assert (diff.old.name, diff.new.name) == ("acme/app:1.0", "acme/app:2.0")
    assert diff.new.size.rootfs_bytes - diff.old.size.rootfs_bytes == diff.growth().bytes


@pytest.mark.parametrize(
    ("module", "call"),
    [("polars", lambda: IMAGE.findings().to_polars()), ("plotly.graph_objects", IMAGE.plot.layers)],
)
def test_a_missing_library_is_told_with_what_to_install(module, call, monkeypatch: pytest.MonkeyPatch) -> None:
    name = module.partition(".")[0]
    for each in [each for each in sys.modules if each.partition(".")[0] == name]:
        monkeypatch.delitem(sys.modules, each)

    class Absent:
        @staticmethod
        def find_spec(found, _path, _target=None):
            if found == name:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(sys, "meta_path", [Absent, *sys.meta_path])
    with pytest.raises(imgscan.ImgscanError, match=f"needs {name}, which is not installed") as raised:
        call()
    assert raised.value.hint == "pip install 'imgscan[notebook]'"
