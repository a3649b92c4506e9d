"""`parents`, `tree` and `catalog` as a user runs them: what they print, where the catalog is, what goes wrong."""

import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet as pq

import imgscan
from imgscan.places import catalog_folder
from tests.images import Image, Layer, docker_archive


@pytest.fixture(autouse=True)
def _own_catalog(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: dict[str, str]) -> None:
    """No test sees the catalog of whoever runs it, and none that of another test."""
    monkeypatch.setenv("IMGSCAN_CATALOG", str(tmp_path / "catalog"))
    monkeypatch.setitem(environment, "IMGSCAN_CATALOG", str(tmp_path / "catalog"))


def test_from_a_catalog_to_a_parent(run, sample, samples) -> None:
    assert run("catalog", "add", samples / "parent.tar").stderr == b"imgscan: added acme/base:1.0\n"
    done = run("parents", sample)
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode().splitlines()
    assert lines[1].split()[:4] == ["acme/base:1.0", "chain-id", "certain", "0-2"]
    assert lines[2].split()[:3] == ["acme/app:2.0", "own", "3-17"]


def test_a_parent_by_name(printed, sample, samples) -> None:
    text = printed("parents", sample, "--parent", samples / "parent.tar", "--parent", samples / "app-1.0.tar").decode()
    assert "acme/base:1.0  chain-id" in text


@pytest.mark.parametrize("words", [("parents",), ("layers", "--own"), ("findings",), ("report",)])
def test_an_image_that_was_named_and_is_no_parent_is_told(run, sample, samples, words: tuple[str, ...]) -> None:
    others = ("--parent", samples / "parent.tar", "--parent", samples / "packages.tar")
    done = run(*words, sample, *others)
    assert done.returncode == 0
    told = f"imgscan: {samples / 'packages.tar'}, named with --parent, is none of the parents found of acme/app:2.0\n"
    assert [line for line in done.stderr.decode().splitlines(keepends=True) if "--parent" in line] == [told]


def test_a_parent_that_nothing_asks_for_is_told(run, sample, samples) -> None:
    done = run("waste", sample, "--parent", samples / "parent.tar")
    assert (done.returncode, done.stderr) == (0, b"imgscan: --parent changes nothing here without --own\n")


def test_a_file_with_a_parent_among_others_is_no_slip(run, sample, samples) -> None:
    assert run("parents", sample, "--parent", samples / "multi-image.tar").stderr == b""


def test_without_anything_it_guesses_and_says_so(printed, sample) -> None:
    text = printed("parents", sample).decode()
    assert "boundary" in text
    assert "note: Where a parent ends is guessed" in text


def test_json_is_what_python_has(printed, sample, samples) -> None:
    document = json.loads(printed("parents", sample, "--parent", samples / "parent.tar", "--format", "json"))
    found = imgscan.open(sample).parents(parents=[imgscan.open(samples / "parent.tar")])
    assert document["own_from"] == found.own_from == 3
    (link,) = document["links"]
    assert (link["names"], link["evidence"], link["layers"]) == (["acme/base:1.0"], "chain-id", 3)
    assert (link["layers_from"], link["entries"], document["own_entries_from"]) == (0, 6, 6)
    assert link["image_id"] == found.links[0].image_id
    sizes = document["sizes"]
    for name, whole in sizes["whole"].items():
        if whole is not None:
            assert sizes["own"][name] + sizes["inherited"][name] == whole


def test_json_and_the_report_mean_the_same_by_the_same_words(printed, sample, samples) -> None:
    others = ("--parent", samples / "parent.tar", "--parent", samples / "app-1.0.tar")
    links = json.loads(printed("parents", sample, *others, "--format", "json"))["links"]
    chain = json.loads(printed("report", sample, *others, "--format", "json", "-o", "-"))["parents"]["chain"]
    assert len(links) == len(chain) > 0
    for link, of_report in zip(links, chain, strict=True):
        same = link.keys() & of_report.keys()
        assert {"names", "evidence", "score", "certain", "layers", "image_id", "created"} <= same
        assert {name: link[name] for name in same} == {name: of_report[name] for name in same}


