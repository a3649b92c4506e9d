"""Layers are read in chunks: whatever lies on the border between two, nothing changes."""

import random

import pytest

from analyzer.layers.limits import Limits
from analyzer.layers.scan import CHUNK_BYTES, scan_blob
from analyzer.streams.base import BytesStream
from tests.images import END_BLOCKS, Layer, gzip, zstd
from tests.layers.reading import engine_rows, scan, standard_rows

BLOCK = 512


def filler(size):
    """Return an entry that takes exactly `size` bytes of the tar."""
    return Layer().file("filler", b"\xaa" * (size - BLOCK)).ending(b"").tar()


def odd_entries():
    return {
        "file": Layer().file("f", b"content" * 300),
        "one byte": Layer().file("f", b"x"),
        "empty": Layer().file("f", b""),
        "records": Layer().file("n" * 300, b"content", uid=2**30, xattrs={"user.a": bytes(range(256)) * 4}),
        "long names": Layer("gnu").symlink("n" * 600, "l" * 600),
        "old sparse": Layer().sparse("s", [(at * 5000, b"%d" % at * 300) for at in range(30)], 200_000, "gnu"),
        "sparse 0.1": Layer().sparse("s", [(5000, b"abc" * 300)], 200_000, "0.1"),
        "sparse 1.0": Layer().sparse("s", [(at * 5000, b"%d" % at * 300) for at in range(90)], 500_000, "1.0"),
        "global": Layer().pax_global({"uid": b"7"}).file("f", b"1"),
        "unknown": Layer().entry("v", b"V", b"label" * 400).file("f", b"1"),
    }


@pytest.mark.parametrize("kind", odd_entries())
def test_an_entry_may_lie_on_the_border_in_any_way(kind):
    entry = odd_entries()[kind].ending(b"").tar()
    after = Layer().file("after", b"!").tar()
    alone = [row for row in engine_rows(entry + after) if row["path"] != "after"]
    for before in range(-len(entry) - BLOCK, 2 * BLOCK, BLOCK):
        tar = filler(CHUNK_BYTES + before) + entry + after
        rows = engine_rows(tar)
        assert [row["path"] for row in rows] == ["filler", *(row["path"] for row in alone), "after"]
        assert rows[1:-1] == alone
        assert scan(tar).tar_bytes == len(tar)


@pytest.mark.parametrize("around", [1, 2])
@pytest.mark.parametrize("difference", [-1025, -1024, -513, -512, -511, -1, 0, 1, 511, 512, 513, 1024, 1025])
def test_content_that_ends_around_the_border_is_hashed_in_full(around, difference):
    size = around * CHUNK_BYTES - BLOCK + difference
    content = random.Random(size).randbytes(size)
    tar = Layer().file("f", content).file("g", b"after").tar()
    assert engine_rows(tar) == standard_rows(tar)


@pytest.mark.parametrize("compression", [gzip, zstd], ids=lambda each: each.name)
def test_files_larger_than_a_chunk_come_out_of_compressed_layers_too(compression):
    rng = random.Random(1)
    layer = Layer().file("a", rng.randbytes(3 * CHUNK_BYTES + 7)).file("b", bytes(5 * CHUNK_BYTES)).file("c", b"1")
    assert engine_rows(compression(layer.tar())) == standard_rows(layer.tar())


class Trickle:
    """A stream that gives a few bytes at a time, as pipes do."""

    def __init__(self, content, sizes):
        self.position = 0
        self._inner = BytesStream(content)
        self._sizes = sizes

    def readinto(self, buffer):
        count = self._inner.readinto(buffer[: self._sizes(len(buffer))])
        self.position += count
        return count

    def skip(self, size):
        self._inner.skip(size)


@pytest.mark.parametrize("compression", [bytes, gzip, zstd], ids=["plain", "gzip", "zstd"])
@pytest.mark.parametrize("most", [1, 7, 511, 513, 5000])
def test_how_the_bytes_arrive_changes_nothing(compression, most):
    rng = random.Random(most)
    layer = Layer()
    for entry in odd_entries().values():
        layer.raw(entry.ending(b"").tar())
    stored = compression(layer.tar())
    trickled = scan_blob(Trickle(stored, lambda size: min(size, rng.randint(1, most))), Limits(), lambda _: None)
    whole = scan(stored)
    assert trickled.changes.drop_columns(["pull_bytes"]) == whole.changes.drop_columns(["pull_bytes"])
    assert (trickled.digest, trickled.diff_id, trickled.blob_bytes) == (whole.digest, whole.diff_id, whole.blob_bytes)


@pytest.mark.parametrize("before", range(CHUNK_BYTES - 3 * BLOCK, CHUNK_BYTES + 3 * BLOCK, BLOCK))
@pytest.mark.parametrize(
    "ending", [END_BLOCKS, b"", bytes(BLOCK), bytes(10240), END_BLOCKS + b"junk" * 999, b"\0" * 700]
)
def test_the_end_of_the_archive_may_lie_on_the_border_in_any_form(before, ending):
    tar = filler(before) + ending
    read = scan(tar)
    assert read.changes["path"].to_pylist() == ["filler"]
    assert read.tar_bytes == len(tar)
