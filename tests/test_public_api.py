"""What `import imgscan` promises: these names, metadata at once, layers read when they are needed and only once."""

import doctest
import inspect
import io
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow as pa
import pytest

import analyzer.errors
import analyzer.layers.scan
import imgscan
from analyzer.tables import WASTE, WASTE_BY
from tests.images import Image, Layer, archive, crane_files, docker_archive, gzip, oci_archive, oci_layout

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_images" / "app-2.0.tar"

NAMES = ["Image", "ImageDiff", "ImgscanError", "Layer", "Limits", "__version__", "diff", "open", "open_all", "render"]
ATTRIBUTES = [
    "all_notes", "bill_of_materials", "changes", "config", "dockerfile", "explain", "findings", "format", "grown_since", "history", "history_in", "history_notes", "image_id",
    "judge", "known", "layers", "ledger", "list", "match_dockerfile", "name", "notes", "open_file", "other_platforms", "own_part",
    "package_notes", "packages", "packages_of", "parent_entries", "parents", "part_from", "platform", "plot", "read", "report", "rootfs", "size", "snapshot", "sql", "start", "starter", "stop",
    "tables", "tags", "unowned", "verified_at_end", "waste", "waste_below", "waste_by", "weigh",
]  # fmt: skip


def test_public_names_are_these() -> None:
    """A name that goes or comes is a change of the interface: of CHANGELOG.md as well."""
    assert sorted(imgscan.__all__) == NAMES
    assert sorted(dir(imgscan)) == NAMES
    assert [name for name in NAMES if getattr(imgscan, name) is None] == []
    assert sorted(name for name in vars(imgscan.Image) if not name.startswith("_")) == ATTRIBUTES


def test_other_names_are_errors() -> None:
    with pytest.raises(AttributeError, match="module 'imgscan' has no attribute 'scan'"):
        imgscan.scan  # noqa: B018


def test_a_part_starts_at_a_layer_that_there_is() -> None:
    image = imgscan.open(SAMPLE)
    part = image.part_from(10)
    assert part.layers["layer"].to_pylist() == list(range(10, 18))
    assert part.history["layer"].drop_null().to_pylist() == list(range(10, 18))
    assert {each.layer for each in part.findings().found} <= {None, *range(10, 18)}
    assert part.report().size == type(part.report().size)(**vars(part.size))
    assert part.known().profile == image.known().profile
    assert image.part_from(18).size.file_bytes == 0
    for wrong in (-1, 19):
        with pytest.raises(ValueError, match="the image has 18"):
            image.part_from(wrong)


def test_every_public_name_is_documented() -> None:
    for name in imgscan.__all__:
        if name != "__version__":
            assert inspect.getdoc(getattr(imgscan, name))
    for name in ATTRIBUTES:
        assert inspect.getdoc(getattr(imgscan.Image, name))


def test_what_is_no_image_and_no_layer_is_said() -> None:
    image = imgscan.open(SAMPLE)
    with pytest.raises(TypeError, match=r"str is no image: imgscan.open\(…\) gives one"):
        imgscan.diff(str(SAMPLE), image)
    with pytest.raises(TypeError, match=r"layers go by number, not by slice; part_from\(\) leaves lower ones out"):
        image[1:3]
    with pytest.raises(TypeError, match=r"Image is no report: report\(\) of an image or a diff gives one"):
        imgscan.render(image, "html")
    for open_ in (imgscan.open, imgscan.open_all):
        with pytest.raises(TypeError, match="not NoneType"):
            open_(None)


def test_options_are_named_and_not_counted() -> None:
    """So that options may be added between others."""
    parameters = inspect.signature(imgscan.open).parameters
    assert list(parameters) == ["reference", "image", "platform", "limits", "progress", "keep"]
    assert {each.kind for name, each in parameters.items() if name != "reference"} == {inspect.Parameter.KEYWORD_ONLY}