def test_output_to_a_file(run, folder, sample) -> None:
    assert run("parents", sample, "-f", "json", "-o", "parents.json").stdout == b""
    assert json.loads((folder / "parents.json").read_text())["image"] == "acme/app:2.0"


def test_a_hostile_name_moves_no_cursor(printed, write) -> None:
    name, created = "a\x1b[2J\n::error::b:1", "2024\x1b[31m-01-01"
    path = write(docker_archive(Image([Layer().file("x", b"x")], tags=[name], created=created)))
    printed("catalog", "add", path, "--quiet")
    for text in (printed("parents", path), printed("tree", path), printed("catalog", "list")):
        assert all(line.isprintable() for line in text.decode().splitlines())
        assert not any(line.startswith("::") for line in text.decode().splitlines())


def test_the_life_of_a_catalog(run, samples, tmp_path) -> None:
    run("catalog", "add", samples / "parent.tar", "--name", "acme/base:stable", "-q")
    run("catalog", "add", samples / "app-1.0.tar", samples / "app-2.0.tar", "-q")
    listed = [line.split()[0] for line in run("catalog", "list").stdout.decode().splitlines()]
    assert listed == ["name", "acme/app:1.0", "acme/app:2.0", "acme/base:stable"]
    assert run("catalog", "export", tmp_path / "known.zip").returncode == 0
    other = tmp_path / "other"
    done = run("catalog", "import", tmp_path / "known.zip", "--catalog", other)
    assert done.stderr.count(b"imgscan: added ") == 3
    assert {path.name: path.read_bytes() for path in other.iterdir()} == {
        path.name: path.read_bytes() for path in (tmp_path / "catalog").iterdir()
    }
    assert run("catalog", "remove", "acme/app:1.0", "--catalog", other).stderr == b"imgscan: removed acme/app:1.0\n"
    assert len(list(other.iterdir())) == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["catalog", "remove", "nobody"], "the catalog has no image nobody"),
        (["catalog", "import", "no-such-file"], "cannot read no-such-file: No such file or directory"),
        (["catalog", "import", "."], "cannot read .: Is a directory"),
        (["catalog", "import", "-"], "standard input is no exported catalog: "),
        (["catalog", "list", "--catalog", "file"], "the catalog file is not a folder"),
        (["catalog", "add", "no-such-file", "--catalog", "file"], "the catalog file is not a folder"),
        (["catalog", "list", "--catalog", "x" * 300], "cannot read the catalog xxx"),
        (["catalog", "add", "no-such-file"], "no such file or directory: no-such-file"),
        (["parents", "no-such-file"], "no such file or directory: no-such-file"),
        (["tree", "no-such-file"], "no such file or directory: no-such-file"),
    ],
)
def test_trouble_is_one_line(run, folder, words: list[str], message: str) -> None:
    (folder / "file").touch()
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().splitlines()[0].startswith(f"imgscan: error: {message}")


@pytest.mark.parametrize(
    "words",
    [
        ["catalog", "list"],
        ["catalog", "remove", "a"],
        ["catalog", "export", "known.zip"],
        ["parents", "no-such-image"],
        ["tree", "no-such-image"],
        ["waste", "no-such-image", "--own"],
        ["report", "no-such-image"],
    ],
    ids=" ".join,
)
def test_a_catalog_that_was_named_has_to_be_there(run, folder, words: list[str]) -> None:
    """A slip of the finger must not pass for a catalog without images; told before anything is read."""
    done = run(*words, "--catalog", "slip")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"imgscan: error: there is no catalog slip\nhint: imgscan catalog add makes one\n"
    assert list(folder.iterdir()) == []


