"""Each command that prints a table: what the formats hold is what Python users get from the same image."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

import imgscan
from analyzer.errors import OutputError
from imgscan.cli import app
from reports.tables import to_read
from tests.images import Image, Layer, docker_archive, step

STATEMENT = "select kind, count(*) as paths, sum(size)::bigint as bytes from rootfs group by kind order by kind"
COMMANDS: dict[str, tuple[list[str], Callable[[imgscan.Image], pa.Table]]] = {
    "changes": ([], lambda image: image.changes),
    "rootfs": ([], lambda image: image.rootfs),
    "layers": ([], lambda image: image.layers),
    "waste": ([], lambda image: image.waste),
    "waste by cause": (["--by", "cause"], lambda image: image.waste_by("cause")),
    "waste by layer": (["--by", "layer"], lambda image: image.waste_by("layer")),
    "waste by directory": (["--by", "directory"], lambda image: image.waste_by("directory")),
    "sql": ([STATEMENT], lambda image: image.sql(STATEMENT)),
}
IMAGES = {"app-2.0.tar": "plain", "formats/oci-archive.gzip.tar": "gzip"}


def _from_csv(content: bytes) -> dict[str, list[Any]]:
    head, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    return {name: [row[place] for row in rows] for place, name in enumerate(head)}


def _from_json(content: bytes) -> dict[str, list[Any]]:
    rows = json.loads(content)
    return {name: [row[name] for row in rows] for name in rows[0]}


def _restored(text: Any, field: pa.Field) -> Any:
    """A value of CSV or JSON as Arrow's to_pylist gives it."""
    kind = field.type
    if text is None or (text == "" and field.nullable):
        return None
    if pa.types.is_map(kind):
        pairs = json.loads(text) if isinstance(text, str) else text
        return [(key, bytes.fromhex(value)) for key, value in pairs.items()]
    if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return bytes.fromhex(text)
    if pa.types.is_integer(kind):
        return int(text)
    return float(text) if pa.types.is_floating(kind) else text


def _same(columns: dict[str, list[Any]], table: pa.Table) -> None:
    assert list(columns) == table.column_names
    for name, texts in columns.items():
        field, column = table.schema.field(name), table[name]
        values = [_restored(text, field) for text in texts]
        if pa.types.is_timestamp(field.type):
            assert pa.chunked_array([pa.array(values, pa.string()).cast(field.type)]).equals(column), name
        else:
            assert values == column.to_pylist(), name


def _read(path: Path) -> pa.Table:
    return pa.parquet.read_table(path) if path.suffix == ".parquet" else pa.ipc.open_file(path).read_all()


@pytest.fixture(scope="module", params=IMAGES, ids=IMAGES.values())
def each(request: pytest.FixtureRequest, samples: Path) -> tuple[Path, imgscan.Image]:
    path = samples / request.param
    return path, imgscan.open(path)


def test_more_rows_than_there_can_be_are_all(printed, sample) -> None:
    for words in (["changes"], ["waste"], ["waste", "--by", "directory"], ["findings"], ["report", "-o", "-"]):
        command, *options = words
        many = printed(command, sample, *options, "-f", "json", "--top", 10**20)
        assert many == printed(command, sample, *options, "-f", "json", "--top", 10**6)


@pytest.mark.parametrize("command", COMMANDS)
def test_csv_and_json_hold_the_table(each, command, printed) -> None:
    path, image = each
    options, table = COMMANDS[command]
    arguments = [command.split()[0], path, *options, "--format"]
    _same(_from_csv(printed(*arguments, "csv")), table(image))
    _same(_from_json(printed(*arguments, "json")), table(image))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_parquet_and_arrow_are_the_table(each, command, suffix, printed, tmp_path) -> None:
    """Types, nulls and what the columns mean included; the suffix of the file chooses the format."""
    path, image = each
    options, table = COMMANDS[command]
    output = tmp_path / f"table.{suffix}"
    assert printed(command.split()[0], path, *options, "-o", output) == b""
    expected = table(image)
    assert _read(output).equals(expected)
    if command in ("changes", "rootfs", "layers", "waste"):
        assert _read(output).schema.field(0).metadata[b"meaning"] == expected.schema.field(0).metadata[b"meaning"]


@pytest.mark.parametrize(("suffix", "start"), [("csv", b"layer,"), ("json", b"[\n{"), ("table", b"layer  ")])
def test_the_suffix_chooses_the_format(sample, suffix, start, printed, tmp_path) -> None:
    output = tmp_path / f"layers.{suffix}"
    assert printed("layers", sample, "-o", output) == b""
    assert output.read_bytes().startswith(start)
    assert output.read_bytes() == printed("layers", sample, "-f", suffix)


