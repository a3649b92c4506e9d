"""`imgscan diff`: what is printed where, and how it ends."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import ROOT
from tests.images import Image, Layer, docker_archive

SAMPLES = ROOT / "sample_images"
OLD, NEW = str(SAMPLES / "app-1.0.tar"), str(SAMPLES / "app-2.0.tar")


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def diff(run) -> Callable[..., Done]:
    """Run `imgscan diff` as a user does."""

    def run_it(*arguments: str) -> Done:
        done = run("diff", *arguments)
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run_it


def test_the_summary_goes_to_standard_output(diff) -> None:
    done = diff(OLD, NEW)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("acme/app:1.0 → acme/app:2.0")
    assert "Growth by layer" not in done.out
    assert max(map(len, done.out.splitlines())) <= 100


def test_details_follow_the_summary(diff) -> None:
    summary, whole = diff(OLD, NEW).out, diff(OLD, NEW, "--details").out
    assert whole.startswith(summary)
    assert "Growth by layer" in whole


def test_the_exit_status_tells_only_if_asked(diff) -> None:
    assert diff(OLD, NEW, "--exit-code").status == 1
    assert diff(OLD, OLD, "--exit-code").status == 0
    assert diff(OLD, NEW, "--exit-code", "--only", "etc", "--only", "bin").status == 1  # a label differs
    assert diff(OLD, NEW, "-f", "csv", "--exit-code").status == 1
    assert diff(OLD, NEW, "-f", "csv", "--exit-code", "--only", "etc").status == 1  # as in the other formats
    assert diff(OLD, OLD, "-f", "csv", "--exit-code").status == 0
    assert diff(OLD, "missing.tar", "--exit-code").status == 2


def test_standard_input_is_one_of_the_images_at_most(run) -> None:
    content = Path(NEW).read_bytes()
    assert run("diff", OLD, "-", given=content).returncode == 0
    for arguments in (("-", "-"), (OLD, "docker-archive:-:acme/app:2.0", "--base", "-")):
        done = run("diff", *arguments, given=content)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.startswith(b"imgscan: error: only one of the images can be standard input")


@pytest.mark.parametrize("option", ["--ignore", "--only", "--content"])
def test_an_empty_pattern_is_refused(diff, option: str) -> None:
    done = diff(OLD, NEW, option, "")
    assert (done.status, done.out) == (2, "")
    assert f"{option}: an empty pattern names no path" in done.err


def test_the_ending_of_the_file_decides(diff, tmp_path: Path) -> None:
    for ending, start in {"html": "<!doctype html>", "md": "#", "json": "{", "txt": "acme/app:1.0"}.items():
        path = tmp_path / f"diff.{ending}"
        assert diff(OLD, NEW, "-o", str(path)).status == 0
        assert path.read_text().lower().lstrip().startswith(start)
    done = diff(OLD, NEW, "-o", str(tmp_path / "diff.doc"))
    assert done.status == 2
    assert "no format is called .doc" in done.err


def test_the_table_of_files_goes_to_programs(diff, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(diff(OLD, NEW, "-f", "csv").out)))
    assert [row["path"] for row in rows if row["change"] == "removed"] == ["srv/app/static/summer-banner.png"]
    path = tmp_path / "files.parquet"
    diff(OLD, NEW, "-o", str(path))
    assert pq.read_table(path).num_rows == len(rows) == 10


def test_strict_names_the_level(diff) -> None:
    document = json.loads(diff(OLD, NEW, "--strict", "-f", "json").out)
    assert [each["level"] for each in document["strict"]] == ["config", "history", "layer", "entry header"]
    assert json.loads(diff(OLD, NEW, "-f", "json").out)["strict"] is None


def test_own_leaves_out_what_the_parent_changed(diff, tmp_path: Path) -> None:
    parents = [[Layer().file("etc/base", content)] for content in (b"1", b"22")]
    paths = []
    for number, parent in enumerate(parents):
        app = [*parent, Layer().file("app", b"a" * number)]
        for name, layers in ((f"parent{number}", parent), (f"app{number}", app)):
            path = tmp_path / f"{name}.tar"
            path.write_bytes(docker_archive(Image(layers, tags=[f"{name}:1"])))
            paths.append(str(path))
    first_parent, first, second_parent, second = paths
    given = ("--parent", first_parent, "--parent", second_parent)
    assert [row.split(",")[0] for row in diff(first, second, *given, "-f", "csv").out.split()[1:]] == [
        "app",
        "etc/base",
    ]
    own = diff(first, second, "--own", *given, "-f", "csv")
    assert [row.split(",")[0] for row in own.out.split()[1:]] == ["app"]


def test_a_base_is_the_third_image(diff) -> None:
    document = json.loads(diff(OLD, NEW, "--base", str(SAMPLES / "parent.tar"), "-f", "json").out)
    assert {each["origin"] for each in document["files"]["changes"]} == {"old", "new", "both apart"}


def test_a_table_says_where_each_difference_came_about(diff, tmp_path) -> None:
    given = (OLD, NEW, "--base", str(SAMPLES / "parent.tar"))
    document = json.loads(diff(*given, "-f", "json").out)
    told = {each["path"]: each["origin"] for each in document["files"]["changes"]}
    rows = list(csv.DictReader(io.StringIO(diff(*given, "-f", "csv").out)))
    assert {row["path"]: row["origin"] for row in rows} == told
    diff(*given, "-o", str(tmp_path / "files.parquet"))
    assert pq.read_table(tmp_path / "files.parquet")["origin"].to_pylist() == [row["origin"] for row in rows]
    without = csv.DictReader(io.StringIO(diff(OLD, NEW, "-f", "csv").out))
    assert {row["origin"] for row in without} == {""}


def test_content_shows_what_differs_inside_files(diff) -> None:
    done = diff(OLD, NEW, "--content", "**/licence.txt")
    assert done.out.endswith("  -licence checked, build 1041\n  +licence checked, build 1187\n")
    assert "Growth by layer" not in done.out
    document = json.loads(diff(OLD, NEW, "--content", "srv/app/*.txt", "-f", "json").out)
    assert [each["path"] for each in document["contents"]] == ["srv/app/licence.txt"]


def test_a_table_of_files_has_no_contents(diff) -> None:
    done = diff(OLD, NEW, "--content", "**", "-f", "csv")
    assert (done.status, done.out) == (2, "")
    assert "imgscan: error: --content: the table of files that csv" in done.err
    assert "hint: choose text, markdown, html or json" in done.err


def test_top_takes_rows_of_the_table(diff) -> None:
    whole, cut = (diff(OLD, NEW, "-f", "csv", *options).out.splitlines() for options in ((), ("--top", "3")))
    assert cut == whole[:4] < whole


def test_the_hint_about_several_images_is_true_here(diff, tmp_path: Path) -> None:
    two = [Image([Layer().file("a", content)], tags=[f"acme/app:{tag}"]) for tag, content in (("1", b"1"), ("2", b"2"))]
    saved = tmp_path / "two.tar"
    saved.write_bytes(docker_archive(*two))
    done = diff(OLD, str(saved))
    assert done.status == 2
    assert "hint: write docker-archive:PATH:TAG or docker-archive:PATH:@INDEX; " in done.err
    for chosen in ("acme/app:2", "@1"):
        assert diff(f"docker-archive:{saved}:acme/app:1", f"docker-archive:{saved}:{chosen}", "--exit-code").status == 1


def test_no_sentence_is_cut(diff, tmp_path: Path) -> None:
    """Five folders with long names explain the growth: all of each stands on some line."""
    names = [f"srv/{letter * 30}" for letter in "abcde"]
    for name, files in (("old", {}), ("new", {f"{each}/file": each.encode() * 1000 for each in names})):
        (tmp_path / name).write_bytes(docker_archive(Image([Layer().files({"etc/x": b"x"} | files)])))
    out = diff(str(tmp_path / "old"), str(tmp_path / "new")).out
    assert "…" not in out.split("\n\n")[2]


def test_diffoscope_needs_to_know_of_which_files(diff) -> None:
    done = diff(OLD, NEW, "--diffoscope")
    assert done.status == 2
    assert "hint: add --content GLOB" in done.err


@pytest.mark.parametrize("which", [0, 1])
def test_neither_image_is_lost_to_the_output(diff, tmp_path: Path, which: int) -> None:
    path = tmp_path / "image.tar"
    path.write_bytes(Path(OLD).read_bytes())
    images = [OLD, OLD]
    images[which] = str(path)
    done = diff(*images, "-f", "json", "-o", str(path))
    assert done.status == 2
    assert "is the image itself" in done.err
    assert path.read_bytes() == Path(OLD).read_bytes()


@pytest.mark.parametrize("content", [b"", b"text", Path(OLD).read_bytes()[:100_000]])
def test_a_file_that_is_no_image_is_told_in_one_line(diff, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.tar"
    path.write_bytes(content)
    for images in ((OLD, str(path)), (str(path), OLD)):
        done = diff(*images)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith("imgscan: error: ")