def test_a_catalog_is_made_by_adding(run, folder, samples) -> None:
    """The user's own may also be missing, as it is before the first image is added."""
    assert run("catalog", "list").stdout == b"name  image_id  platform  layers  rootfs_bytes  created\n"
    assert run("catalog", "add", samples / "parent.tar", "--catalog", "new/one").returncode == 0
    assert run("catalog", "export", "known.zip", "--catalog", "new/one").returncode == 0
    assert run("catalog", "import", "known.zip", "--catalog", "new/two").returncode == 0
    one, two = ({path.name for path in (folder / "new" / name).iterdir()} for name in ("one", "two"))
    assert one == two != set()
    with pytest.raises(imgscan.ImgscanError, match=r"there is no catalog .*slip"):
        imgscan.open(samples / "parent.tar").parents(folder / "slip")


def test_no_file_is_exported_that_could_not_be_imported(run, folder) -> None:
    (folder / "known").mkdir()
    (folder / "known" / "a.parquet").write_text("no image")
    done = run("catalog", "export", "known.zip", "--catalog", "known")
    assert done.returncode == 2
    assert done.stderr.startswith(b"imgscan: error: a.parquet is no file of a catalog: ")
    assert not (folder / "known.zip").exists()


def test_a_catalog_goes_through_a_pipe(run, samples, tmp_path) -> None:
    run("catalog", "add", samples / "parent.tar", samples / "app-1.0.tar", "-q")
    exported = run("catalog", "export", "-").stdout
    done = run("catalog", "import", "-", "--catalog", tmp_path / "other", given=exported)
    assert (done.returncode, done.stderr.count(b"imgscan: added ")) == (0, 2)
    assert {path.name for path in (tmp_path / "other").iterdir()} == {
        path.name for path in (tmp_path / "catalog").iterdir()
    }
    for cut in (1, len(exported) // 2, len(exported) - 1):
        done = run("catalog", "import", "-", given=exported[:cut])
        assert done.returncode == 2
        assert done.stderr.startswith(b"imgscan: error: standard input is no exported catalog: ")


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "arrow"])
def test_a_catalog_is_listed_for_programs_too(run, printed, folder, samples, form) -> None:
    added = [samples / "parent.tar", samples / "app-2.0-rootfs.tar", samples / "formats" / "oci-archive.gzip.tar"]
    printed("catalog", "add", *added, "-q")
    assert run("catalog", "list", "-o", f"known.{form}").stdout == b""
    content = (folder / f"known.{form}").read_bytes()
    assert printed("catalog", "list", "-f", form) == content
    rows = {
        "csv": lambda: list(csv.DictReader(io.StringIO(content.decode()))),
        "json": lambda: json.loads(content),
        "parquet": lambda: pq.read_table(io.BytesIO(content)).to_pylist(),
        "arrow": lambda: pa.ipc.open_file(content).read_all().to_pylist(),
    }[form]()
    assert [row["name"] for row in rows] == sorted(row["name"] for row in rows)
    found = {row["name"]: row for row in rows}
    for path in added:
        image = imgscan.open(path)
        row = found[image.name]
        assert row["image_id"] == image.image_id or image.image_id is None
        for field in ("pull_bytes", "file_bytes", "rootfs_bytes", "files"):
            assert row[field] in (getattr(image.size, field), str(getattr(image.size, field)), "")
        assert int(row["layers"]) == image.size.layers


def test_one_name_for_several_images_is_refused(run, samples) -> None:
    done = run("catalog", "add", samples / "parent.tar", samples / "app-1.0.tar", "--name", "x")
    assert done.returncode == 2
    assert b"one name does not fit 2 images" in done.stderr


def test_a_tree_in_all_formats(printed, samples) -> None:
    images = [samples / f"{name}.tar" for name in ("parent", "app-1.0", "app-2.0")]
    text = printed("tree", *images).decode()
    assert [line.split("  ")[0] for line in text.splitlines()[:3]] == [
        "acme/base:1.0",
        "├─ acme/app:1.0",
        "└─ acme/app:2.0",
    ]
    assert printed("tree", *images, "-f", "dot").startswith(b"digraph images {\n")
    assert printed("tree", *images, "-f", "mermaid").startswith(b"flowchart LR\n")
    stored = json.loads(printed("tree", *images, "-f", "json"))["stored"]
    tables = [imgscan.open(image).layers.to_pylist() for image in images]
    distinct = {row["diff_id"]: row for table in tables for row in table}
    assert stored["tar_bytes"] == sum(row["tar_bytes"] for row in distinct.values())


