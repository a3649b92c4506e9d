"""Other bytes, against `cmp` and `hexdump`; and whatever bytes there are, an answer."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.diff.contents.compare import compare_contents
from analyzer.diff.contents.model import LINE_LENGTH_LIMIT, LINES_LIMIT, Content
from tests.diff.contents.sides import compared, told
from tests.diff.contents.test_archives import NEW, OLD, tarred, zipped
from tests.images import zstd
from tests.layers.binaries import Section, elf
from tests.real.tools import require, run

BYTES = bytes(range(256)) * 3


def test_the_first_place_is_shown() -> None:
    new = BYTES[:300] + b"\0\0" + BYTES[302:] + b"more"
    assert told(BYTES, new) == (
        "binary",
        [
            "768 -> 772 bytes",
            "first difference at byte 300; of the 768 bytes that both have, 2 differ",
            "- 00000120  20 21 22 23 24 25 26 27  28 29 2a 2b 2c 2d 2e 2f  | !\"#$%&'()*+,-./|",
            "- 00000130  30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f  |0123456789:;<=>?|",
            "+ 00000120  20 21 22 23 24 25 26 27  28 29 2a 2b 00 00 2e 2f  | !\"#$%&'()*+.../|",
            "+ 00000130  30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f  |0123456789:;<=>?|",
        ],
    )


def test_what_only_goes_on_says_so() -> None:
    assert told(BYTES, BYTES + b"\xff")[1] == [
        "768 -> 769 bytes", "the first 768 bytes are the same", f"+ 00000300  {'ff':<48}  |.|",
    ]  # fmt: skip
    assert told(None, b"\xff") == ("binary", ["+ 1 byte"])
    assert told(b"\xff\xff", None) == ("binary", ["- 2 bytes"])


def test_more_than_is_at_hand_says_so() -> None:
    old, new = Content(1 << 40, b"\0\1"), Content(1 << 40, b"\0\1")
    assert compare_contents("path", old, new).lines == (
        "1,099,511,627,776 bytes",
        "only the first 67,108,864 bytes of each are compared",
    )


@given(st.binary(min_size=1, max_size=60), st.integers(0, 59), st.binary(max_size=3))
def test_counts_and_rows_are_those_of_cmp_and_hexdump(tmp_path_factory, data, place, more) -> None:
    require("cmp", "hexdump", "sh")
    data = b"\xff" + data  # no text
    place %= len(data)
    new = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :] + more
    folder = tmp_path_factory.mktemp("bytes")
    for name, each in (("old", data), ("new", new)):
        (folder / name).write_bytes(each)
    count = len(run("env", "-C", folder, "sh", "-c", "cmp -l old new 2>/dev/null; true").splitlines())
    lines = told(data, new)[1]
    assert lines[1] == f"first difference at byte {place:,}; of the {len(data):,} bytes that both have, {count} differ"
    rows = run("hexdump", "-C", "-s", place - place % 16, "-n", "32", folder / "old").decode().splitlines()[:-1]
    assert [line[2:] for line in lines if line.startswith("-")] == rows


LIBRARY = elf(Section(".text", b"code" * 10, loaded=True), Section(".dynstr", b"\0libc.so\0"), Section(".x", b"1" * 99))
SAMPLES = [
    zipped(OLD),
    tarred(OLD),
    gzip.compress(tarred(NEW)),
    zstd.compress(b"some text\n" * 9),
    LIBRARY,
    Path("/bin/true").resolve().read_bytes()[:20_000],
    b'{"a": [1, 2.5, {"b": null}], "c": "\\u00e9"}',
    b"text\r\nof lines\n",
]
KINDS = {"text", "json", "archive", "elf", "binary"}


def _holds(old: bytes, new: bytes) -> None:
    found = compared(old, new)
    assert found.kind in KINDS
    assert len(found.lines) <= LINES_LIMIT
    assert all(len(line) <= 2 * LINE_LENGTH_LIMIT + 40 and "\n" not in line for line in found.lines)
    assert found.lines or old == new
    "".join(found.lines).encode()  # no half of a surrogate pair


@given(st.binary(), st.binary())
@settings(max_examples=300)
def test_any_bytes_have_an_answer(old, new) -> None:
    _holds(old, new)


@given(st.sampled_from(SAMPLES), st.data())
@settings(max_examples=400)
def test_damaged_samples_have_an_answer(sample, data) -> None:
    damaged = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    _holds(sample, bytes(damaged))
    _holds(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]), bytes(damaged))


@pytest.mark.parametrize("sample", SAMPLES, ids=range(len(SAMPLES)))
def test_cut_samples_have_an_answer(sample) -> None:
    for end in range(0, len(sample), max(len(sample) // 200, 1)):
        _holds(sample, sample[:end])


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_any_bytes_behind_a_magic_have_an_answer(rest) -> None:
    for magic in (b"PK\3\4", b"PK\5\6", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x7fELF\2\1\1" + bytes(9), b"{", b"["):
        _holds(magic + rest, magic + rest[::-1])
        _holds(magic + rest + b"PK\5\6" + rest.ljust(18, b"\0")[:18], magic)


def test_names_that_are_no_utf_8_or_have_line_feeds() -> None:
    """Names in archives are a stranger's text, too."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("new\nline", b"")
    assert compared(zipped({}), made.getvalue()).lines == ("+ new\\nline  0 bytes",)
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", errors="surrogateescape") as archive:
        archive.addfile(tarfile.TarInfo("a\udcff\n"))
    assert compared(tarred({"a": b""}), made.getvalue()).lines[1:] == ("+ a\\xff\\n  0 bytes",)
