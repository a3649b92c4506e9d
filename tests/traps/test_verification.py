"""Every digest, size and diff ID is checked, and a mismatch says both values and where."""

import json
from hashlib import sha256

import pytest

from analyzer.errors import DigestMismatchError, ImageReadError, InvalidMetadataError, UnsupportedImageError
from tests.images import (
    Described,
    Image,
    Index,
    Layer,
    archive,
    blob,
    blob_path,
    digest_of,
    dir_files,
    docker_archive,
    docker_files,
    gzip,
    json_bytes,
    oci_archive,
    oci_files,
    plain,
    write_files,
    zstd,
)

LOWER = Layer().file("a", b"lower" * 300)
UPPER = Layer().file("b", b"upper" * 300)
OTHER = Layer().file("c", b"other" * 300)
COMPRESSIONS = pytest.mark.parametrize("compression", [plain, gzip, zstd], ids=lambda each: each.name)


@COMPRESSIONS
def test_a_blob_of_another_digest_is_refused_with_both_digests(opened, compression):
    image = Image([LOWER, UPPER], compression=compression)
    declared, actual = image.blobs_of_layers[1].digest, compression(OTHER.tar())
    layers = [*image.manifest()["layers"][:1], {**image.manifest()["layers"][1], "size": len(actual)}]
    image = Image([LOWER, UPPER], compression=compression, manifest_changes={"layers": layers})
    with pytest.raises(DigestMismatchError) as caught:
        opened(archive(oci_files(image) | {blob_path(declared): actual})).report()
    assert declared in str(caught.value)
    assert digest_of(actual) in str(caught.value)
    assert "layer 1" in str(caught.value)


@COMPRESSIONS
@pytest.mark.parametrize("difference", [-1, 1])
def test_a_blob_of_another_size_is_refused_with_both_sizes(opened, compression, difference):
    built = Image([LOWER], compression=compression)
    (layer,) = built.manifest()["layers"]
    changed = Image(
        [LOWER], compression=compression, manifest_changes={"layers": [{**layer, "size": layer["size"] + difference}]}
    )
    with pytest.raises(DigestMismatchError) as caught:
        opened(oci_archive(changed)).report()
    said = str(caught.value).replace(",", "")
    assert str(layer["size"]) in said
    assert str(layer["size"] + difference) in said


@COMPRESSIONS
def test_a_layer_of_another_diff_id_is_refused_with_both(opened, compression):
    config = {"rootfs": {"type": "layers", "diff_ids": [LOWER.diff_id, OTHER.diff_id]}}
    image = Image([LOWER, UPPER], compression=compression, config_changes=config)
    for source in (docker_archive(image), oci_archive(image), gzip(docker_archive(image))):
        with pytest.raises(DigestMismatchError) as caught:
            opened(source).report()
        assert OTHER.diff_id in str(caught.value)
        assert UPPER.diff_id in str(caught.value)
        assert "layer 1" in str(caught.value)


def test_diff_ids_in_another_order_than_the_layers_are_refused(opened):
    config = {"rootfs": {"type": "layers", "diff_ids": [UPPER.diff_id, LOWER.diff_id]}}
    with pytest.raises(DigestMismatchError):
        opened(docker_archive(Image([LOWER, UPPER], config_changes=config))).report()


def test_the_same_diff_id_twice_is_legal(opened):
    assert opened(docker_archive(Image([LOWER, LOWER]))).size.layers == 2
    assert opened(oci_archive(Image([blob(LOWER, gzip), blob(LOWER, zstd)]))).size.layers == 2


def test_trailing_bytes_belong_to_the_digest(opened):
    longer = Layer().file("a", b"1")
    longer.ending(longer._ending + b"junk after the end")
    assert opened(docker_archive(Image([longer]))).layers["diff_id"].to_pylist() == [longer.diff_id]
    config = {"rootfs": {"type": "layers", "diff_ids": [Layer().file("a", b"1").diff_id]}}
    with pytest.raises(DigestMismatchError):
        opened(docker_archive(Image([longer], config_changes=config))).report()


