"""`imgscan report`: which files it writes, that they are the same every time, and the way back from a saved one."""

import json
import os
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

import imgscan
from analyzer.errors import ReportError
from reports.bundle import charts

SCHEMAS = Path(__file__).resolve().parents[2] / "reports" / "schemas"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, for commands that run in this process."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_summary_is_printed_and_the_page_written_beside(run, folder, sample, image) -> None:
    done = run("report", sample)
    assert (done.returncode, done.stderr) == (0, b"imgscan: wrote app-2.0.html\n")
    assert _names(folder) == ["app-2.0.html"]
    assert (folder / "app-2.0.html").read_text() == imgscan.render(image.report(), "html")
    summary = done.stdout.decode()
    assert summary.startswith("acme/app:2.0  (docker-archive, linux/amd64, 18 layers, 38 files)\n")
    assert "37.6% of the stored file bytes (280 kB) are never seen by a container" in summary
    assert "\x1b" not in summary


@pytest.mark.parametrize("form", ["html", "json", "markdown"])
def test_every_run_and_every_place_gives_the_same_bytes(run, folder, sample, form, tmp_path) -> None:
    """Another folder, another path to the image, another moment: nothing of them is in the report."""
    first = run("report", sample, "-f", form, "-o", "-").stdout
    elsewhere = tmp_path / "another" / sample.name
    elsewhere.parent.mkdir()
    shutil.copyfile(sample, elsewhere)
    os.utime(elsewhere, (0, 0))
    assert run("report", os.path.relpath(elsewhere, folder), "-f", form, "-o", "-").stdout == first
    private = [folder.name, str(folder.parent), str(sample.parent), "secret-user", os.uname().nodename]
    ours = first.replace(charts().encode(), b"")  # whose short names are anybody's
    assert [word for word in private if re.search(rb"\b" + re.escape(word.encode()) + rb"\b", ours)] == []


@pytest.mark.parametrize(("form", "name"), [("html", "app-2.0.html"), ("json", "app-2.0.json"), ("markdown", "app-2.0.md")])  # fmt: skip
def test_each_format_has_its_name(sample, image, here, printed, form, name) -> None:
    printed("report", sample, "-f", form)
    assert _names(here) == [name]
    assert (here / name).read_text() == imgscan.render(image.report(), form)


def test_all_formats_at_once(sample, image, here, printed) -> None:
    printed("report", sample, "-f", "all", "-o", "new/out")
    printed("report", sample, "-f", "all", "-o", "out")
    printed("report", sample, "-f", "all", "-q")
    names = ["app-2.0.html", "app-2.0.json", "app-2.0.md"]
    assert _names(here / "out") == _names(here / "new" / "out") == names
    assert _names(here) == [*names, "new", "out"]
    for name, form in zip(names, ("html", "json", "markdown"), strict=True):
        assert (here / "out" / name).read_text() == imgscan.render(image.report(), form)


@pytest.mark.parametrize(("name", "form"), [("a.html", "html"), ("a.json", "json"), ("a.md", "markdown"), ("a.HTML", "html"), ("a", "html")])  # fmt: skip
def test_the_suffix_of_the_file_chooses(sample, image, here, printed, name, form) -> None:
    printed("report", sample, "-o", name)
    assert _names(here) == [name]
    assert (here / name).read_text() == imgscan.render(image.report(), form)


def test_on_standard_output_there_is_the_report_alone(sample, image, here, capfd) -> None:
    from imgscan.cli import app

    app(["report", str(sample), "-f", "json", "-o", "-"], standalone_mode=False)
    assert capfd.readouterr() == (imgscan.render(image.report(), "json"), "")
    assert _names(here) == []


def test_quiet_says_nothing_and_writes_all_the_same(sample, here, capfd) -> None:
    from imgscan.cli import app

    app(["report", str(sample), "--quiet"], standalone_mode=False)
    assert capfd.readouterr() == ("", "")
    assert _names(here) == ["app-2.0.html"]


