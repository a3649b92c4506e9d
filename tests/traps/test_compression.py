"""Compressed layers: several members, several frames, skippable ones, lazily pulled forms, labels that lie."""

import json

import pytest

from analyzer.errors import DigestMismatchError, LayerReadError, UnsupportedImageError
from tests.images import (
    END_BLOCKS,
    Compression,
    Image,
    Layer,
    blob,
    bzip2,
    docker_archive,
    gzip,
    gzip_members,
    oci_archive,
    plain,
    skippable_frame,
    xz,
    zstd,
    zstd_frames,
)
from tests.traps.views import contents, digest, file_layers

CONTENT = bytes(range(256)) * 3000
LAYER = Layer().file("a", CONTENT).file("b", b"last")


def with_stored(layer, stored, compression=gzip):
    return oci_archive(Image([blob(layer, compression, stored=stored)]))


@pytest.mark.parametrize("count", [2, 3, 1000])
def test_gzip_of_several_members_is_read_to_the_last(opened, count):
    image = opened(oci_archive(Image([LAYER], compression=gzip_members(count))))
    assert contents(image) == {"a": digest(CONTENT), "b": digest(b"last")}
    assert image.layers["diff_id"].to_pylist() == [LAYER.diff_id]


def test_empty_gzip_members_are_read_over(opened):
    tar = LAYER.tar()
    stored = gzip(b"") + gzip(tar[:700]) + gzip(b"") + gzip(tar[700:]) + gzip(b"")
    assert set(contents(opened(with_stored(LAYER, stored)))) == {"a", "b"}


@pytest.mark.parametrize("padding", [1, 511, 100_000])
def test_zeros_after_the_last_member_are_padding(opened, padding):
    stored = gzip(LAYER.tar()) + bytes(padding)
    image = opened(with_stored(LAYER, stored))
    assert set(contents(image)) == {"a", "b"}
    assert image.layers["blob_bytes"].to_pylist() == [len(stored)]


@pytest.mark.parametrize("frames", [2, 3, 1000])
@pytest.mark.parametrize("skippable", [None, b"", b"x" * 100_000])
def test_zstd_of_several_frames_is_read_to_the_last(opened, frames, skippable):
    image = opened(oci_archive(Image([LAYER], compression=zstd_frames(frames, skippable))))
    assert contents(image) == {"a": digest(CONTENT), "b": digest(b"last")}
    assert image.layers["compression"].to_pylist() == ["zstd"]


def test_a_blob_that_begins_with_a_skippable_frame_of_any_number_is_zstd(opened):
    for number in range(16):
        frame = bytes([0x50 + number]) + skippable_frame(b"toc")[1:]
        image = opened(with_stored(LAYER, frame + zstd(LAYER.tar()), zstd))
        assert set(contents(image)) == {"a", "b"}


def test_zstd_chunked_is_known_by_its_footer(opened):
    footer = skippable_frame(bytes(56) + b"GNUlInUx")
    image = opened(with_stored(LAYER, zstd(LAYER.tar()) + skippable_frame(b"table of contents") + footer, zstd))
    assert image.layers["compression"].to_pylist() == ["zstd:chunked"]
    assert set(contents(image)) == {"a", "b"}


def test_estargz_is_known_and_its_own_files_are_in_the_root_filesystem_as_runtimes_have_them(opened):
    layer = Layer().file(".no.prefetch.landmark", b"\x0f").file("a", b"1").file("stargz.index.json", b"{}")
    footer = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x1a\0SG\x16\x000000000000000000STARGZ\x01\0\0\xff\xff" + bytes(8)
    image = opened(with_stored(layer, gzip_members(5)(layer.tar()) + footer))
    assert image.layers["compression"].to_pylist() == ["estargz"]
    assert set(contents(image)) == {".no.prefetch.landmark", "a", "stargz.index.json"}


@pytest.mark.parametrize("compression", [xz, bzip2], ids=lambda each: each.name)
def test_compressions_that_no_engine_takes_are_refused_by_name(opened, compression):
    image = Image([LAYER, Layer().file("c", b"1")], compression=compression)
    for source in (oci_archive(image), docker_archive(image), gzip(docker_archive(image))):
        with pytest.raises(UnsupportedImageError, match=rf"layer \d.*{compression.name}") as caught:
            opened(source).report()
        assert caught.value.hint


