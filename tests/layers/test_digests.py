"""Digests of large files: those that comparisons need are there after the pass, all where tables are shown."""

import os
import random
from hashlib import sha256

import pytest

import imgscan
from analyzer.layers.digests import DIGESTED_BYTES
from imgscan import ImgscanError
from tests.images import Image, Layer, docker_archive, gzip, oci_layout, plain, zstd

SIZES = (DIGESTED_BYTES, DIGESTED_BYTES + 1, 200_000, 200_000, 200_000, 1_500_000, 3_000_001, 3_000_001)


def content(seed, size):
    return random.Random(seed).randbytes(size)


def files():
    """Contents by path: equal and other contents of one size, each also larger than what is read at a time."""
    unequal = {f"data/{index}": content(index, size) for index, size in enumerate(SIZES)}
    return unequal | {"copy/5": unequal["data/5"], "copy/6": unequal["data/6"], "copy/4": unequal["data/4"]}


def image(compression=plain):
    lower, upper = Layer(), Layer()
    for path, data in files().items():
        lower.file(path, data)
    upper.file("data/2", files()["data/3"]).file("data/7", files()["data/7"], mode=0o600).file("small", b"small")
    return Image([lower, upper], compression=compression)


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "image.tar"
    path.write_bytes(docker_archive(image()))
    return path


def digests(table):
    rows = table.select(["path", "digest"]).to_pylist()
    return [(row["path"], row["digest"]) for row in rows if row["digest"]]


def test_every_digest_of_the_tables_is_that_of_the_content(archive):
    opened = imgscan.open(archive)
    expected = [(path, sha256(data).digest()) for path, data in files().items()]
    assert digests(opened.changes)[: len(expected)] == expected
    by_path = dict(expected) | {"data/2": sha256(files()["data/3"]).digest(), "small": sha256(b"small").digest()}
    assert dict(digests(opened.rootfs)) == by_path


def test_the_pass_leaves_out_digests_of_files_whose_size_no_other_has(archive):
    scan = imgscan.open(archive)._analysis.scan
    rows = scan.changes.select(["path", "size", "digest"]).to_pylist()
    left_out = {row["path"] for row in rows if row["size"] and row["digest"] is None}
    assert left_out == {"data/1"}


@pytest.mark.parametrize("compression", [gzip, zstd])
def test_results_are_those_of_a_compressed_image_where_all_is_digested_on_the_way(archive, tmp_path, compression):
    (tmp_path / "packed.tar").write_bytes(docker_archive(image(compression)))
    one, other = imgscan.open(archive), imgscan.open(tmp_path / "packed.tar")
    ledger = one.ledger()
    assert ledger == other.ledger()
    assert (ledger.total.recopied, ledger.total.overwritten) == (3_000_001, 200_000)
    columns = ["layer", "path", "digest"]
    assert one.changes.select(columns).equals(other.changes.select(columns))
    assert one.rootfs.drop(["pull_bytes"]).equals(other.rootfs.drop(["pull_bytes"]))
    assert one.report().duplicates == other.report().duplicates
    assert len(one.report().duplicates) == 4


def test_a_part_has_the_digests_too(archive):
    part = imgscan.open(archive).part_from(1)
    assert digests(part.changes) == [
        ("data/2", sha256(files()["data/3"]).digest()),
        ("data/7", sha256(files()["data/7"]).digest()),
        ("small", sha256(b"small").digest()),
    ]


def test_an_image_that_shrinks_between_the_pass_and_a_later_digest_is_an_error(archive):
    opened = imgscan.open(archive)
    assert opened.layers.num_rows == 2
    os.truncate(archive, 4096)
    with pytest.raises(ImgscanError, match="changed while it was read"):
        _ = opened.changes


def test_a_layer_file_that_vanishes_before_a_later_digest_is_an_error(tmp_path):
    oci_layout(tmp_path / "layout", image())
    opened = imgscan.open(tmp_path / "layout")
    largest = max((tmp_path / "layout" / "blobs" / "sha256").iterdir(), key=lambda path: path.stat().st_size)
    assert opened.layers.num_rows == 2
    largest.unlink()
    with pytest.raises(ImgscanError, match="is not in"):
        _ = opened.changes
