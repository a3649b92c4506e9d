"""Hostile images: bombs, bounds and nesting. What a stranger's file may cost is fixed beforehand."""

import pytest

import imgscan
from analyzer.errors import ArchiveReadError, ImageReadError, InvalidMetadataError, LayerReadError, LimitExceededError
from analyzer.layers import limits as limits_module
from analyzer.sources import archive as archive_source
from analyzer.sources import streamed
from tests.images import (
    END_BLOCKS,
    Image,
    Layer,
    archive,
    blob,
    docker_archive,
    docker_files,
    gzip,
    json_bytes,
    oci_archive,
    oci_files,
    oci_layout,
    zstd,
)
from tests.images.headers import Member as TarMember
from tests.images.headers import base_256, extended_header, header
from tests.traps.views import kinds

MIB = 1024 * 1024


# Sizes that lie


@pytest.mark.parametrize("size", [100 * 2**30, 2**62])
def test_a_header_that_claims_more_than_there_is_says_so(stacked, size):
    for layer in (
        Layer("gnu").file("f", size=size),
        Layer().file("f", size=size),
        Layer().file("f", pax={"size": b"%d" % size}),
    ):
        with pytest.raises(LayerReadError, match="layer 0"):
            stacked(layer.ending(b"")).report()


@pytest.mark.parametrize("size", [-1, -512, -(2**62), -(2**90)])
def test_a_negative_size_is_a_named_error(stacked, size):
    with pytest.raises(LayerReadError, match="negative"):
        stacked(Layer().file("f", fields={"size": base_256(size, 12)})).report()


@pytest.mark.parametrize("size", [2**63, 2**64, 2**90])
def test_a_size_beyond_64_bits_is_a_named_error(stacked, size):
    for layer in (
        Layer().file("f", fields={"size": base_256(size, 12)}),
        Layer().directory("d", fields={"size": base_256(size, 12)}),
    ):
        with pytest.raises(ImageReadError):
            stacked(layer).report()


@pytest.mark.parametrize("size", [-1, 2**62, 2**90])
def test_sizes_of_the_outer_archive_are_checked_as_well(opened, size):
    outer = Layer().file("manifest.json", b"[]", fields={"size": base_256(size, 12)})
    for source in (outer.tar(), gzip(outer.tar())):
        with pytest.raises(ImageReadError):
            opened(source)


@pytest.mark.parametrize("value", [b"-5", b"1e3", b"9" * 30, b"0x10", b" 5", b"1_0"])
def test_a_pax_size_that_is_no_size_is_a_named_error(stacked, value):
    with pytest.raises(LayerReadError, match="size"):
        stacked(Layer().file("f", b"12345", pax={"size": value})).report()


# Records


def huge_record(size):
    return Layer().raw(extended_header(b"x", {"comment": bytes(size)})).file("f", b"1")


def test_a_pax_header_of_ten_megabytes_is_refused(stacked):
    with pytest.raises(LimitExceededError, match="record"):
        stacked(huge_record(10 * MIB)).report()


@pytest.mark.parametrize("wrap", [bytes, gzip], ids=["file", "stream"])
def test_a_pax_header_of_ten_megabytes_in_the_outer_archive_is_refused(opened, wrap):
    members = archive(docker_files(Image([Layer()]))).removesuffix(END_BLOCKS)
    with pytest.raises(LimitExceededError, match="record"):
        opened(wrap(members + huge_record(10 * MIB).tar()))


@pytest.mark.parametrize("flag", [b"x", b"g", b"L", b"K", b"X"])
def test_records_of_every_kind_are_bounded(stacked, flag):
    claimed = header(TarMember(name=b"record", typeflag=flag, size=2**40), "gnu")
    with pytest.raises(LimitExceededError, match="record"):
        stacked(Layer().raw(claimed)).report()


def test_a_record_below_the_bound_is_read(stacked):
    assert kinds(stacked(huge_record(MIB - 4096))) == {"f": "file"}


def test_holes_to_hash_are_bounded_for_all_layers_together(stacked, monkeypatch):
    """A layer of 1.5 kB can have a hole that takes twelve seconds to hash, and an image thousands of layers."""
    monkeypatch.setattr(limits_module, "HASHED_HOLES_LIMIT", 2500)
    image = stacked(*(Layer().sparse(name, [(0, b"x")], 1001, "gnu") for name in "abc"))
    assert sum(digest is not None for digest in image.changes["digest"].to_pylist()) == 2


def test_a_sparse_map_is_bounded_too(stacked):
    records = [("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0"), ("GNU.sparse.realsize", b"9")]
    layer = Layer().file("s", b"900000\n" + b"0\n" * 1_800_000, pax=records)
    with pytest.raises(LimitExceededError):
        stacked(layer).report()


# Bounds that the caller sets


@pytest.mark.parametrize("compression", [bytes, gzip, zstd], ids=["plain", "gzip", "zstd"])
def test_a_layer_that_unfolds_to_more_than_the_limit_is_refused(opened, compression):
    layer = Layer().file("zeros", bytes(8 * MIB))
    source = oci_archive(Image([blob(layer, stored=compression(layer.tar()))]))
    with pytest.raises(LimitExceededError, match=r"layer 0.*4,194,304"):
        opened(source, limits=imgscan.Limits(tar_bytes=4 * MIB)).report()
    assert opened(source, limits=imgscan.Limits(tar_bytes=9 * MIB)).size.files == 1


