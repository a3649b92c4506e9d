"""An entry's share of the compressed blob: never negative, never more than there is, and about right."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.images import Layer, gzip, gzip_members, plain, zstd, zstd_frames
from tests.layers.reading import scan

COMPRESSIONS = [gzip, gzip_members(7), zstd, zstd_frames(7), zstd_frames(3, skippable=b"toc" * 5000)]
IDS = ["gzip", "gzip members", "zstd", "zstd frames", "skippable frames"]


def shares(layer, compression):
    stored = compression(layer.tar())
    read = scan(stored)
    assert read.blob_bytes == len(stored)
    return read.changes["pull_bytes"].to_pylist(), read.blob_bytes


@pytest.mark.parametrize("compression", COMPRESSIONS, ids=IDS)
@given(sizes=st.lists(st.integers(0, 40_000), max_size=12), seed=st.integers(0, 9))
def test_shares_are_never_negative_and_their_sum_with_the_overhead_is_the_blob(compression, sizes, seed):
    rng = random.Random(seed)
    layer = Layer()
    for number, size in enumerate(sizes):
        layer.file(f"{number}", rng.choice([rng.randbytes(size), bytes(size)]))
    found, blob_bytes = shares(layer, compression)
    overhead = blob_bytes - sum(found)
    assert all(share >= 0 for share in found)
    assert -1e-6 <= overhead <= blob_bytes


@pytest.mark.parametrize("compression", COMPRESSIONS, ids=IDS)
def test_what_does_not_compress_takes_nearly_all_of_the_blob(compression):
    rng = random.Random(5)
    layer = Layer().file("zeros", bytes(3_000_000)).file("noise", rng.randbytes(300_000)).file("more", bytes(3_000_000))
    (zeros, noise, more), blob_bytes = shares(layer, compression)
    assert noise == pytest.approx(300_000, rel=0.1)
    assert zeros + more < 0.1 * blob_bytes


def test_entries_alike_have_shares_alike():
    rng = random.Random(6)
    layer = Layer()
    for number in range(50):
        layer.file(f"{number}", rng.randbytes(50_000))
    found, _ = shares(layer, gzip)
    assert found == pytest.approx([50_500] * 50, rel=0.1)


def test_plain_layers_have_no_shares():
    assert shares(Layer().file("a", b"1").file("b", b"2"), plain)[0] == [None, None]


def test_a_share_covers_the_records_before_its_header():
    noise = random.Random(7).randbytes(30_000)
    layer = Layer().file("a", b"1").file("b", b"2", xattrs={"user.noise": noise}).file("c", b"3")
    (first, second, third), _ = shares(layer, gzip)
    assert second > 25_000
    assert first < 5_000
    assert third < 5_000


def test_a_record_that_says_nothing_belongs_to_the_entry_behind_it_alone():
    noise = random.Random(8).randbytes(30_000)
    layer = Layer().file("a", b"1", pax={"atime": b"1.5"}).file("b", noise).file("c", b"3", xattrs={"user.a": b"1"})
    (first, second, third), _ = shares(layer, gzip)
    assert second > 25_000
    assert 0 < first < 5_000
    assert 0 < third < 5_000
