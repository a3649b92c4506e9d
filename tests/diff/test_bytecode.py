"""Compiled Python files that differ in their headers only, made by Python's own compiler."""

import importlib.util
import os
import py_compile
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

import pytest

import imgscan
from tests.diff.pairs import changes, difference, opened
from tests.images import Image, Layer, gzip, plain, zstd

TIMESTAMP, HASH = PycInvalidationMode.TIMESTAMP, PycInvalidationMode.CHECKED_HASH


def compiled(folder: Path, source: str, mtime: int = 0, mode: PycInvalidationMode = TIMESTAMP) -> bytes:
    path = folder / "module.py"
    path.write_text(source)
    os.utime(path, (mtime, mtime))
    made = py_compile.compile(str(path), str(folder / "made"), dfile="module.py", doraise=True, invalidation_mode=mode)
    assert made is not None
    return Path(made).read_bytes()


@pytest.fixture
def files(tmp_path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Old and new, by name."""
    old = compiled(tmp_path, "a = 1\n")
    pairs = {
        "time.pyc": (old, compiled(tmp_path, "a = 1\n", 99)),
        "size.pyc": (old, compiled(tmp_path, "a = 1\n\n\n", 99)),
        "hash.pyc": (compiled(tmp_path, "a = 1\n", mode=HASH), compiled(tmp_path, "a = 1\n#", mode=HASH)),
        "code.pyc": (old, compiled(tmp_path, "a = 2\n", 99)),
        "flags.pyc": (old, compiled(tmp_path, "a = 1\n", mode=HASH)),
        "compiler.pyc": (old, b"\xcb" + old[1:]),
        "longer.pyc": (old, compiled(tmp_path, "a = 1\nb = 2\n", 99)),
        "time.py": (old, compiled(tmp_path, "a = 1\n", 99)),
        "none.pyc": (b"0" * 16 + b"x", b"0" * 15 + b"1x"),
        "short.pyc": (old[:12], old[:11] + b"x"),
    }
    return {name: each[0] for name, each in pairs.items()}, {name: each[1] for name, each in pairs.items()}


LEFT_OUT = {"time.pyc", "size.pyc", "hash.pyc"}


@pytest.mark.parametrize("compression", [plain, gzip, zstd], ids=["plain", "gzip", "zstd"])
def test_only_what_differs_in_its_header_alone_is_left_out(files, compression) -> None:
    images = [opened(Image([Layer().files(each)], compression=compression), compression) for each in files]
    whole, less = imgscan.diff(*images), imgscan.diff(*images, bytecode=True)
    assert set(changes(whole)) - set(changes(less)) == LEFT_OUT
    assert less.files.schema.equals(whole.files.schema)
    assert less.growth().bytes == whole.growth().bytes == sum(less.files["bytes"].to_pylist())
    assert less.report().notes == ["3 compiled Python files that differ in their headers only are left out"]
    assert {each.path for each in less.contents("**")} == set(changes(less))


def test_python_takes_what_is_left_out_for_the_same_code(files) -> None:
    """The interpreter's own loader, which checks nothing but the code behind the header."""
    import marshal

    old, new = files
    assert old["time.pyc"][:4] == importlib.util.MAGIC_NUMBER
    assert sys.implementation.name == "cpython"
    same = {name for name in LEFT_OUT | {"code.pyc"} if marshal.loads(old[name][16:]) == marshal.loads(new[name][16:])}
    assert same == LEFT_OUT


def test_what_else_differs_stays(files) -> None:
    old, new = (each["time.pyc"] for each in files)
    pair = [Layer().file("a.pyc", old)], [Layer().file("a.pyc", new, mode=0o600, mtime=5)]
    assert changes(difference(*pair, bytecode=True)) == {"a.pyc": ("metadata", ["mode"], 0)}
    assert changes(difference(*pair, bytecode=True, times=True)) == {"a.pyc": ("metadata", ["mode", "mtime"], 0)}


def test_bytes_of_a_linked_file_that_go_to_another_name_stay(files) -> None:
    old, new = (each["time.pyc"] for each in files)
    linked = Layer().file("a.pyc", old).hardlink("b.pyc", "a.pyc")
    copied = Layer().file("a.pyc", new).file("b.pyc", new)
    diff = difference([linked], [copied], bytecode=True)
    assert changes(diff) == {"b.pyc": ("metadata", [], len(new))}
    assert diff.growth().bytes == len(new)


def test_a_base_is_compared_in_the_same_way(files) -> None:
    base, new = ([Layer().files(each)] for each in files)
    diff = difference(base, new, bytecode=True, base=opened(Image(base)))
    assert {each.origin for each in diff.report().files.changes} == {"new"}
    assert not LEFT_OUT & {each.path for each in diff.report().files.changes}