def test_importing_is_cheap() -> None:
    code = "import sys, imgscan; print(sorted({'pyarrow', 'numpy', 'typer', 'duckdb', 'pandas'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "module", ["imgscan", "imgscan.image", "imgscan.layer", "analyzer.reference", "reports.formatting"]
)
def test_examples_in_docstrings_work(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    __import__(module)
    assert doctest.testmod(sys.modules[module], raise_on_error=True).failed == 0


def test_every_error_has_one_root_and_is_drawn_in_the_tree() -> None:
    errors = [
        value for value in vars(analyzer.errors).values() if isinstance(value, type) and issubclass(value, Exception)
    ]
    assert imgscan.ImgscanError in errors
    assert [error for error in errors if not issubclass(error, imgscan.ImgscanError)] == []
    drawn = analyzer.errors.__doc__ or ""
    for error in errors:
        assert error.__name__ in drawn
        depth = len(error.__mro__) - len(imgscan.ImgscanError.__mro__)
        line = next(line for line in drawn.splitlines() if error.__name__ in line.split())
        assert (line.index(error.__name__) - 4) // 3 == depth


@pytest.mark.parametrize("kind", [str, Path])
def test_a_path_may_be_text_or_a_path(kind: type) -> None:
    assert imgscan.open(kind(SAMPLE)).name == "acme/app:2.0"


def test_reprs_are_short(opened) -> None:
    """One line that says what it is, also of an image that calls itself something long or hostile."""
    assert repr(imgscan.open(SAMPLE)) == "<imgscan.Image 'acme/app:2.0' docker-archive 18 layers>"
    for tag in ("x" * 4000 + ":1", "a\x1b[2J\n:1"):
        shown = repr(opened(docker_archive(Image([Layer()], tags=[tag]))))
        assert len(shown) < 120
        assert shown.isprintable()
    assert len(repr(imgscan.Limits())) < 120
    assert len(repr(imgscan.open(SAMPLE).ledger().total)) < 120


def _truncated(write) -> Path:
    """An archive whose metadata is whole and whose last layer's gzip stream is not."""
    image = Image([Layer().file("a", b"a"), Layer().file("b", b"b" * 9000)], compression=gzip, tags=["app:1"])
    files = crane_files(image)
    last = next(name for name in files if image.blobs_of_layers[1].digest.removeprefix("sha256:") in name)
    content = files[last]
    assert isinstance(content, bytes)
    return write(archive(files | {last: content[:-20]}))


def test_opening_reads_metadata_only(write) -> None:
    """A damaged layer is no trouble until something needs it."""
    image = imgscan.open(_truncated(write))
    assert (image.name, image.tags, image.format, image.platform) == (
        "app:1",
        ("app:1",),
        "docker-archive",
        "linux/amd64",
    )
    assert image.config.history is not None
    assert len(image.config.history) == 2
    assert image.image_id is not None
    assert repr(image) == "<imgscan.Image 'app:1' docker-archive 2 layers>"
    for table in ("changes", "rootfs", "layers", "waste", "size"):
        with pytest.raises(imgscan.ImgscanError, match=r": layer 1 "):
            getattr(image, table)
    with pytest.raises(imgscan.ImgscanError, match=r": layer 1 "):
        image.report()


@pytest.fixture
def blobs_read(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One item for each blob that is scanned."""
    read: list[None] = []

    def counting(scan):
        def counted(*arguments, **options):
            read.append(None)
            return scan(*arguments, **options)

        return counted

    for name in ("scan_blob", "walk_blob"):
        monkeypatch.setattr(analyzer.layers.scan, name, counting(getattr(analyzer.layers.scan, name)))
    return read


def test_each_layer_is_read_once_whatever_is_asked(blobs_read: list[None]) -> None:
    image = imgscan.open(SAMPLE)
    assert blobs_read == []
    for _ in range(2):
        image.report()
        image.sql("select 1")
        for name in image.tables().keys() - {"findings"}:
            assert getattr(image, name) is getattr(image, name)
        image.ledger()
        image.waste_by("directory")
    assert len(blobs_read) == 18


def test_one_name_is_no_list_of_letters() -> None:
    image = imgscan.open(SAMPLE)
    assert {each.rule for each in image.findings(select="secret-files")} == {"secret-files"}
    assert image.packages_of("dpkg").num_rows == image.packages_of(["dpkg"]).num_rows
    assert imgscan.diff(image, image, only="etc/**").files.num_rows == 0


def test_sql_makes_no_table_that_it_need_not(blobs_read: list[None], monkeypatch: pytest.MonkeyPatch) -> None:
    image = imgscan.open(SAMPLE)
    for wrong in ("selec 1", "drop table layers", "from history limit limit"):
        with pytest.raises(imgscan.ImgscanError):
            image.sql(wrong)
    assert blobs_read == []
    assert image.sql("show tables")["name"].to_pylist() == sorted(image.tables())
    monkeypatch.delattr(imgscan.Image, "packages")
    assert image.sql("select count(*) n from HISTORY").to_pylist() == [{"n": image.history.num_rows}]
    with pytest.raises(AttributeError, match="packages"):
        image.sql("from packages")


def test_sql_has_the_findings() -> None:
    image = imgscan.open(SAMPLE)
    found = image.sql("select rule, sum(file_bytes)::bigint n from findings group by rule having n > 0 order by rule")
    sums: dict[str, int] = {}
    for each in image.findings():
        sums[each.rule] = sums.get(each.rule, 0) + each.file_bytes
    assert found.to_pylist() == [{"rule": rule, "n": count} for rule, count in sorted(sums.items()) if count]


def test_a_layer_that_occurs_twice_is_read_once(tmp_path: Path, blobs_read: list[None]) -> None:
    layer = Layer().file("a", b"a")
    image = imgscan.open(oci_layout(tmp_path, Image([layer, Layer().whiteout("a"), layer], tags=["1"])))
    assert image.changes["layer"].to_pylist() == [0, 1, 2]
    assert len(blobs_read) == 2


@pytest.mark.parametrize("content", [gzip(docker_archive(Image([Layer().file("a", b"1"), Layer().file("b", b"2")])))])
def test_a_compressed_archive_is_read_once_on_opening(opened, blobs_read: list[None], content: bytes) -> None:
    image = opened(content)
    before = len(blobs_read)
    assert before >= 2
    assert image.rootfs["path"].to_pylist() == ["a", "b"]
    assert len(blobs_read) == before


def test_layers_may_be_read_in_the_background(blobs_read: list[None]) -> None:
    image = imgscan.open(SAMPLE)
    image.start()
    image.start()
    assert image.changes.equals(imgscan.open(SAMPLE).changes)
    assert len(blobs_read) == 2 * 18
    image.stop()
    assert image.rootfs.num_rows > 0


def test_what_goes_wrong_in_the_background_is_told_when_it_is_needed(write) -> None:
    image = imgscan.open(_truncated(write))
    image.start()
    for _ in range(2):
        with pytest.raises(imgscan.ImgscanError, match=r": layer 1 "):
            image.changes  # noqa: B018


def test_reading_that_was_called_off_begins_anew() -> None:
    """By `stop`, or by Ctrl-C in a notebook."""
    whole = imgscan.open(SAMPLE).changes
    for _ in range(10):
        image = imgscan.open(SAMPLE)
        image.start()
        image.stop()
        assert image.changes.equals(whole)


def test_standard_input_is_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    class Standard:
        buffer = io.BytesIO(SAMPLE.read_bytes())

    monkeypatch.setattr(sys, "stdin", Standard)
    assert imgscan.open("-").changes.equals(imgscan.open(SAMPLE).changes)


def test_progress_is_told_every_byte_of_every_layer() -> None:
    class Told:
        def __init__(self) -> None:
            self.totals: list[int | None] = []
            self.sums: list[int] = []
            self.lock = threading.Lock()

        def expect(self, total: int | None) -> None:
            self.totals.append(total)
            self.sums.append(0)

        def advance(self, count: int) -> None:
            with self.lock:
                self.sums[-1] += count

    told = Told()
    image = imgscan.open(SAMPLE, progress=told)
    image.report()
    assert told.totals[-1] == told.sums[-1] == sum(image.layers["tar_bytes"].to_pylist())


def test_tables_are_arrow_and_go_to_pandas() -> None:
    image = imgscan.open(SAMPLE)
    assert list(image.tables()) == ["changes", "rootfs", "layers", "waste", "history", "packages", "findings"]
    for name, table in image.tables().items():
        assert isinstance(table, pa.Table)
        assert len(table.to_pandas()) == table.num_rows
        assert table.num_rows > 0 or name == "packages", name


@pytest.mark.parametrize("by", ["paths", "", "Layer"])
def test_waste_by_anything_else_is_an_error(by: str) -> None:
    with pytest.raises(ValueError, match="path, cause, layer or directory"):
        imgscan.open(SAMPLE).waste_by(by)


@pytest.mark.parametrize("by", ["path", "cause", "layer", "directory"])
def test_sums_of_waste_have_the_columns_that_are_named_and_no_number_of_rows_below_zero(by) -> None:
    image = imgscan.open(SAMPLE)
    assert image.waste_by(by, 2).column_names == (WASTE if by == "path" else WASTE_BY[by]).names
    with pytest.raises(ValueError, match="top=-3"):
        image.waste_by(by, -3)


@pytest.mark.parametrize("form", ["html", "json", "markdown"])
def test_render_knows_the_formats(form: str) -> None:
    document = imgscan.open(SAMPLE).report(top=3)
    assert imgscan.render(document, form) == imgscan.render(imgscan.open(SAMPLE).report(top=3), form)


def test_render_of_another_format_is_an_error_with_a_hint() -> None:
    with pytest.raises(imgscan.ImgscanError, match="unknown format 'pdf'") as raised:
        imgscan.render(imgscan.open(SAMPLE).report(), "pdf")
    assert raised.value.hint == "formats: html, json, markdown"


@pytest.mark.parametrize("limits", [imgscan.Limits(tar_bytes=1000), imgscan.Limits(entries=1)])
def test_limits_bound_what_layers_unfold_to(opened, limits) -> None:
    image = opened(oci_archive(Image([Layer().file("a").file("b")])), limits=limits)
    with pytest.raises(imgscan.ImgscanError, match=r": layer 0 "):
        image.changes  # noqa: B018