@pytest.mark.parametrize("said", ["plain", "gzip", "zstd"])
@pytest.mark.parametrize("actual", [plain, gzip, zstd], ids=lambda each: each.name)
def test_the_content_decides_and_not_the_media_type(opened, said, actual):
    lying = Compression(said, actual.compress)
    image = opened(oci_archive(Image([LAYER], compression=lying)))
    assert image.layers["compression"].to_pylist() == [actual.name]
    assert set(contents(image)) == {"a", "b"}


@pytest.mark.parametrize(
    "compression", [gzip, gzip_members(3), zstd, zstd_frames(3)], ids=["gz", "members", "zst", "frames"]
)
def test_a_compressed_layer_that_ends_early_is_an_error_that_says_which_and_where(opened, compression):
    whole = compression(LAYER.tar())
    for length in (10, len(whole) // 2, len(whole) - 1):
        with pytest.raises(LayerReadError, match=r"layer 0 .*(early|damaged|ends)"):
            opened(with_stored(LAYER, whole[:length], compression)).report()


@pytest.mark.parametrize("compression", [gzip, zstd], ids=lambda each: each.name)
def test_damage_inside_a_compressed_layer_is_found(opened, compression):
    stored = bytearray(compression(LAYER.tar()))
    stored[len(stored) // 2] ^= 0xFF
    with pytest.raises((LayerReadError, DigestMismatchError), match="layer 0"):  # zstd need not have a checksum
        opened(with_stored(LAYER, bytes(stored), compression)).report()


def test_a_wrong_checksum_at_the_end_of_gzip_is_found(opened):
    stored = bytearray(gzip(LAYER.tar()))
    stored[-6] ^= 0xFF
    with pytest.raises(LayerReadError, match="layer 0"):
        opened(with_stored(LAYER, bytes(stored))).report()


@pytest.mark.parametrize("compression", [gzip, zstd], ids=lambda each: each.name)
def test_garbage_after_a_compressed_layer_is_found(opened, compression):
    with pytest.raises(
        LayerReadError, match=r"layer 0 .*what follows the end of the \w+ stream, at byte [\d,]+, is none"
    ):
        opened(with_stored(LAYER, compression(LAYER.tar()) + b"garbage", compression)).report()


# The end of the tar


@pytest.mark.parametrize("ending", [b"", bytes(512), END_BLOCKS, bytes(10240), END_BLOCKS + b"trailing" * 200_000])
@pytest.mark.parametrize("compression", [plain, gzip, zstd], ids=lambda each: each.name)
def test_missing_end_blocks_and_trailing_bytes_are_accepted_and_counted(opened, ending, compression):
    layer = Layer().file("a", b"123").ending(ending)
    image = opened(oci_archive(Image([layer], compression=compression)))
    assert file_layers(image) == {"a": 0}
    ledger = image.ledger().layers[0]
    assert (ledger.visible, ledger.overhead) == (3, 1021 + len(ending))


def test_nothing_after_the_end_blocks_is_an_entry(opened):
    layer = Layer().file("a", b"1").ending(END_BLOCKS + Layer().file("hidden", b"2").tar())
    assert set(contents(opened(docker_archive(Image([layer]))))) == {"a"}


TWO_FILES = Layer().file("a", b"x" * 100).file("b", b"y" * 1000).tar()


@pytest.mark.parametrize("length", [1, 511, 513, 611, 1025, 1536, 1537, 2535])
def test_a_tar_that_ends_inside_an_entry_is_an_error_that_says_which_layer(opened, length):
    with pytest.raises(LayerReadError, match="layer 0"):
        opened(docker_archive(Image([Layer().raw(TWO_FILES[:length]).ending(b"")]))).report()


@pytest.mark.parametrize("length", [612, 1023, 1024])
def test_a_tar_whose_last_padding_is_missing_has_all_its_content(opened, length):
    image = opened(docker_archive(Image([Layer().raw(TWO_FILES[:length]).ending(b"")])))
    assert contents(image) == {"a": digest(b"x" * 100)}
    assert image.ledger().layers[0].tar_bytes == length


def test_digests_of_blobs_are_of_what_is_stored(opened):
    built = Image([blob(LAYER, gzip), blob(LAYER, zstd), blob(LAYER, plain)])
    image = opened(oci_archive(built))
    assert image.layers["digest"].to_pylist() == [each.digest for each in built.blobs_of_layers]
    assert image.layers["media_type"].to_pylist() == [each["mediaType"] for each in built.manifest()["layers"]]
    assert json.loads(built.config_bytes)["rootfs"]["diff_ids"] == image.layers["diff_id"].to_pylist()
