"""What differs inside files of two images: which files, how they are read, and `diff -u` of unpacked images."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

import imgscan
from analyzer.diff import inside
from tests.diff.pairs import difference, image_of, opened
from tests.images import Image, Layer, docker_archive, gzip, oci_archive, plain, zstd
from tests.real.samples import SAMPLES
from tests.real.tools import require, require_root, run


def told(diff: imgscan.ImageDiff, *globs: str, **options) -> dict[str, list[str]]:
    return {each.path: list(each.lines) for each in diff.contents(*globs, **options)}


OLD = Layer().files({"etc/a.conf": b"x=1\n", "etc/same": b"1", "gone": b"bye\n", "moved": b"m" * 9, "z": b"\0\1"})
NEW = Layer().files({"etc/a.conf": b"x=2\n", "etc/same": b"1", "come": b"hi\n", "moved2": b"m" * 9, "z": b"\0\2"})
ALL = {
    "come": ["@@ -0,0 +1 @@", "+hi"],
    "etc/a.conf": ["@@ -1 +1 @@", "-x=1", "+x=2"],
    "gone": ["@@ -1 +0,0 @@", "-bye"],
    "z": [
        "2 bytes",
        "first difference at byte 1; of the 2 bytes that both have, 1 differ",
        f"- 00000000  {'00 01':<48}  |..|",
        f"+ 00000000  {'00 02':<48}  |..|",
    ],
}


def test_files_of_which_a_content_came_went_or_changed() -> None:
    diff = difference([OLD], [NEW])
    assert told(diff, "**") == ALL
    assert told(diff, "etc") == told(diff, "/etc/*.conf") == {"etc/a.conf": ALL["etc/a.conf"]}
    assert told(diff) == told(diff, "none") == {}
    assert list(told(diff, "**", limit=2)) == ["come", "etc/a.conf"]


def test_what_has_no_content_or_the_same_is_left_out() -> None:
    old = Layer().file("mode", b"1").symlink("link", "a").file("times", b"1", mtime=1).hardlink("other", "mode")
    new = Layer().file("mode", b"1", mode=0o600).symlink("link", "b").file("times", b"1", mtime=2).directory("d")
    assert told(difference([old], [new], times=True), "**") == {
        "other": ["@@ -1 +0,0 @@", "-1", "\\ No newline at end of file"]
    }


def test_a_file_that_becomes_a_link_goes_and_the_other_way_round_comes() -> None:
    file, link = Layer().file("a", b"1\n"), Layer().symlink("a", "b")
    assert told(difference([file], [link]), "a") == {"a": ["@@ -1 +0,0 @@", "-1"]}
    assert told(difference([link], [file]), "a") == {"a": ["@@ -0,0 +1 @@", "+1"]}


def test_hard_links_and_names_that_are_no_utf_8() -> None:
    old, new = (Layer().file(b"a\xff", each).hardlink(b"b\xff", b"a\xff") for each in (b"1\n", b"2\n"))
    lines = ["@@ -1 +1 @@", "-1", "+2"]
    assert told(difference([old], [new]), "**") == {"a\\xff": lines, "b\\xff": lines}


@pytest.mark.parametrize("compression", [plain, gzip, zstd], ids=["plain", "gzip", "zstd"])
def test_files_of_several_layers_in_any_compression(compression) -> None:
    """Stored in another order than that of the paths, and with a sparse one between."""
    size = 100_000
    lower = Layer().file("z", b"z\n" * 9000).sparse("hole", [(0, b"start")], size, "1.0").file("a", b"a\n")
    upper = Layer().file("m", b"m\n")
    changed = (
        Layer().file("a", b"b\n").file("z", b"z\n" * 9001).file("m", b"n\n").sparse("hole", [(9, b"x")], size, "gnu")
    )
    diff = imgscan.diff(
        opened(Image([lower, upper], compression=compression), compression),
        opened(Image([changed], compression=compression), compression),
    )
    found = told(diff, "**")
    assert found["a"] == ["@@ -1 +1 @@", "-a", "+b"]
    assert found["m"] == ["@@ -1 +1 @@", "-m", "+n"]
    assert found["z"] == ["@@ -8998,3 +8998,4 @@", " z", " z", " z", "+z"]
    assert found["hole"][:2] == [
        "100,000 bytes",
        "first difference at byte 0; of the 100,000 bytes that both have, 6 differ",
    ]


@pytest.mark.parametrize("limit", [1, 6, 1 << 30])
def test_contents_are_read_a_few_at_a_time(monkeypatch, limit) -> None:
    monkeypatch.setattr(inside, "TOGETHER_BYTES_LIMIT", limit)
    assert told(difference([OLD], [NEW]), "**") == ALL


def test_each_layer_is_passed_once_for_all_files(tmp_path, monkeypatch) -> None:
    """A file a pass would decode a compressed layer as often as it has files."""
    path = tmp_path / "old.tar"
    path.write_bytes(oci_archive(Image([Layer().files({f"f{n}": b"%d\n" % n for n in range(50)})], compression=gzip)))
    old, new = imgscan.open(path), image_of(Layer().files({f"f{n}": b"x\n" for n in range(50)}))
    diff = imgscan.diff(old, new)
    assert diff.files.num_rows == 50
    files = old._analysis._source.files
    passes: list[str] = []
    stream = files.stream
    monkeypatch.setattr(files, "stream", lambda name: (passes.append(name), stream(name))[1])
    assert len(diff.contents("**")) == 50
    assert len(passes) == 1


@pytest.mark.parametrize("pack", [plain, gzip], ids=["plain", "compressed"])
def test_images_from_pipes_follow_the_rule_of_cat(tmp_path, monkeypatch, pack) -> None:
    content = pack(docker_archive(Image([OLD])))
    (tmp_path / "old").write_bytes(content)
    new = image_of(NEW)

    def from_pipe(**options) -> imgscan.ImageDiff:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        return imgscan.diff(imgscan.open("-", **options), new)

    assert told(imgscan.diff(imgscan.open(tmp_path / "old"), new), "**") == ALL
    assert told(from_pipe(keep=True), "**") == ALL
    with pytest.raises(imgscan.ImgscanError, match="has passed by and cannot be read again") as raised:
        from_pipe().contents("**")
    assert raised.value.hint == "save the image to a file, or open it with keep=True"


def test_an_image_that_changes_meanwhile_is_an_error(tmp_path) -> None:
    path = tmp_path / "old.tar"
    path.write_bytes(docker_archive(Image([Layer().file("a", b"content" * 100)])))
    diff = imgscan.diff(imgscan.open(path), image_of(Layer().file("a", b"other")))
    assert diff.files.num_rows == 1
    path.write_bytes(path.read_bytes().replace(b"content", b"CONTENT"))
    with pytest.raises(imgscan.ImgscanError, match="when the image was read"):
        diff.contents("a")


def test_the_document_has_them_and_says_how_many_it_has_not(monkeypatch) -> None:
    diff = difference([OLD], [NEW])
    assert {each.path: each.lines for each in diff.report(contents=["**"]).contents} == ALL
    assert diff.report().contents == []
    monkeypatch.setattr("reports.diff.build.CONTENTS_LIMIT", 3)
    document = diff.report(contents=["**"])
    assert len(document.contents) == 3
    assert document.notes == ["the contents of 3 files are compared, those of 1 more that match are not"]


def test_globs_that_match_nothing_are_told() -> None:
    notes = difference([OLD], [NEW]).report(contents=["etc", "etc/same", "nothing/**"]).notes
    assert notes == [f"no file with another content matches {glob}" for glob in ("etc/same", "nothing/**")]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory) -> tuple[Path, Path]:
    """The sample images app-1.0 and app-2.0, unpacked by umoci."""
    require("skopeo", "umoci", "diff")
    require_root()
    folder = tmp_path_factory.mktemp("unpacked")
    for name in ("app-1.0", "app-2.0"):
        layout = f"{folder / name}-oci"
        run("skopeo", "copy", "--quiet", f"docker-archive:{SAMPLES / name}.tar", f"oci:{layout}:it")
        run("umoci", "unpack", "--image", f"{layout}:it", folder / name)
    return folder / "app-1.0" / "rootfs", folder / "app-2.0" / "rootfs"


def test_sample_images_differ_as_diff_says_of_them_unpacked(unpacked) -> None:
    old, new = unpacked
    diff = imgscan.diff(*(imgscan.open(SAMPLES / f"{name}.tar") for name in ("app-1.0", "app-2.0")))
    found = diff.contents("**")
    command = ["diff", "--recursive", "--no-dereference", "--brief", "--new-file", str(old), str(new)]
    brief = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    differing = {line.split(" ")[1].removeprefix(f"{old}/") for line in brief if line.startswith("Files ")}
    assert {each.path for each in found} == differing
    texts = [each for each in found if each.kind == "text"]
    assert len(texts) >= 5
    for each in texts:
        sides = [path if path.exists() else Path("/dev/null") for path in (old / each.path, new / each.path)]
        done = subprocess.run(["diff", "-u", *map(str, sides)], capture_output=True, text=True, check=False)
        lines = done.stdout.split("\n")[2:-1]
        assert list(each.lines) == lines[: len(each.lines)]
        assert len(each.lines) + each.omitted == len(lines)
