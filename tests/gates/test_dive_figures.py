"""The three figures, held against dive itself."""

import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.docs.examples import DIVE_EXAMPLES, EXAMPLES
from tests.gates.dive import assert_the_same, figures
from tests.images import Image, Layer, crane_archive, docker_archive, gzip
from tests.reference import Layers
from tests.strategies import layer_stacks, to_image

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = [ROOT / "sample_images" / f"{name}.tar" for name in ("app-1.0", "app-2.0", "committed", "parent", "squashed")]
SAMPLES += [ROOT / "sample_images" / f"{part}-compression.tar" for part in ("mislabelled", "mixed")]
SAMPLES += sorted((ROOT / "sample_images" / "formats").glob("docker-archive*.tar"))

A, B = b"1" * 100, b"2" * 50


def _tree() -> Layer:
    return Layer().directory("d").file("d/a", A).file("d/b", A)


QUIRKS = {
    "no layers": [],
    "nothing but directories": [Layer().directory("a"), Layer().directory("a")],
    "one layer, nothing wasted: not a number": [Layer().file("a", A)],
    "one layer, all wasted: infinite": [Layer().file("a", A).whiteout("a")],
    "a whiteout in the lowest layer looks at that layer": [_tree().whiteout("d"), Layer()],
    "an absent path ends the layer": [Layer().file("a", A), Layer().file("0", A).whiteout("b").file("a", A)],
    "and costs a byte": [Layer().file("a", A), Layer().whiteout("gone")],
    "but one byte a path": [Layer().file("a", A), Layer().whiteout("gone"), Layer().whiteout("gone").whiteout("z")],
    "order in the tar does not matter": [Layer().file("a", A), Layer().file("z", A).whiteout("b").whiteout("a")],
    "a directory that an entry made": [_tree(), Layer().whiteout("d")],
    "a directory without an entry": [Layer().files({"d/a": A, "d/b": A}), Layer().whiteout("d")],
    "an entry that a later layer lacks": [_tree(), Layer().file("d/c", B), Layer().whiteout("d"), Layer().file("d", B)],
    "removed twice": [_tree(), Layer().whiteout("d"), _tree(), Layer().whiteout("d")],
    "removed with what is in it": [_tree(), Layer().whiteout("d").whiteout("d/a"), Layer().file("d/a", B)],
    "what comes before its whiteout in the alphabet": [
        Layer().file(".a", A), Layer().file(".a", B).whiteout(".a"), Layer().file("x").whiteout(".a").file("a", A),
    ],
    "what comes after it": [Layer().file("a", A), Layer().file("a", B).whiteout("a"), Layer().whiteout("a")],
    "a file below a file": [Layer().file("a", A), Layer().file("a/b", B), Layer().whiteout("a")],
    "a file over a directory": [_tree(), Layer().file("d", B), Layer().whiteout("d")],
    "a directory over a file": [Layer().file("a", A), Layer().directory("a").file("a/b", B), Layer().whiteout("a")],
    "an opaque whiteout is dropped, its directory stays": [_tree(), Layer().opaque("d"), Layer().opaque("e")],
    "AUFS's directory is a whiteout of what is absent": [
        Layer().file("a", A), Layer().directory(".wh..wh.plnk").file("a", A),
    ],
    "AUFS's files are files": [Layer().file(".wh..wh.plnk/1", A), Layer().file(".wh..wh.plnk/1", B)],
    "a whiteout with content below": [
        Layer().file("c", A), Layer().file(".wh.a/b", A), Layer().file(".wh..wh.a").file("c", A),
    ],
    "a bare whiteout takes its directory": [
        _tree(), Layer().file("d/!", B).file("d/.wh.").file("d/z", B), Layer().whiteout("d/!").whiteout("d"),
    ],
    "a bare whiteout in the root takes nothing": [Layer().file("a", A), Layer().file(".wh."), Layer().whiteout("a")],
    "names that mean dots": [Layer().file("a", A), Layer().file(".wh...").file("b", A)],
    "twice in a layer, the last counts": [Layer().file("a", A).file("a", B), Layer().file("a", B)],
    "other spellings": [Layer().file("./a", A), Layer().file("/a", A), Layer().file("b//../a", A).directory("c//")],
    "the root": [Layer().directory("./"), Layer().directory("/").file("a", A), Layer().file(".", B)],
    "links": [Layer().file("a", A).hardlink("b", "a").symlink("c", "a"), Layer().hardlink("b", "a").symlink("c", "b")],
    "devices": [Layer().character("a", 1, 3).block("b", 8, 0).fifo("c").file("d", A), Layer().character("d", 0, 0)],
    "a 0:0 device hides nothing": [Layer().file("a", A), Layer().character("a", 0, 0), Layer().file("a", B)],
    "other time only": [Layer().file("a", A, mtime=1), Layer().file("a", A, mtime=2)],
    "extended attributes only": [Layer().file("a", A), Layer().file("a", A, xattrs={"user.x": b"1"})],
    "sparse in two forms": [Layer().sparse("a", [(0, A)], 9000, "1.0"), Layer().sparse("a", [(5, A)], 700, "gnu")],
    "long names": [Layer("gnu").file("x" * 300, A), Layer("pax").file("x" * 300, B)],
    "names that are no UTF-8": [Layer("gnu").file(b"\xff", A), Layer("pax").file(b"\xff", B).whiteout(b"\xfe")],
    "escapes that are none": [Layer("gnu").file(b"\\xff", A), Layer("gnu").file(b"\xff", A)],
    "names of two lines": [Layer().file("a\nb", A), Layer().whiteout("a\nb").file(".wh..wh..x/\ny", A)],
    "directories of before POSIX": [Layer().entry("a/", b"\0"), Layer().entry("a/", b"\0"), Layer().file("a", A)],
    "a file whose name ends in a slash": [Layer().entry("a/", b"0", A), Layer().file("a", B)],
    "deep": [Layer().file("d/" * 200 + "f", A), Layer().whiteout("d/" * 150 + "d"), Layer().whiteout("d")],
    "empty layers": [Layer(), Layer().file("a", A), Layer(), Layer().file("a", B), Layer()],
}  # fmt: skip


