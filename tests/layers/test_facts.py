"""What is learned of contents while they pass, against binutils and openssl."""

import shutil
import struct
import subprocess
from pathlib import Path

import isal.igzip_lib
import numpy.linalg._umath_linalg
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.layers import program
from analyzer.layers.facts import private_key
from analyzer.layers.probe import KEPT_BYTES, Probe, answer
from tests.images import Layer
from tests.layers.reading import scan

# Real libraries as wheels carry them: with and without symbols, below and above the size of a chunk.
LIBRARIES = [
    Path(isal.igzip_lib.__file__),
    Path(numpy.linalg._umath_linalg.__file__),
    *sorted(Path(pa.__file__).parent.glob("libarrow_substrait.so*"))[:1],
]


def debug_bytes(content: bytes) -> int:
    return dict(answer(program.told(len(content)), memoryview(content))).get("debug bytes", 0)


def layer_of(*files: tuple[str, bytes]) -> bytes:
    layer = Layer()
    for path, content in files:
        layer.file(path, content)
    return layer.tar()


def facts(*files: tuple[str, bytes]) -> list[tuple[str, str, int]]:
    """(path, fact, bytes) of everything found."""
    found = scan(layer_of(*files))
    paths = found.changes["path"].to_pylist()
    return [(paths[each["row"]], each["fact"], each["bytes"]) for each in found.learned.facts.to_pylist()]


@pytest.fixture
def strip() -> str:
    found = shutil.which("strip")
    if found is None:
        pytest.skip("binutils is not installed")
    return found


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda path: path.name)
def test_strip_saves_what_is_found(library, strip, tmp_path) -> None:
    stripped = tmp_path / "stripped"
    subprocess.run([strip, "-o", stripped, library], check=True)
    saved = library.stat().st_size - stripped.stat().st_size
    found = debug_bytes(library.read_bytes())
    # strip also drops section headers and the gaps that alignment left: a little more than the sections.
    assert found <= saved <= found + 4096
    assert debug_bytes(stripped.read_bytes()) == 0


def test_files_within_and_beyond_a_chunk_are_looked_at() -> None:
    small, *_, large = sorted((path.read_bytes() for path in LIBRARIES), key=len)
    assert len(large) > 1 << 20
    wanted = [debug_bytes(content) for content in (large, small, large)]
    found = facts(("a.so", large), ("empty", b""), ("b.so", small), ("c.so", large))
    assert found == [(f"{name}.so", "debug bytes", found) for name, found in zip("abc", wanted, strict=True) if found]


def test_damaged_elf_files_say_nothing() -> None:
    content = bytearray(LIBRARIES[0].read_bytes())
    cut = [bytes(content[:size]) for size in (1, 4, 63, 64, 1000, len(content) - 1)]
    content[40:48] = b"\xff" * 8
    assert facts(*((f"cut{size}", each) for size, each in enumerate([*cut, bytes(content)]))) == []


def small_elf(section_bytes: int, entry_bytes: int = 64, sections: int = 3, offset: int = 0) -> bytes:
    """A library with a table of sections, all but the first called .debug_x, that claim what they are told to."""
    header = b"\x7fELF\2\1\1".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", 3, 62, 1, 0, 0, 64, 0, 64, 0, 0, entry_bytes, sections, 0
    )
    names_at = 64 + entry_bytes * sections
    first = struct.pack("<IIQQQQ", 9, 3, 0, 0, names_at, 10)
    other = struct.pack("<IIQQQQ", 0, 1, 0, 0, offset, section_bytes)
    table = first[:entry_bytes].ljust(entry_bytes, b"\0") + other[:entry_bytes].ljust(entry_bytes, b"\0") * (
        sections - 1
    )
    return header + table + b".debug_x\0\0"


@pytest.mark.parametrize("padding", [0, 3 << 20])
@pytest.mark.parametrize(
    "content",
    [
        small_elf(10, entry_bytes=39),
        small_elf(2**64 - 1, sections=2),
        small_elf(2**63 - 1, sections=99),
        small_elf(2**62, sections=2),
        small_elf(100, sections=2, offset=2**64 - 1),
        small_elf(8, sections=3),
    ],
    ids=["short headers", "64 bits", "sum", "beyond the file", "offset", "overlapping"],
)
def test_what_an_elf_file_claims_is_not_believed(content, padding) -> None:
    assert facts(("a.so", content + bytes(padding))) == []


def test_a_small_elf_file_is_read() -> None:
    assert facts(("a.so", small_elf(8, sections=2))) == [("a.so", "debug bytes", 8)]


@given(st.binary(max_size=400), st.sampled_from([0, 1000]), st.data())
def test_pieces_tell_what_the_whole_tells(content, whole_bytes, data) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, 400), max_size=4)))
    ranges = [(start, data.draw(st.integers(0, 50))) for start in cuts]

    def question():
        total = 0
        for start, size in ranges:
            total += sum((yield start, size))
        return total

    if not ranges:
        return
    probe = Probe(question(), len(content), whole_bytes)
    at = 0
    while at < len(content):
        size = data.draw(st.integers(1, 100))
        probe.feed(memoryview(content)[at : at + size])
        at += size
    if content:
        assert probe.found == answer(question(), memoryview(content))


def test_what_has_long_passed_is_unknown() -> None:
    def question():
        yield KEPT_BYTES * 4, 1
        return (yield 0, 1)

    for whole_bytes, found in ((0, b""), (KEPT_BYTES * 5, b"\0")):
        probe = Probe(question(), KEPT_BYTES * 5, whole_bytes)
        for _ in range(5):
            probe.feed(memoryview(bytes(KEPT_BYTES)))
        assert probe.found == found


@pytest.mark.parametrize(
    "options", [["-algorithm", "ed25519"], ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]]
)
def test_private_keys_are_known_by_content(options, tmp_path) -> None:
    openssl = shutil.which("openssl")
    assert openssl
    key = subprocess.run([openssl, "genpkey", *options], check=True, capture_output=True).stdout
    public = subprocess.run([openssl, "pkey", "-pubout"], input=key, check=True, capture_output=True).stdout
    old_form = b"-----BEGIN EC PRIVATE KEY-----\n"
    found = facts(("key", key), ("public", public), ("old", old_form * 3), ("text", b"-----BEGIN\n"))
    assert [path for path, fact, _ in found if fact == "private key"] == ["key", "old"]
    assert answer(private_key(len(public)), memoryview(public)) == ()