@pytest.mark.parametrize("what", ["manifest", "config", "nested index"])
def test_metadata_of_another_digest_is_refused(opened, what):
    inner = Image([LOWER])
    digest = {"manifest": inner.digest, "config": inner.image_id, "nested index": Index([inner]).digest}[what]
    files = oci_files(Index([inner]))
    files[blob_path(digest)] = files[blob_path(digest)][:-1] + b" "
    with pytest.raises(DigestMismatchError) as caught:
        opened(archive(files)).report()
    assert digest in str(caught.value)
    assert digest_of(files[blob_path(digest)]) in str(caught.value)


@pytest.mark.parametrize("difference", [-1, 1, 10**9])
def test_metadata_of_another_size_is_refused(opened, difference):
    built = Image([LOWER])
    size = len(built.manifest_bytes) + difference
    with pytest.raises(DigestMismatchError, match="bytes"):
        opened(oci_archive(Described(built, {"size": size}))).report()
    config = built.manifest()["config"]
    changed = Image([LOWER], manifest_changes={"config": {**config, "size": config["size"] + difference}})
    with pytest.raises(DigestMismatchError, match="bytes"):
        opened(oci_archive(changed)).report()


def test_a_folder_of_dir_form_is_checked_too(opened, tmp_path):
    built = Image([LOWER, UPPER], compression=gzip)
    upper = built.blobs_of_layers[1].digest
    files = dir_files(built) | {upper.removeprefix("sha256:"): gzip(OTHER.tar())}
    with pytest.raises(DigestMismatchError, match=upper):
        opened(write_files(files, tmp_path / "dir")).report()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_counts_of_layers_and_diff_ids_that_differ_are_an_error_with_both(opened, count):
    ids = [LOWER.diff_id, UPPER.diff_id, OTHER.diff_id][:count]
    image = Image([LOWER, UPPER], config_changes={"rootfs": {"type": "layers", "diff_ids": ids}})
    with pytest.raises(InvalidMetadataError, match=rf"{count} diff IDs.* 2 layers"):
        opened(oci_archive(image)).report()


def test_digests_of_other_algorithms_are_refused_by_name(opened):
    image = Image([LOWER], config_changes={"rootfs": {"type": "layers", "diff_ids": ["sha512:" + "0" * 128]}})
    with pytest.raises(UnsupportedImageError, match="sha512"):
        opened(docker_archive(image))


@pytest.mark.parametrize(
    "digest", ["sha256:abc", "sha256:" + "G" * 64, "sha256:" + "A" * 64, "latest", "", "../x", 7, None]
)
def test_what_is_no_digest_is_a_named_error(opened, digest):
    image = Image([LOWER], config_changes={"rootfs": {"type": "layers", "diff_ids": [digest]}})
    with pytest.raises(InvalidMetadataError):
        opened(docker_archive(image))


@pytest.mark.parametrize(
    "config", [b"", b"{", b"[]", b"null", b"\xff", b'{"rootfs": 1}', b'{"history": {}}', b'{"os": 1}']
)
def test_a_damaged_config_is_an_error_that_names_it(opened, config):
    built = Image([LOWER])
    name = sha256(config).hexdigest() + ".json"
    files = {path: content for path, content in docker_files(built).items() if content != built.config_bytes}
    (entry,) = json.loads(files["manifest.json"])
    files |= {name: config, "manifest.json": json_bytes([{**entry, "Config": name}])}
    with pytest.raises(InvalidMetadataError) as caught:
        opened(archive(files)).report()
    assert name in str(caught.value) or "diff ID" in str(caught.value)


def test_errors_of_one_layer_stop_the_reading_of_all(opened):
    layers = [Layer().file(f"{number}", b"x" * 1000) for number in range(30)]
    files = docker_files(Image(layers))
    for path in [path for path in files if path.endswith("layer.tar")][::2]:
        files[path] = files[path][:1200]
    with pytest.raises(ImageReadError, match=r"layer \d+ "):
        opened(archive(files)).report()