@pytest.mark.parametrize("layers", QUIRKS.values(), ids=QUIRKS)
def test_each_quirk(layers: list[Layer]) -> None:
    assert_the_same(docker_archive(Image(layers)))


@pytest.mark.parametrize("image", [*EXAMPLES.values(), *DIVE_EXAMPLES.values()], ids=[*EXAMPLES, *DIVE_EXAMPLES])
def test_the_examples_of_the_documentation(image: Image) -> None:
    assert_the_same(docker_archive(image))


@pytest.mark.parametrize("archive", SAMPLES, ids=lambda path: path.name)
def test_sample_docker_archives(archive: Path) -> None:
    assert_the_same(archive)


@pytest.mark.parametrize(("duplicates", "wasted"), [("copy", 200), ("symlink", 0)])
def test_a_layer_that_is_a_link_is_empty(duplicates: Literal["copy", "symlink"], wasted: int) -> None:
    again = Layer().file("a", A)
    archive = docker_archive(Image([again, Layer().file("b", B), again]), duplicates=duplicates)
    assert_the_same(archive)
    assert figures(archive).wasted_bytes == wasted


def test_compressed_layers() -> None:
    assert_the_same(crane_archive(Image([_tree(), Layer().whiteout("d").file("a", A)], compression=gzip)))


@pytest.mark.parametrize(
    "shape",
    [
        ["--layers=12", "--entries=3000", "--packages=40"],
        ["--layers=6", "--entries=2000", "--packages=20", "--whiteouts=0.3", "--copies=0.3", "--overwrites=0.2"],
        ["--layers=25", "--entries=2500", "--packages=10", "--whiteouts=0.1", "--seed=7"],
    ],
    ids=["usual", "much rework", "many layers"],
)
def test_generated_images(tmp_path: Path, shape: list[str]) -> None:
    archive = tmp_path / "image.tar"
    script = str(ROOT / "benchmarks" / "generate.py")
    subprocess.run([sys.executable, script, *shape, "--content-bytes=2000000", str(archive)], check=True)
    assert figures(archive).wasted_bytes > 0
    assert_the_same(archive)


@given(layer_stacks())
@settings(max_examples=80)
def test_any_stack(layers: Layers) -> None:
    assert_the_same(docker_archive(to_image(layers)))


# Names that sort before and after those of whiteouts, and all that dive makes of a prefix.
_PARTS = st.sampled_from([b"a", b"b", b"!", b"-", b".a", b"a-", b"\xff"])
_ODD = st.sampled_from(
    b".wh. .wh..wh..opq .wh..wh.a .wh... .wh.. .wh..wh..x/a .wh.a/b .wh.a/.wh..wh..opq ./a/ a//b b/../a".split()
)
_WHITEOUTS = _PARTS.map(lambda part: b".wh." + part)
_LASTS = st.one_of(_PARTS, _WHITEOUTS, _WHITEOUTS, _ODD)
_NAMES = st.builds(lambda above, last: b"/".join([*above, last]), st.lists(_PARTS, max_size=3), _LASTS)
_ENTRIES = st.lists(st.tuples(_NAMES, st.sampled_from(["file", "file", "directory", "hardlink"])), max_size=8)


def _layer(entries: list[tuple[bytes, str]], size: int) -> Layer:
    """Files of sizes whose sums tell which of them were counted; whiteouts are empty."""
    layer = Layer()
    for at, (name, kind) in enumerate(entries):
        if b".wh." in name:
            layer.file(name)
        elif kind == "file":
            layer.file(name, bytes(size + 2**at))
        elif kind == "directory":
            layer.directory(name)
        else:
            layer.hardlink(name, "a")
    return layer


@given(st.lists(_ENTRIES, max_size=5))
@settings(max_examples=150)
def test_any_names(layers: list[list[tuple[bytes, str]]]) -> None:
    made = [_layer(entries, 300 * number) for number, entries in enumerate(layers)]
    assert_the_same(docker_archive(Image(made)))