def test_bytes_after_the_end_of_the_tar_count_for_the_limit(opened):
    layer = Layer().file("f", b"1").ending(bytes(8 * MIB))
    with pytest.raises(LimitExceededError):
        opened(oci_archive(Image([layer], compression=gzip)), limits=imgscan.Limits(tar_bytes=4 * MIB)).report()


@pytest.mark.parametrize("wrap", [bytes, gzip, zstd], ids=["file", "gzip stream", "zstd stream"])
@pytest.mark.parametrize("folders", ["abc", "aaa", "a"], ids=["three layers", "one blob three times", "one layer"])
def test_an_image_of_more_entries_than_the_limit_is_refused(opened, wrap, folders):
    layers = [Layer().files({f"{folder}/{number}": b"" for number in range(300)}) for folder in folders]
    source, count = wrap(oci_archive(Image(layers))), 300 * len(folders)
    with pytest.raises(LimitExceededError, match=f"more than {count - 1} entries"):
        opened(source, limits=imgscan.Limits(entries=count - 1)).report()
    limits = imgscan.Limits(entries=count)
    for image in (opened(source, limits=limits), opened(source, limits=limits)):
        assert image.changes.num_rows == count


# Metadata


LARGE = b" " * (5 * MIB)


@pytest.mark.parametrize("name", ["index.json", "manifest.json"])
@pytest.mark.parametrize("wrap", [bytes, gzip], ids=["file", "stream"])
def test_metadata_over_four_megabytes_is_refused(opened, name, wrap):
    files = {"index.json": oci_files, "manifest.json": docker_files}[name](Image([Layer().file("a", b"1")]))
    with pytest.raises(LimitExceededError, match=name):
        opened(wrap(archive({**files, name: bytes(files[name]) + LARGE})))


def test_a_config_over_four_megabytes_is_refused(opened, tmp_path):
    image = Image([Layer().file("a", b"1")], runtime={"Labels": {"a": "x" * (5 * MIB)}})
    for source in (
        docker_archive(image),
        oci_archive(image),
        gzip(docker_archive(image)),
        oci_layout(tmp_path / "l", image),
    ):
        with pytest.raises(LimitExceededError, match="metadata"):
            opened(source).report()


def test_many_layers_are_bounded(opened):
    layer = Layer().tar()
    diff_id = blob(Layer()).diff_id
    config = json_bytes({"rootfs": {"type": "layers", "diff_ids": [diff_id] * 5000}})
    manifest = json_bytes([{"Config": "c.json", "RepoTags": None, "Layers": ["l.tar"] * 5000}])
    with pytest.raises(LimitExceededError, match=r"layers|metadata"):
        opened(archive({"l.tar": layer, "c.json": config, "manifest.json": manifest}))


@pytest.mark.parametrize("depth", [100_000])
@pytest.mark.parametrize("shape", ['{"a":%s}', "[%s]"])
def test_deeply_nested_json_is_a_named_error(opened, depth, shape):
    nested = (shape.partition("%s")[0] * depth + "1" + shape.partition("%s")[2] * depth).encode()
    built = Image([Layer().file("a", b"1")])
    for files in (
        oci_files(built) | {"index.json": nested},
        docker_files(built) | {"manifest.json": b"[" + nested + b"]"},
        {"c.json": b'{"config": {"Labels": ' + nested + b"}}", "manifest.json": b'[{"Config": "c.json"}]'},
    ):
        with pytest.raises(InvalidMetadataError):
            opened(archive(files)).report()


def many_members(count):
    """An archive of that many empty blobs."""
    first = bytearray(header(TarMember(name=b"blobs/sha256/%08d" % 0), "ustar"))
    base = int(first[148:154], 8) - sum(b"%08d" % 0)
    blocks = []
    for number in range(count):
        digits = b"%08d" % number
        first[13:21] = digits
        first[148:154] = b"%06o" % (base + sum(digits))
        blocks.append(bytes(first))
    return b"".join(blocks)


@pytest.mark.parametrize("wrap", [bytes, gzip], ids=["file", "stream"])
def test_an_archive_of_very_many_members_is_bounded(opened, wrap, monkeypatch):
    for module in (archive_source, streamed):
        monkeypatch.setattr(module, "MEMBERS_LIMIT", 10_000)
    source = wrap(many_members(10_100) + archive(oci_files(Image([Layer().file("a", b"1")]))))
    with pytest.raises(LimitExceededError, match="members"):
        opened(source)


def test_an_error_names_the_archive_and_never_the_folders_above_it(write):
    path = write(docker_archive(Image([Layer().file("a", b"1" * 5000)]))[:4000], "app.tar")
    with pytest.raises(ArchiveReadError) as caught:
        imgscan.open(path).report()
    assert str(caught.value).startswith("app.tar: ")
    assert str(path.parent) not in str(caught.value)