def test_a_format_that_is_named_wins_over_the_suffix(sample, printed, tmp_path) -> None:
    printed("layers", sample, "-f", "json", "-o", tmp_path / "layers.csv")
    assert len(json.loads((tmp_path / "layers.csv").read_bytes())) == 18


def test_a_dash_is_standard_output(sample, printed, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    assert printed("layers", sample, "-f", "csv", "-o", "-") == printed("layers", sample, "-f", "csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["csv", "json", "arrow"])
@pytest.mark.parametrize("limit", [0, 1, 7, 100_000])
def test_limit_takes_rows_from_the_top(sample, image, form, limit, printed, tmp_path) -> None:
    printed("changes", sample, "--top", str(limit), "-f", form, "-o", tmp_path / "out")
    content = (tmp_path / "out").read_bytes()
    expected = image.changes["path"].to_pylist()[:limit]
    if form == "arrow":
        assert _read(tmp_path / "out")["path"].to_pylist() == expected
    elif limit or form == "csv":
        assert (_from_csv if form == "csv" else _from_json)(content)["path"] == expected
    else:
        assert json.loads(content) == []


def test_top_takes_the_files_with_the_most_waste(sample, image, printed) -> None:
    rows = json.loads(printed("waste", sample, "--top", "3", "-f", "json"))
    assert [row["bytes"] for row in rows] == sorted(image.waste["bytes"].to_pylist(), reverse=True)[:3]


def test_top_of_sums_has_the_largest_too(sample, image, printed) -> None:
    causes = json.loads(printed("waste", sample, "--by", "cause", "--top", "1", "-f", "json"))
    assert [each["cause"] for each in causes] == ["recopied"]
    directories = json.loads(printed("waste", sample, "--by", "directory", "--top", "2", "-f", "json"))
    assert directories == sorted(image.waste_by("directory").to_pylist(), key=lambda each: -each["bytes"])[:2]


def test_layers_are_not_cut_unasked_and_then_to_those_with_the_most(write, printed) -> None:
    """They are in their order, so the first ones are not the ones that matter."""
    archive = write(docker_archive(Image([Layer().file(f"file-{at % 2}", bytes([at])) for at in range(60)])))
    assert len(printed("waste", archive, "--by", "layer").splitlines()) == 1 + 60
    sizes = [Layer().file("a", b"1"), Layer().file("a", b"2" * 9).file("b", b"3" * 5), Layer().opaque("")]
    archive = write(docker_archive(Image(sizes)))
    assert json.loads(printed("waste", archive, "--by", "layer", "--top", "2", "-f", "json")) == [
        {"layer": 1, "held": 14, "caused": 1},
        {"layer": 2, "held": 0, "caused": 14},
    ]


def test_programs_get_all_waste_and_readers_are_told_what_is_cut(write, capfd) -> None:
    names = {f"file-{number}": b"x" for number in range(60)}
    archive = write(docker_archive(Image([Layer().files(names), Layer().opaque("")])))
    app(["waste", str(archive), "-f", "csv"], standalone_mode=False)
    shown = capfd.readouterr()
    assert (len(shown.out.splitlines()), shown.err) == (61, "")
    app(["waste", str(archive)], standalone_mode=False)
    shown = capfd.readouterr()
    assert len(shown.out.splitlines()) == 51
    assert shown.err == "imgscan: 10 more rows: choose how many with --top N\n"
    for by, more in (("path", "59 more rows"), ("layer", "1 more row")):
        app(["waste", str(archive), "--by", by, "--top", "1"], standalone_mode=False)
        assert capfd.readouterr().err == f"imgscan: {more}\n"


def test_a_table_to_read_is_cut_and_the_cut_is_told(sample, image, capfd) -> None:
    """On stderr; how to choose is told to those only who did not."""
    app(["changes", str(sample)], standalone_mode=False)
    shown = capfd.readouterr()
    more = image.changes.num_rows - 50
    assert len(shown.out.splitlines()) == 51
    assert shown.err == f"imgscan: {more} more rows: choose how many with --top N\n"
    app(["changes", str(sample), "--quiet"], standalone_mode=False)
    assert capfd.readouterr().err == ""
    app(["changes", str(sample), "--top", "50"], standalone_mode=False)
    assert capfd.readouterr() == (shown.out, f"imgscan: {more} more rows\n")


def test_the_table_to_read_says_what_the_table_holds(sample, image, printed) -> None:
    """Columns that are worth reading, numbers with their thousands apart."""
    head, *lines = printed("waste", sample).decode().splitlines()
    names = ["bytes", "cause", "held_by", "caused_by", "path"]
    assert head.split() == [*names, "held_by_instruction", "caused_by_instruction"]
    read = [tuple(re.split(r" {2,}", line.strip())[:5]) for line in lines]
    columns = [image.waste[name].to_pylist() for name in names]
    expected = [(f"{row[0]:,}", row[1], str(row[2]), str(row[3]), row[4]) for row in zip(*columns, strict=True)]
    assert len(read) == len(expected)
    assert read == expected


def test_waste_names_both_instructions_without_secrets(write) -> None:
    """Once a layer, however many files it has; to read, where there is room, by their start."""
    layers = [Layer().files({str(at): b"x" for at in range(9)}), Layer().file("0", b"y"), Layer().opaque("")]
    secret, long = "RUN API_TOKEN=hush make # buildkit", f"RUN rm -rf {'/' * 90}"
    archive = write(docker_archive(Image(layers, history=[step(secret), step(long), {}])))
    told = ("RUN API_TOKEN=… make", long, None)
    image = imgscan.open(archive)
    waste = image.waste
    kept = image.sql("select held_by_instruction, count(*) as files from waste group by all order by files")
    for layer in ("held_by", "caused_by"):
        assert waste[f"{layer}_instruction"].to_pylist() == [told[each] for each in waste[layer].to_pylist()]
        assert waste[f"{layer}_instruction"].chunk(0).dictionary.to_pylist() == [*told[:2]]
    assert kept.to_pylist() == [
        {"held_by_instruction": long, "files": 1},
        {"held_by_instruction": told[0], "files": 9},
    ]
    wide, narrow = (to_read(waste, "waste", width).splitlines() for width in (120, 60))
    assert re.split(r" {2,}", wide[1])[-2:] == [told[0], f"RUN rm -rf {'/' * 12}…"]
    assert narrow[0].split()[-1] == "path"


def test_the_layers_to_read_show_instructions(sample, image, printed) -> None:
    head, *lines = printed("layers", sample).decode().splitlines()
    assert head.split()[0] == "layer"
    assert head.split()[-1] == "instruction"
    assert "blob_bytes" not in head, "no layer has any: all are stored uncompressed"
    place = head.split().index("tar_bytes")
    assert [int(line.split()[place].replace(",", "")) for line in lines] == image.layers["tar_bytes"].to_pylist()
    assert "RUN chown -R 10001:10001 /srv/app" in lines[14]


@pytest.mark.parametrize("form", ["table", "csv", "json", "parquet", "arrow"])
def test_equal_input_gives_equal_bytes(sample, form, printed, tmp_path) -> None:
    outputs = [tmp_path / name for name in "ab"]
    for output in outputs:
        printed("changes", sample, "-f", form, "-o", output)
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


def test_a_file_is_replaced_whole_and_others_can_read_it(sample, printed, tmp_path) -> None:
    output = tmp_path / "layers.csv"
    output.write_text("old " * 100_000)
    printed("layers", sample, "-o", output)
    assert output.read_bytes() == printed("layers", sample, "-f", "csv")
    assert output.stat().st_mode & 0o777 == _mode_of_a_new_file(tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def _mode_of_a_new_file(folder: Path) -> int:
    (folder / "new").touch()
    return (folder / "new").stat().st_mode & 0o777


def test_a_device_is_written_to_and_not_replaced(sample, printed) -> None:
    printed("layers", sample, "-o", "/dev/null")
    assert Path("/dev/null").is_char_device()


def test_nothing_is_left_when_the_last_step_fails(sample, printed, tmp_path, monkeypatch) -> None:
    """As on a disk that is full: neither a temporary file nor a loss of what was there."""
    output = tmp_path / "layers.csv"
    output.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OutputError, match=r"cannot write .*layers\.csv: No space left on device"):
        printed("layers", sample, "-o", output)
    assert [path.name for path in tmp_path.iterdir()] == ["layers.csv"]
    assert output.read_text() == "old"


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("select sum(size) as bytes from rootfs", {"bytes": 500834}),
        ("select 1.5::decimal(5, 2) as ratio", {"ratio": 1.5}),
        ("select [1, 2] as list, {'a': 'x'::blob} as struct", {"list": [1, 2], "struct": {"a": "78"}}),
        ("select 1 as a, 2 as a, 3 as a_2", {"a": 1, "a_3": 2, "a_2": 3}),
        ("select timestamp '2024-01-02 03:04:05' as t, date '2024-01-02' as d", {"t": "2024-01-02T03:04:05.000000", "d": "2024-01-02"}),
        ("select null as nothing, true as yes, 'nan'::double as nan", {"nothing": None, "yes": True, "nan": None}),
    ],
)  # fmt: skip
def test_sql_has_types_that_no_table_has(sample, statement, row, printed, tmp_path) -> None:
    """Every format takes them; in JSON, numbers are numbers."""
    assert json.loads(printed("sql", sample, statement, "-f", "json")) == [row]
    assert next(csv.reader(io.StringIO(printed("sql", sample, statement, "-f", "csv").decode()))) == list(row)
    assert printed("sql", sample, statement).decode().split()[: len(row)] == list(row)
    printed("sql", sample, statement, "-o", tmp_path / "result.parquet")
    assert _read(tmp_path / "result.parquet").column_names == list(row)


