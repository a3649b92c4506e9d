"""Sparse files: logical size, stored bytes and the digest of what a reader of the file would get."""

from hashlib import sha256

import pytest

from analyzer.errors import ImgscanError, StreamReadError
from tests.images import Layer, gzip
from tests.images.headers import base_256, checksum_filled
from tests.layers.reading import scan, standard_rows

FORMS = ["gnu", "0.0", "0.1", "1.0"]
MANY = [(at * 10_000, b"%03d" % at * 200) for at in range(60)]


def expanded(segments, length):
    content = bytearray(length)
    for offset, data in segments:
        content[offset : offset + len(data)] = data
    return bytes(content)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("segments", "length"),
    [
        ([], 0),
        ([], 1_000_000),
        ([(0, b"abc")], 3),
        ([(0, b"abc")], 1_000_000),
        ([(999_997, b"abc")], 1_000_000),
        ([(512, b"x" * 512), (4096, b"y")], 10_000),
        (MANY[:4], 40_000),
        (MANY[:5], 50_000),
        (MANY[:25], 250_000),
        (MANY[:26], 260_000),
        (MANY, 700_000),
    ],
)
def test_every_form_has_its_logical_size_its_stored_bytes_and_its_digest(form, segments, length):
    layer = Layer().file("before", b"1").sparse("s", segments, length, form).file("after", b"2")
    rows = scan(layer.tar()).changes.to_pylist()
    assert [row["path"] for row in rows] == ["before", "s", "after"]
    assert (rows[1]["kind"], rows[1]["size"]) == ("file", length)
    assert rows[1]["stored"] == sum(len(data) for _, data in segments)
    assert rows[1]["digest"] == sha256(expanded(segments, length)).digest()
    assert standard_rows(layer.tar())[1]["digest"] == rows[1]["digest"]


@pytest.mark.parametrize("form", FORMS)
def test_a_sparse_file_may_have_attributes_and_a_long_name(form):
    layer = Layer().sparse("d/" + "n" * 200, [(5, b"abc")], 100, form, uid=7, mode=0o600)
    (row,) = scan(layer.tar()).changes.to_pylist()
    assert (row["path"], row["uid"], row["mode"], row["size"]) == ("d/" + "n" * 200, 7, 0o600, 100)


def test_a_sparse_file_equals_the_same_content_stored_in_full(stacked):
    content = expanded([(5000, b"abc")], 9000)
    image = stacked(Layer().sparse("log", [(5000, b"abc")], 9000, "1.0"), Layer().file("log", content))
    assert image.ledger().layers[0].recopied == 3
    assert image.ledger().layers[0].overhead == image.layers["tar_bytes"][0].as_py() - 3


def test_holes_stored_in_full_are_large_in_the_tar_and_small_in_the_blob():
    lastlog = bytes(20_000_000)
    (row,) = scan(gzip(Layer().file("var/log/lastlog", lastlog).tar())).changes.to_pylist()
    assert (row["size"], row["stored"], row["digest"]) == (20_000_000, 20_000_000, sha256(lastlog).digest())
    assert row["pull_bytes"] < 100_000


def test_terabytes_of_holes_are_not_hashed_and_have_no_digest():
    (row,) = scan(Layer().sparse("huge", [(1 << 40, b"end")], (1 << 40) + 3, "gnu").tar()).changes.to_pylist()
    assert (row["size"], row["stored"], row["digest"]) == ((1 << 40) + 3, 3, None)


@pytest.mark.parametrize(
    "records",
    [
        [("GNU.sparse.size", b"10"), ("GNU.sparse.map", b"0")],
        [("GNU.sparse.size", b"10"), ("GNU.sparse.map", b"0,3,x,4")],
        [("GNU.sparse.size", b"10"), ("GNU.sparse.map", b"5,3,0,3")],
        [("GNU.sparse.size", b"2"), ("GNU.sparse.map", b"0,3")],
        [("GNU.sparse.size", b"-1"), ("GNU.sparse.map", b"0,3")],
        [("GNU.sparse.size", b"99"), ("GNU.sparse.map", b"0,2")],
        [("GNU.sparse.size", b"99"), ("GNU.sparse.map", b"0,4")],
        [("GNU.sparse.size", b"9" * 30), ("GNU.sparse.map", b"0,3")],
        [("GNU.sparse.size", b"9"), ("GNU.sparse.offset", b"0")],
        [("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0"), ("GNU.sparse.realsize", b"3")],
        [("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0")],
    ],
)
def test_maps_that_contradict_themselves_or_the_content_are_a_named_error(records):
    with pytest.raises(StreamReadError):
        scan(Layer().file("s", b"abc", pax=records).tar())


@pytest.mark.parametrize("size", [2**64, 2**80, 2**94, -5])
def test_a_header_that_claims_an_impossible_size_is_a_named_error(size):
    tar = bytearray(Layer().sparse("s", [(0, b"abc")], 10, "gnu").tar())
    tar[483:495] = base_256(size, 12)
    with pytest.raises(ImgscanError):
        scan(checksum_filled(tar[:512]) + tar[512:])


@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_a_tar_that_ends_inside_a_sparse_map_is_a_named_error(blocks):
    tar = Layer().sparse("s", MANY, 700_000, "gnu").tar()
    with pytest.raises(StreamReadError):
        scan(tar[: blocks * 512])
