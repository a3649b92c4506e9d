"""Which files are kept whole, against a look at each name by itself."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import analyzer.layers.limits
from analyzer.globs import regex
from analyzer.layers.limits import Limits
from analyzer.layers.scan import CHUNK_BYTES
from analyzer.layers.spelling import normalised
from analyzer.layers.wanted import Wanted
from tests.images import Layer
from tests.layers.reading import scan

GLOBS = (
    "etc/os-release",
    "var/lib/dpkg/info/*.list",
    "var/lib/dpkg/status.d/*",
    "**/node_modules/**/package.json",
    "**/x.md",
    "**/*.dist-info/RECORD",
)
WANTED = Wanted(GLOBS)

PARTS = ["etc", "os-release", "var", "lib", "dpkg", "info", "a.list", "status.d", "b", "node_modules", "package.json"]
PARTS += ["x.md", "b.dist-info", "RECORD", "a" * 70, "b" * 90]
NAMES = st.lists(st.sampled_from(PARTS), min_size=1, max_size=8).map("/".join)
DIALECTS = st.sampled_from(["ustar", "gnu", "pax"])


def is_wanted(name: str) -> bool:
    return any(re.search(regex(glob) + r"\Z", normalised(name.encode()).decode(), re.DOTALL) for glob in GLOBS)


def kept(layer: Layer, limits: Limits | None = None) -> dict[str, bytes]:
    found = scan(layer.tar(), limits, WANTED)
    return {found.changes["path"][row].as_py(): each for row, each in found.learned.contents.items()}


@given(st.lists(st.tuples(st.sampled_from(["", "./", "/"]), NAMES, DIALECTS), max_size=30))
def test_the_same_files_are_kept_as_by_looking_at_each_name(files) -> None:
    layer = Layer()
    expected = {}
    for number, (start, name, dialect) in enumerate(files):
        content = b"%d" % number
        layer.file(start + name, content, dialect="gnu" if len(start + name) > 100 and dialect == "ustar" else dialect)
        if is_wanted(name):
            expected[number] = content
    assert scan(layer.tar(), wanted=WANTED).learned.contents == expected


def test_a_name_that_ustar_parts_in_two_is_known_by_both_parts() -> None:
    prefix = {"magic": b"ustar\x0000", "prefix": b"var/lib/dpkg"}
    layer = Layer().file("status.d/base", b"1", dialect="ustar", fields=prefix)
    layer.file("info/a.list", b"2", dialect="ustar", fields=prefix)
    layer.file("RECORD", b"3", dialect="ustar", fields={**prefix, "prefix": b"srv/b.dist-info"})
    assert kept(layer) == {
        "var/lib/dpkg/status.d/base": b"1",
        "var/lib/dpkg/info/a.list": b"2",
        "srv/b.dist-info/RECORD": b"3",
    }


@pytest.mark.parametrize("before", [0, CHUNK_BYTES - 1024, CHUNK_BYTES - 1536, CHUNK_BYTES - 512])
def test_files_across_chunks_are_kept_whole(before) -> None:
    content = bytes(range(256)) * 10_000
    layer = Layer().file("first", bytes(before)).file("etc/os-release", content).file("a/x.md", b"small")
    assert kept(layer) == {"etc/os-release": content, "a/x.md": b"small"}


def test_directories_links_and_empty_files_are_not_kept() -> None:
    layer = Layer().directory("etc/os-release").symlink("a/x.md", "b").hardlink("c/x.md", "d").file("b/x.md")
    assert kept(layer) == {}


def test_what_finds_no_room_is_counted(monkeypatch) -> None:
    monkeypatch.setattr(analyzer.layers.limits, "KEPT_BYTES_LIMIT", 10)
    layer = Layer().file("1/x.md", bytes(6)).file("2/x.md", bytes(6)).file("3/x.md", bytes(4))
    layer.file("4/x.md", b"1", pax=(("comment", b"the slow way"),))
    found = scan(layer.tar(), Limits(), WANTED).learned
    assert found.contents == {0: bytes(6), 2: bytes(4)}
    assert found.left_out == 2


def test_a_file_that_is_too_large_is_not_kept(monkeypatch) -> None:
    monkeypatch.setattr(analyzer.layers.limits, "KEPT_FILE_BYTES_LIMIT", 10)
    found = scan(Layer().file("1/x.md", bytes(11)).file("2/x.md", bytes(10)).tar(), Limits(), WANTED).learned
    assert (list(found.contents), found.left_out) == ([1], 1)


def test_budgets_are_of_all_layers_together(monkeypatch) -> None:
    monkeypatch.setattr(analyzer.layers.limits, "KEPT_BYTES_LIMIT", 10)
    limits = Limits()
    tar = Layer().file("1/x.md", bytes(6)).tar()
    assert [len(scan(tar, limits, WANTED).learned.contents) for _ in range(3)] == [1, 0, 0]


def test_os_release_is_wanted_by_all_who_open_images() -> None:
    from analyzer.reading import WANTED as OF_IMAGES

    assert all(path in OF_IMAGES for path in (b"etc/os-release", b"./usr/lib/os-release", b"/etc/os-release"))
    assert b"opt/etc/os-release" not in OF_IMAGES
    assert Path(__file__).name.encode() not in OF_IMAGES


SPARES = Wanted(("info/*.list", "info/*.md5sums"), ((".md5sums", ".list"),))


@pytest.mark.parametrize("pax", [(), (("comment", b"the slow way"),)])
def test_a_spare_is_kept_only_where_its_better_is_not(pax) -> None:
    layer = Layer().file("info/a.list", b"1", pax=pax).file("info/a.md5sums", b"2", pax=pax)
    layer.file("info/b.md5sums", b"3", pax=pax).file("info/c.list", pax=pax).file("info/c.md5sums", b"4", pax=pax)
    found = scan(layer.tar(), wanted=SPARES)
    paths = found.changes["path"].to_pylist()
    assert {paths[row] for row in found.learned.contents} == {"info/a.list", "info/b.md5sums", "info/c.md5sums"}