def test_what_parquet_cannot_hold_is_one_error(sample, printed, tmp_path) -> None:
    with pytest.raises(OutputError, match="Parquet"):
        printed("sql", sample, "select interval 3 day as i", "-o", tmp_path / "result.parquet")
    assert list(tmp_path.iterdir()) == []
    assert printed("sql", sample, "select interval 3 day as i", "-f", "csv") == b'i\n"[0,3,0]"\n'


@pytest.mark.parametrize("command", ["layers", "changes", "rootfs", "history", "waste", "findings"])
def test_own_leaves_out_the_layers_of_the_parent(printed, samples, sample, command) -> None:
    """The three lowest layers are those of the parent image, by their diff IDs."""
    parent = samples / "parent.tar"
    whole = json.loads(printed(command, sample, "-f", "json"))
    own = json.loads(printed(command, sample, "--own", "--parent", parent, "-f", "json"))
    column = "held_by" if command == "waste" else "layer"
    assert len(own) < len(whole) or command == "waste"
    assert [row for row in own if row[column] is not None] == [
        row | ({"inherited": False} if command == "findings" else {})
        for row in whole
        if row[column] is not None and row[column] >= 3
    ]


def test_sql_sees_the_own_part(printed, samples, sample) -> None:
    statement = "select count(*) as layers, min(layer) as first from layers"
    rows = json.loads(printed("sql", sample, statement, "--own", "--parent", samples / "parent.tar", "-f", "json"))
    assert rows == [{"layers": 15, "first": 3}]


