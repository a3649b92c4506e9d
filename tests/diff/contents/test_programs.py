"""Programs against readelf and strings, which read them in their own way."""

import re
from pathlib import Path

import pytest

from analyzer.diff.contents.elf import _build_id, _needed, _program, _symbols
from tests.diff.contents.sides import content, told
from tests.layers.binaries import Section, elf
from tests.real.tools import require, run

SOURCE = """
.globl {name}
.text
{name}: ret
{code}
.data
.asciz "{text}"
"""


@pytest.fixture(scope="module")
def libraries(tmp_path_factory) -> list[Path]:
    """Two versions of a library that `as` and `ld` made: other code, text, symbols, ID and needed libraries."""
    require("as", "ld", "readelf", "strings")
    folder = tmp_path_factory.mktemp("libraries")
    needed = {name: _library(folder, name, SOURCE.format(name=name, code="", text=name)) for name in ("one", "two")}
    made = []
    for version, uses, code in (("1.0", ["one"], ""), ("1.1", ["one", "two"], "extra: nop; ret")):
        source = SOURCE.format(name="start", code=code, text=f"version {version} of it")
        made.append(_library(folder, f"app-{version}", source, *(needed[each] for each in uses)))
    return made


def _library(folder: Path, name: str, source: str, *uses: Path) -> Path:
    made, parts = folder / f"lib{name}.so", folder / f"{name}.o"
    run("as", "-o", parts, "-", stdin=source.encode())
    links = [word for each in uses for word in ("-L", folder, f"-l:{each.name}")]
    run("ld", "-shared", "--build-id=sha1", "--no-as-needed", "-soname", made.name, "-o", made, parts, *links)
    return made


def test_sections_libraries_symbols_and_build_ids_are_those_of_readelf(libraries) -> None:
    for path in (*libraries, Path("/bin/sh").resolve(), Path("/bin/tar").resolve()):
        program = _program(content(path.read_bytes()))
        assert program is not None
        sizes = {name: [int(each.about.split()[0].replace(",", "")) for each in entries]
                 for name, entries in program.sections.items()}  # fmt: skip
        listed = run("readelf", "--wide", "-S", path).decode()
        expected: dict[str, list[int]] = {}
        row = re.compile(r"\[ *\d+\] (\S*) +[A-Z_]+ +[0-9a-f]{16} ([0-9a-f]+) ([0-9a-f]+)|\[ 0\]")
        for name, at, size in row.findall(listed):
            expected.setdefault(f"section {name}", []).append((int(at or "0", 16), int(size or "0", 16)))
        assert sizes == {name: [size for _, size in sorted(each)] for name, each in expected.items()}
        assert _needed(program) == re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "--wide", "-d", path).decode())
        assert _build_id(program) == "".join(re.findall(r"Build ID: (\w+)", run("readelf", "-n", path).decode()))
        counts = re.findall(r"'(\S+)' contains (\d+) entr", run("readelf", "--wide", "-s", path).decode())
        assert {name: _symbols(program, f"section {name}") for name, _ in counts} == {
            name: int(count) for name, count in counts
        }


def test_what_differs_is_told(libraries) -> None:
    old, new = (path.read_bytes() for path in libraries)
    kind, lines = told(old, new)
    assert kind == "elf"
    before, after = (run("readelf", "-n", path).decode() for path in libraries)
    ids = [re.findall(r"Build ID: (\w+)", each)[0] for each in (before, after)]
    assert lines[:3] == [f"{len(old):,} -> {len(new):,} bytes", "build ID {} -> {}".format(*ids), "+ needs libtwo.so"]
    assert any(re.fullmatch(r"symbols in \.symtab: \d+ -> \d+", line) for line in lines)
    assert "~ section .text  1 byte -> 3 bytes" in lines
    assert "~ section .data  18 bytes, other content" in lines


def test_texts_that_come_and_go_are_those_of_strings(libraries) -> None:
    found = [set(run("strings", "-a", "-n", "6", path).decode().splitlines()) for path in libraries]
    gone, come = sorted(found[0] - found[1]), sorted(found[1] - found[0])
    _, lines = told(*(path.read_bytes() for path in libraries))
    place = lines.index(f"strings: {len(gone)} go, {len(come)} come")
    assert lines[place + 1 :] == [f"- {each}" for each in gone] + [f"+ {each}" for each in come]
    assert "version 1.0 of it" in gone


def test_many_texts_are_counted_only() -> None:
    many = b"\0".join(b"text number %d" % number for number in range(100))
    old, new = elf(Section(".rodata", b"")), elf(Section(".rodata", many))
    assert told(old, new)[1][-1] == "strings: 0 go, 100 come"


def test_a_program_without_sections_is_told_apart_too() -> None:
    bare = elf(Section(".text", b"1"))[:64]
    assert told(bare, bare + b"0")[0] == "elf"


def test_sections_over_one_another_are_not_looked_at() -> None:
    """A file may claim four thousand sections that all are the whole of it."""
    data = bytearray(elf(Section(".a", b"x" * 8), Section(".b", b"y" * 8)))
    table = int.from_bytes(data[40:48], "little")
    data[table + 128 + 24 : table + 128 + 40] = data[table + 64 + 24 : table + 64 + 40]  # .b is where .a is
    program = _program(content(bytes(data)))
    assert program is not None
    assert [bytes(program.sections[f"section {name}"][0].fingerprint) for name in (".a", ".b")] == [b"x" * 8, b""]


def test_objects_for_linkers_are_compared_as_bytes() -> None:
    objects = [bytearray(elf(Section(".text", each))) for each in (b"1", b"2")]
    for each in objects:
        each[16] = 1  # ET_REL
    assert told(*map(bytes, objects))[0] == "binary"
