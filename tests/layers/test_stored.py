"""Contents read again: sparse files come out whole, as the standard library reads them."""

import io
import tarfile
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import ImageReadError
from analyzer.layers.stored import ContentReader, StoredFile, content_stream
from analyzer.streams.base import BytesStream
from tests.images import Compression, Layer, gzip, plain, zstd
from tests.layers.reading import scan
from tests.layers.test_sparse import FORMS, MANY, expanded

SEGMENTS = st.lists(st.tuples(st.integers(0, 3000), st.binary(min_size=1, max_size=700)), max_size=30)


def stored(blob: bytes, path: str) -> StoredFile:
    (row,) = (row for row in scan(blob).changes.to_pylist() if row["path"] == path)
    return StoredFile(row["offset"], row["size"], row["stored"], row["digest"])


def read(blob: bytes, file: StoredFile, piece: int = 1 << 16) -> bytes:
    """The content in pieces of one size."""
    stream = content_stream(lambda: BytesStream(blob), file)
    reader = ContentReader(stream, "layer 0")
    parts = []
    while part := reader.read(piece):
        parts.append(part)
    return b"".join(parts)


@given(
    SEGMENTS, st.integers(0, 3000), st.sampled_from(FORMS), st.integers(1, 5000), st.sampled_from([plain, gzip, zstd])
)
def test_sparse_files_are_what_tarfile_reads(gaps, hole, form, piece, compression: Compression) -> None:
    segments, at = [], 0
    for gap, data in gaps:
        segments.append((at + gap, data))
        at += gap + len(data)
    tar = Layer().file("before", b"1").sparse("s", segments, at + hole, form).file("after", b"2").tar()
    with tarfile.open(fileobj=io.BytesIO(tar)) as opened:
        wanted = opened.extractfile("s").read()
    blob = compression(tar)
    assert read(blob, stored(blob, "s"), piece) == wanted == expanded(segments, at + hole)
    assert read(blob, stored(blob, "after"), piece) == b"2"


@pytest.mark.parametrize("form", FORMS)
def test_the_right_one_of_many_sparse_files(form) -> None:
    """Beyond the number of entries that are handed on together, in layers of several chunks."""
    layer = Layer()
    for number in range(9000):
        layer.file(f"f{number}", b"%d" % number)
    segments = [(offset, data[::-1]) for offset, data in MANY]
    tar = layer.sparse("first", MANY, 700_000, form).sparse("second", segments, 700_000, form).tar()
    assert read(tar, stored(tar, "first")) == expanded(MANY, 700_000)
    assert read(tar, stored(tar, "second")) == expanded(segments, 700_000)


def test_a_content_can_be_skipped() -> None:
    tar = Layer().sparse("s", MANY, 700_000, "1.0").tar()
    stream = content_stream(lambda: BytesStream(tar), stored(tar, "s"))
    stream.skip(300_001)
    buffer = memoryview(bytearray(8))
    assert stream.readinto(buffer) == 8
    assert buffer == expanded(MANY, 700_000)[300_001:300_009]


@given(st.data())
def test_damage_is_an_error_or_the_content(data) -> None:
    """Whatever happened to the blob since it was scanned: digests are known here, so no byte may differ."""
    compression = data.draw(st.sampled_from([plain, gzip, zstd]))
    blob = compression(Layer().file("a", b"content" * 99).sparse("s", MANY[:9], 100_000, "gnu").tar())
    path = data.draw(st.sampled_from(["a", "s"]))
    file = stored(blob, path)
    damaged = bytearray(blob[: data.draw(st.integers(0, len(blob)))] if data.draw(st.booleans()) else blob)
    for at in data.draw(st.lists(st.integers(0, max(len(damaged) - 1, 0)), max_size=4)):
        damaged[at : at + 1] = bytes([data.draw(st.integers(0, 255))])
    try:
        content = read(bytes(damaged), file)
    except ImageReadError:
        return
    assert sha256(content).digest() == file.digest