def test_own_waste_tells_what_is_caused_in_layers_of_parents(samples, capsysbinary) -> None:
    """By hand: the container that was committed had one file of its parent removed, of 2,625 bytes."""
    committed, parent = str(samples / "committed.tar"), str(samples / "parent.tar")
    app(["waste", committed, "--own", "--parent", parent, "-f", "json"], standalone_mode=False)
    shown = capsysbinary.readouterr()
    assert json.loads(shown.out) == []
    assert b"own layers also put 1 file of parents out of sight: 2,625 bytes" in shown.err
    app(["waste", committed, "-f", "json"], standalone_mode=False)
    shown = capsysbinary.readouterr()
    assert (len(json.loads(shown.out)), shown.err) == (1, b"")


@pytest.mark.parametrize("command", ["layers", "history", "waste", "rootfs"])
def test_own_says_where_it_goes_by_file(samples, capsysbinary, command) -> None:
    """One line, and the figures are those of `imgscan parents`."""
    imported, parent = str(samples / "imported.tar.gz"), str(samples / "parent.tar")
    app([command, imported, "--own", "--parent", parent, "-f", "json"], standalone_mode=False)
    shown = capsysbinary.readouterr()
    assert shown.err.count(b"\n") == 1
    assert b"no layer ends with acme/base:1.0: its files are left out one by one" in shown.err
    app(["parents", imported, "--parent", parent, "-f", "json"], standalone_mode=False)
    own = json.loads(capsysbinary.readouterr().out)["sizes"]["own"]
    rows = json.loads(shown.out)
    if command in ("layers", "history"):
        assert [row["file_bytes"] for row in rows] == [own["file_bytes"]]
    elif command == "waste":
        assert sum(row["bytes"] for row in rows) == own["waste_bytes"]
    else:
        inodes = {row["inode"]: row["size"] for row in rows if row["kind"] == "file" and row["inode"] is not None}
        assert (sum(inodes.values()), len(inodes)) == (own["rootfs_bytes"], own["files"])


def test_own_says_when_it_goes_by_a_guess_or_finds_no_parent(
    samples, sample, tmp_path, capsysbinary, monkeypatch
) -> None:
    monkeypatch.setenv("IMGSCAN_CATALOG", str(tmp_path))
    app(["layers", str(sample), "--own"], standalone_mode=False)
    assert b"layer 3 is a guess" in capsysbinary.readouterr().err
    app(["layers", str(samples / "parent.tar"), "--own"], standalone_mode=False)
    captured = capsysbinary.readouterr()
    assert b"all are the image's own" in captured.err
    assert len(captured.out.splitlines()) == 4
