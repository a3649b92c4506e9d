"""Records before entries: builders that write times in nanoseconds have one before each, so they are read quickly."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import StreamReadError
from analyzer.layers.walk import TarWalk
from analyzer.streams.base import BytesStream
from analyzer.tar.headers import BLOCK, checksum_matches
from analyzer.tar.members import read_members
from analyzer.tar.records import parse_pax
from tests.images import Layer, pax_record
from tests.layers.reading import engine_rows, standard_rows

LONG = "d/" * 100 + "f"
TIME = Decimal("1600000000.123456789")


def test_entries_behind_records_are_walked_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """But for those whose content a record tells of, and those on the border between two chunks."""
    times = {"mtime": TIME, "pax": {"atime": b"1.5", "ctime": b"1.5"}}
    layer = Layer().file("a", b"1", **times).file(LONG, b"2", **times).symlink("b", "t" * 200, **times)
    layer.file("c", b"3", xattrs={"user.a": b"1"}, uid=2**30).file("d", b"4", pax={"comment": b"5"}).file("e", b"6")
    layer.directory(LONG, dialect="gnu").file(LONG, b"7", dialect="gnu")
    monkeypatch.delattr(TarWalk, "_begin_entry")
    assert engine_rows(layer.tar()) == standard_rows(layer.tar())


@given(st.binary(min_size=512, max_size=512) | st.sampled_from([b"\xff" * 512, b"\x7f" * 512, bytes(512)]))
def test_a_checksum_is_the_sum_of_all_bytes_but_its_own(block: bytes) -> None:
    total = sum(block[:148]) + sum(block[156:]) + 8 * ord(" ")
    for stated in (total - 65_521, total - 1, total, total + 1, total + 65_521):
        if stated >= 0:
            header = block[:148] + b"%06o\0 " % stated + block[156:]
            signed = total - 256 * sum(byte >= 0x80 for byte in header)
            assert checksum_matches(header) is (stated in (total, signed))


@given(st.from_regex(rb"\A-?[0-9]{0,16}(\.[0-9]{0,11})?\Z"))
def test_a_time_is_rounded_down_to_nanoseconds(text: bytes) -> None:
    if any(digit in text for digit in b"0123456789"):
        expected = floor(Fraction(Decimal(text.decode())) * 10**9)
        assert parse_pax(pax_record("mtime", text)).mtime == expected


@pytest.mark.parametrize("at", [0, 1024, 2048])
def test_a_record_behind_a_record_is_checked_as_any_header(at: int) -> None:
    """A long name of GNU, a record of pax, and their file: each has a header and a block of content."""
    tar = bytearray(Layer("gnu").file("d" * 150, b"1", pax={"comment": b"2", "uid": b"3"}).tar())
    tar[at + 110] ^= 1
    with pytest.raises(StreamReadError, match="no valid tar header"):
        engine_rows(bytes(tar))


@pytest.mark.parametrize("dialect", ["pax", "gnu"])
def test_a_tar_that_ends_behind_a_record_lacks_an_entry(dialect: str) -> None:
    """Python's tarfile refuses it likewise. Where the end mark follows, nothing is missing: a stray record is harmless."""
    whole = Layer(dialect).file("d" * 150, b"1").tar()
    cut = whole[: 2 * BLOCK]
    with pytest.raises(StreamReadError, match="behind a record"):
        engine_rows(cut)
    with pytest.raises(StreamReadError, match="behind a record"):
        list(read_members(BytesStream(cut)))
    assert engine_rows(cut + bytes(2 * BLOCK)) == []
    assert list(read_members(BytesStream(cut + bytes(2 * BLOCK)))) == []
