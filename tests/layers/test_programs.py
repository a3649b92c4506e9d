"""What programs tell of the packages linked into them, in every order that linkers put things in."""

import json
import os
import random
import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.layers import program
from analyzer.layers.probe import KEPT_BYTES, Findings, Probe, answer
from tests.images import Layer
from tests.layers.binaries import Section, crates, elf, go_before_1_18, go_info
from tests.layers.reading import scan
from tests.real.tools import require

MODULES = "path\texample.com/app\nmod\texample.com/app\tv1.2.3\th1:abc=\ndep\texample.com/lib\tv0.1.0\th1:def=\n"
GO_INFO = go_info("go1.22.1", MODULES)
GO_PAYLOAD = b"go1.22.1\n" + MODULES.encode()
ROOT = {"name": "app", "version": "1.0.0", "source": "local", "root": True}
CRATES = crates(ROOT)
# More than is remembered of what has passed; nothing in it looks like anything.
FAR = random.Random(1).randbytes(KEPT_BYTES * 6)
CODE, DATA = Section(".text", FAR, loaded=True), Section(".data", FAR, loaded=True, writable=True)
GO = Section(".go.buildinfo", GO_INFO, loaded=True, writable=True)
DEP, COMMENT, DEBUG = Section(".dep-v0", CRATES), Section(".comment", b"rustc"), Section(".debug_info", FAR)
SYMBOLS = Section(".symbols", bytes(KEPT_BYTES // 2))


def told(content: bytes) -> Findings:
    return answer(program.told(len(content)), memoryview(content))


def told_in_pieces(content: bytes, size: int) -> Findings | None:
    probe = Probe(program.told(len(content)), len(content))
    for at in range(0, len(content), size):
        probe.feed(memoryview(content)[at : at + size])
    return probe.found


def test_a_layer_has_payloads_by_kind_and_row() -> None:
    layer = Layer().file("readme", b"text").file("app", elf(CODE, GO)).file("tool", elf(DEP)).tar()
    learned = scan(layer).learned
    assert learned.payloads == {"go": {1: GO_PAYLOAD}, "cargo": {2: zlib.decompress(CRATES)}}
    assert learned.contents == {}


@pytest.mark.parametrize("size", [1 << 20, 100_000, 70_001])
@pytest.mark.parametrize(
    "content",
    [
        elf(GO),
        elf(CODE, GO, table_first=True),
        elf(CODE, GO, table_first=True, names_last=False),
        elf(CODE, GO, DATA),
        elf(CODE, DATA, GO, DEBUG, note=True),
        elf(CODE, Section(".data", FAR + GO_INFO, loaded=True, writable=True), DEBUG, note=True),
    ],
    ids=["small", "as Go links", "with names before", "stripped", "as gcc links", "without its section"],
)
def test_go_is_found_wherever_linkers_put_it(content, size) -> None:
    assert dict(told(content))["go"] == GO_PAYLOAD
    assert dict(told_in_pieces(content, size))["go"] == GO_PAYLOAD


@pytest.mark.parametrize("pointer", ["Q", "I"])
@pytest.mark.parametrize("size", [1 << 20, 100_000, 70_001])
def test_go_before_1_18_points_back_to_what_has_passed(size, pointer) -> None:
    content = go_before_1_18("go1.17.2", MODULES, FAR, pointer)
    assert dict(told_in_pieces(content, size))["go"] == b"go1.17.2\n" + MODULES.encode()


@pytest.mark.parametrize("version", ["go1.17.2", "go1.13", "devel go1.18-2c1e5b05fe Tue Nov 2 00:00:00 2021 +0000"])
def test_pointers_are_followed_as_go_version_does(version, tmp_path) -> None:
    content = go_before_1_18(version, MODULES, FAR)
    (tmp_path / "app").write_bytes(content)
    (tmp_path / "app").chmod(0o755)
    assert dict(told(content))["go"].decode().splitlines() == printed_by_go(tmp_path / "app")


@given(st.data())
def test_pointers_that_lead_astray_raise_nothing_and_tell_the_same_in_pieces(data) -> None:
    content = bytearray(go_before_1_18("go1.17.2", MODULES, FAR[: KEPT_BYTES // 2]))
    near = content.index(b"\xff Go buildinf:")
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, 200) | st.integers(near, near + 63))
        content[place] = data.draw(st.integers(0, 255))
    damaged = bytes(content[: data.draw(st.integers(near, len(content)))])
    assert told_in_pieces(damaged, data.draw(st.integers(50_000, 500_000))) == told(damaged)


@pytest.mark.parametrize("size", [1 << 20, 100_000, 70_001])
@pytest.mark.parametrize(
    "content",
    [elf(DEP), elf(CODE, COMMENT, DEP), elf(CODE, COMMENT, DEP, DEBUG), elf(CODE, COMMENT, DEBUG, DEP, SYMBOLS)],
    ids=["small", "stripped", "as ld links", "as lld links"],
)
def test_crates_are_found_wherever_linkers_put_them(content, size) -> None:
    wanted = json.dumps({"packages": [ROOT]}).encode()
    assert dict(told(content))["cargo"] == wanted
    assert dict(told_in_pieces(content, size))["cargo"] == wanted


def test_one_passage_answers_all_questions() -> None:
    debug = Section(".debug_line", b"12345")
    assert told(elf(CODE, GO, DEP, debug)) == (
        ("debug bytes", 5),
        ("go", GO_PAYLOAD),
        ("cargo", zlib.decompress(CRATES)),
    )


@pytest.mark.parametrize(
    "info",
    [
        GO_INFO[:15] + b"\0" + GO_INFO[16:],
        GO_INFO[:40],
        GO_INFO.replace(b"go1.22.1", b"no1.22.1"),
        GO_INFO[:32] + b"\xff" * 20,
        go_info("go1.22.1", "x" * (1 << 20)),
    ],
    ids=["pointers astray", "cut", "no version", "length", "too long"],
)
def test_what_is_no_build_information_tells_no_modules(info) -> None:
    payload = dict(told(elf(Section(".go.buildinfo", info, loaded=True, writable=True)))).get("go")
    assert payload in (None, b"go1.22.1\n")


def test_a_bomb_of_crates_is_not_unfolded() -> None:
    assert told(elf(Section(".dep-v0", zlib.compress(bytes(100 << 20))))) == ()
    assert told(elf(Section(".dep-v0", CRATES[:-3]))) == ()
    assert told(elf(Section(".dep-v0", b"not zlib"))) == ()


@given(st.data())
def test_damaged_programs_raise_nothing_and_tell_the_same_in_pieces(data) -> None:
    content = bytearray(elf(GO, DEP, Section(".debug_info", b"12345"), note=data.draw(st.booleans())))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(content[: data.draw(st.integers(1, len(content)))])
    assert told_in_pieces(damaged, data.draw(st.integers(1, 500))) == told(damaged)


@pytest.mark.parametrize("options", [[], ["-ldflags=-s -w -buildid=", "-trimpath"]], ids=["plain", "stripped"])
def test_it_is_what_go_version_prints(options, tmp_path) -> None:
    made = built(tmp_path, *options)
    first, *wanted = printed_by_go(made)
    payload = dict(told_in_pieces(made.read_bytes(), 1 << 20))["go"]
    version, *lines = (line.strip("\t") for line in payload.decode().splitlines() if line.strip())
    assert first == version
    assert lines == wanted
    assert ["dep", "example.com/greet", "v1.0.0"] in [line.split("\t") for line in lines]


def printed_by_go(program: Path) -> list[str]:
    """What `go version -m` says of a program."""
    require("go")
    printed = subprocess.run(["go", "version", "-m", program], check=True, capture_output=True, text=True).stdout
    lines = [line.strip("\t") for line in printed.splitlines() if line.strip()]
    return [lines[0].removeprefix(f"{program}: "), *lines[1:]]


def built(folder: Path, *options: str) -> Path:
    """A program of two modules, if Go is installed; its compiler needs no network for them."""
    require("go")
    _write_modules(folder)
    own = {"GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
    environment = os.environ | own | {"GOCACHE": str(folder / "cache"), "GOPATH": str(folder / "path")}
    build = ["go", "build", *options, "-o", folder / "app", "."]
    subprocess.run(build, cwd=folder / "main", env=environment, check=True, capture_output=True)
    return folder / "app"


def _write_modules(folder: Path) -> None:
    """A program and a library that stands in for a module, so that nothing is downloaded."""
    files = {
        "greet/go.mod": "module example.com/greet\ngo 1.18\n",
        "greet/greet.go": "package greet\nfunc Hello() string { return `hello` }\n",
        "main/go.mod": "module example.com/main\ngo 1.18\nrequire example.com/greet v1.0.0\n"
        "replace example.com/greet v1.0.0 => ../greet\n",
        "main/main.go": "package main\nimport `example.com/greet`\nfunc main() { println(greet.Hello()) }\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