def test_top_bounds_the_lists_and_says_what_is_left_out(sample, image, here, printed) -> None:
    whole = image.report(10_000)
    cut = json.loads(printed("report", sample, "--top", "3", "-f", "json", "-o", "-"))
    assert [each["path"] for each in cut["waste"]["paths"]] == [each.path for each in whole.waste.paths[:3]]
    assert [each["path"] for each in cut["largest"]["files"]] == [each.path for each in whole.largest.files[:3]]
    assert cut["omitted"]["waste_paths"] == len(whole.waste.paths) - 3
    assert cut["omitted"]["waste_bytes"] == sum(each.bytes for each in whole.waste.paths[3:])
    with pytest.raises(ValueError, match="at least 1"):
        image.report(0)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("app.tar.gz", "app.html"),
        ("my image:1.tar", "my-image-1.html"),
        ("v1.2", "v1.2.html"),
        (".tar", "image.html"),
        ("$(touch x);\n\x1b[2J.tar", "touch-x-2J.html"),
        ("-x.tar", "x.html"),
        ("--help.tar", "help.html"),
        ("-.tar", "image.html"),
        ("..tar", "image.html"),
        (".hidden.tar.gz", "hidden.html"),
        ("x" * 251 + ".tar", "x" * 200 + ".html"),
        ("ü" * 125 + ".tar", "ü" * 100 + ".html"),
    ],
)
def test_the_page_is_called_like_the_image(sample, here, printed, name, written) -> None:
    """Less what tells the format; no option to the next tool, not hidden, and not by what a shell would run."""
    (here / "in").mkdir()
    shutil.copyfile(sample, here / "in" / name)
    printed("report", here / "in" / name)
    assert _names(here) == sorted([written, "in"])


def test_a_saved_report_is_rendered_again_without_the_image(run, folder, sample) -> None:
    shutil.copyfile(sample, folder / "app.tar")
    direct = run("report", "app.tar", "-f", "all")
    (folder / "app.tar").unlink()
    (folder / "app.json").rename(folder / "saved.json")
    again = run("report", "saved.json", "--format", "html")
    assert (again.stdout, again.stderr) == (direct.stdout, b"imgscan: wrote app.html\n")
    assert run("report", "saved.json", "-f", "all", "-o", folder / "again").returncode == 0
    for name, first in {"app.html": "app.html", "app.md": "app.md", "app.json": "saved.json"}.items():
        assert (folder / "again" / name).read_bytes() == (folder / first).read_bytes()
    assert run("report", "again/app.json", "-f", "all", "-o", "again").returncode == 0, "over itself: it is the same"


def test_a_saved_report_of_a_later_minor_version_is_read(sample, here, printed) -> None:
    """New fields are ignored; the document says which version it was."""
    document = json.loads(printed("report", sample, "-f", "json", "-o", "-"))
    document |= {"schema_version": "1.9", "new": {"field": 1}}
    (here / "saved.json").write_text(json.dumps(document))
    page = printed("report", "saved.json", "-o", "-")
    assert page.replace(b"1.9", b"1.3") == printed("report", sample, "-o", "-").replace(b"1.9", b"1.3")