@pytest.mark.parametrize(
    ("command", "form", "endings"),
    [
        ("tree", "tree", ["", ".txt"]),
        ("tree", "json", [".json", ".JSON"]),
        ("tree", "dot", [".dot", ".gv"]),
        ("tree", "mermaid", [".mmd", ".mermaid"]),
        ("parents", "table", ["", ".txt"]),
        ("parents", "json", [".json"]),
    ],
)
def test_the_ending_of_a_file_chooses_the_format(printed, samples, tmp_path, command, form, endings) -> None:
    wanted = printed(command, samples / "app-1.0.tar", "-f", form)
    for ending in endings:
        assert printed(command, samples / "app-1.0.tar", "-o", tmp_path / f"out{ending}") == b""
        assert (tmp_path / f"out{ending}").read_bytes() == wanted
    other = "json" if form != "json" else "txt"
    printed(command, samples / "app-1.0.tar", "-f", form, "-o", tmp_path / f"out.{other}")
    assert (tmp_path / f"out.{other}").read_bytes() == wanted, "what --format says counts more"


def test_a_tree_is_the_same_in_any_order(printed, samples) -> None:
    images = [samples / f"{name}.tar" for name in ("parent", "app-1.0", "squashed")]
    assert printed("tree", *images) == printed("tree", *images[::-1])


def test_where_the_catalog_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert catalog_folder(Path("here")) == Path("here")
    assert catalog_folder() == tmp_path / "catalog"
    monkeypatch.delenv("IMGSCAN_CATALOG")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert catalog_folder() == tmp_path / "imgscan" / "catalog"
    for ignored in ("", "relative/folder"):
        monkeypatch.setenv("XDG_DATA_HOME", ignored)
        assert catalog_folder() == Path.home() / ".local" / "share" / "imgscan" / "catalog"


def test_a_file_of_several_images_is_all_of_them(printed, samples, run, tmp_path) -> None:
    several = str(samples / "multi-image.tar")
    tree = json.loads(printed("tree", several, "-f", "json"))
    assert tree["images"] == 4
    assert run("catalog", "add", several, "--catalog", str(tmp_path / "all")).stderr.count(b"added") == 4
    parents = printed("parents", str(samples / "app-2.0.tar"), "--parent", several).decode()
    assert "acme/base:1.0, acme/base:latest  chain-id" in parents


@pytest.mark.parametrize(
    ("choice", "name"),
    [("acme/app:1.0", "acme/app:1.0"), ("@1", "acme/app:1.0"), ("1", "acme/app:1.0"), ("app:2.0", "acme/app:2.0")],
)
def test_one_image_of_several_is_chosen_behind_the_path(printed, samples, choice: str, name: str) -> None:
    reference = f"docker-archive:{samples / 'multi-image.tar'}:{choice}"
    tree = json.loads(printed("tree", reference, "-f", "json"))
    assert tree["images"] == 1
    assert json.loads(printed("report", reference, "-f", "json", "-o", "-"))["image"]["name"] == name


def test_the_hint_names_how_to_choose(run, samples) -> None:
    several = str(samples / "multi-image.tar")
    assert b"write docker-archive:PATH:TAG or docker-archive:PATH:@INDEX" in run("layers", several).stderr
    assert f"write docker-archive:{several}:app:1.0".encode() in run("layers", f"{several}:app:1.0").stderr
    twice = run("layers", f"docker-archive:{several}:@1", "--image", "2")
    assert twice.returncode == 2
    assert b"two choices of an image: @1 and 2" in twice.stderr


def test_a_bare_root_filesystem_may_be_named_as_a_parent(run, samples) -> None:
    """What a container saw of the image is read, compared, and said to be no parent of it."""
    done = run("parents", str(samples / "app-2.0.tar"), "--parent", str(samples / "app-2.0-rootfs.tar"))
    assert done.returncode == 0
    assert done.stderr.endswith(
        b"app-2.0-rootfs.tar, named with --parent, is none of the parents found of acme/app:2.0\n"
    )