def test_a_saved_report_of_the_first_version_is_read(sample, here, printed) -> None:
    """It has no history, parents or findings; the page leaves those sections out."""
    document = json.loads(printed("report", sample, "-f", "json", "-o", "-")) | {"schema_version": "1.0"}
    for name in ("history", "parents", "findings"):
        del document[name]
    for layer in document["layers"]:
        del layer["origin"], layer["dockerfile_line"]
    published = json.loads((SCHEMAS / "report-1.0.schema.json").read_text())
    jsonschema.Draft202012Validator(published).validate(document)
    (here / "saved.json").write_text(json.dumps(document))
    page = printed("report", "saved.json", "-o", "-")
    assert b'id="waste"' in page
    assert b'id="findings"' not in page


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "saved.json is not a saved report"),
        ("{}", "saved.json is not a saved report: .*schema_version"),
        ('{"schema_version": 1}', "saved.json is not a saved report"),
        ('{"schema_version": "2.0"}', r"saved.json has schema version 2\.0, this imgscan reads 1\.3"),
        ('{"schema_version": "1.0"}', "saved.json is not a valid report: .*image"),
        ('{"schema_version": "1.0", "image": []}', "saved.json is not a valid report"),
        ('  {"a":' * 2000, "saved.json is not a saved report"),
        ('{"a": "\ud800"}', "saved.json is not a saved report"),
    ],
    ids=["cut", "no version", "no text", "newer", "empty", "types", "deep", "not UTF-8"],
)
def test_what_is_wrong_with_a_saved_report_is_said(here, printed, content, says) -> None:
    (here / "saved.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(ReportError, match=says):
        printed("report", "saved.json")
    assert _names(here) == ["saved.json"]


def test_a_file_name_that_is_not_utf8_is_spelled_out(sample, here, printed) -> None:
    name = os.fsdecode(b"caf\xe9.tar")
    shutil.copyfile(sample, here / name)
    document = json.loads(printed("report", name, "-f", "json", "-o", "-"))
    assert re.fullmatch(r"caf\\x?\w*e9\.tar", document["image"]["source"])


def test_layers_of_a_parent_are_told_apart(printed, samples, sample) -> None:
    """By chain ID; own and inherited sizes sum up to the image's."""
    document = json.loads(printed("report", sample, "--parent", samples / "parent.tar", "-f", "json", "-o", "-"))
    assert [each["origin"] for each in document["layers"]] == ["inherited"] * 3 + ["own"] * 15
    parents = document["parents"]
    assert [(each["names"], each["evidence"], each["certain"]) for each in parents["chain"]] == [
        (["acme/base:1.0"], "chain-id", True)
    ]
    for name in ("tar_bytes", "file_bytes", "rootfs_bytes", "waste_bytes"):
        assert parents["own"][name] + parents["inherited"][name] == document["size"][name]
    assert {each["layer"] for each in document["findings"]["found"] if each["inherited"]} == {0}


def test_a_report_on_the_own_part(printed, samples, sample) -> None:
    own = json.loads(printed("report", sample, "--own", "--parent", samples / "parent.tar", "-f", "json", "-o", "-"))
    assert [each["index"] for each in own["layers"]] == list(range(3, 18))
    assert own["size"]["tar_bytes"] == own["parents"]["own"]["tar_bytes"]
    assert {each["layer"] for each in own["largest"]["files"]} <= set(range(3, 18))
    assert not any(each["inherited"] for each in own["findings"]["found"])
    assert "only layers from 3 up are counted here" in own["notes"][-1]


@pytest.mark.parametrize(
    "option",
    [
        ["--own"],
        ["--parent", "a"],
        ["--dockerfile", "a"],
        ["--image", "a"],
        ["--top", "5"],
        ["--top", "50"],
        ["--max-entries", "9"],
        ["--max-layer-bytes", "9"],
    ],
)
def test_options_that_need_the_image_are_refused_for_a_saved_report(run, folder, sample, option) -> None:
    assert run("report", sample, "-q", "-o", "saved.json").returncode == 0
    done = run("report", "saved.json", "-o", "page.html", *option)
    assert done.returncode == 2
    told = f"imgscan: error: {option[0]}: a saved report is rendered as it is\nhint: name the image\n"
    assert done.stderr.decode() == told
    assert not (folder / "page.html").exists()


def test_lines_of_a_dockerfile(printed, samples, sample) -> None:
    """Each layer's instruction starts at the line that is told, in the file that built the image."""
    path = samples / "dockerfiles" / "app-2.0" / "Dockerfile"
    written = path.read_text().splitlines()
    document = json.loads(printed("report", sample, "--dockerfile", path, "-f", "json", "-o", "-"))
    lines = [each["dockerfile_line"] for each in document["layers"]]
    assert lines[:3] == [None] * 3
    kinds = [written[line - 1].split()[0] for line in lines[3:]]
    assert kinds == [each["instruction"].split()[0] for each in document["layers"][3:]]
    told = {each["layer"]: each["dockerfile_line"] for each in document["findings"]["found"] if not each["inherited"]}
    assert told == {layer: lines[layer] for layer in told}
    assert b"Dockerfile:" in printed("report", sample, "--dockerfile", path, "-o", "-")


def test_a_file_may_have_the_longest_name_that_there_is(sample, here, printed) -> None:
    name = "x" * 250 + ".html"
    printed("report", sample, "-q", "-o", name)
    assert _names(here) == [name]


def test_a_saved_report_of_an_image_with_an_endless_name(sample, here, printed) -> None:
    """A stranger's file says how its image was called."""
    saved = json.loads(printed("report", sample, "-f", "json", "-o", "-"))
    saved["image"]["source"] = "../" + "-" * 9 + "y" * 5000
    (here / "saved.json").write_text(json.dumps(saved))
    printed("report", "saved.json", "-q")
    assert _names(here) == ["saved.json", "y" * 200 + ".html"]
