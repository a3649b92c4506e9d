"""OCI image layouts: what an index may hold besides one image, and what may be absent."""

import json

import pytest

from analyzer.errors import (
    BlobNotFoundError,
    ImageSelectionError,
    InvalidMetadataError,
    LimitExceededError,
    UnsupportedImageError,
)
from tests.images import (
    ABSENT,
    Absent,
    Described,
    Image,
    Index,
    Layer,
    RawManifest,
    archive,
    artifact,
    attestation,
    blob,
    blob_path,
    dir_layout,
    docker_archive,
    docker_oci_archive,
    docker_oci_files,
    foreign,
    gzip,
    json_bytes,
    oci_archive,
    oci_files,
    oci_layout,
    zstd,
)
from tests.traps.views import contents, digest, kinds

AMD64 = Image([Layer().file("amd64", b"1")], platform="linux/amd64")
ARM64 = Image([Layer().file("arm64", b"22")], platform="linux/arm64/v8")
ARMV7 = Image([Layer().file("armv7", b"333")], platform="linux/arm/v7")
RISCV = Image([Layer().file("riscv", b"4444")], platform="linux/riscv64")
TAGGED = Image([Layer().file("a", b"1").file("b", b"2"), Layer().whiteout("b")], tags=["app:1"])


def without(files, *digests):
    paths = {blob_path(each) for each in digests}
    assert paths <= files.keys()
    return {path: content for path, content in files.items() if path not in paths}


def seen(image):
    return set(contents(image))


# Docker 25 and later


def test_an_archive_of_docker_25_is_read_through_its_index(opened):
    image = opened(docker_oci_archive(TAGGED))
    assert seen(image) == {"a"}
    assert image.format == "docker-archive"
    assert image.report().image.manifest_digest == TAGGED.digest
    assert [tag.removeprefix("docker.io/library/") for tag in image.tags] == ["app:1"]
    assert seen(opened(docker_oci_archive(TAGGED), image="app:1")) == {"a"}


@pytest.mark.parametrize("manifests", [None, []])
def test_an_index_without_manifests_falls_back_to_the_docker_manifest(opened, manifests):
    files = docker_oci_files(TAGGED)
    files["index.json"] = json_bytes({"schemaVersion": 2, "manifests": manifests})
    image = opened(archive(files))
    assert seen(image) == {"a"}
    assert image.tags == ("app:1",)


@pytest.mark.parametrize("layers", [None, []])
def test_a_manifest_blob_without_layers_falls_back_to_the_docker_manifest(opened, layers):
    broken = Image(TAGGED.layers, tags=TAGGED.tags, manifest_changes={"layers": layers})
    files = {**docker_oci_files(TAGGED), **oci_files(broken)}
    assert seen(opened(archive(files))) == {"a"}


def test_images_without_names_in_one_archive_can_be_told_apart(opened):
    first, second = Image([Layer().file("first", b"1")]), Image([Layer().file("second", b"2")])
    source = docker_oci_archive(first, second)
    with pytest.raises(ImageSelectionError, match="several images"):
        opened(source)
    assert seen(opened(source, image="0")) == {"first"}
    assert seen(opened(source, image="1")) == {"second"}


def test_several_images_of_an_index_are_chosen_by_tag(opened):
    source = oci_archive(TAGGED, Image([Layer().file("other", b"1")], tags=["other:2"]))
    with pytest.raises(ImageSelectionError) as caught:
        opened(source)
    assert "app:1" in str(caught.value)
    assert "other:2" in str(caught.value)
    assert seen(opened(source, image="other:2")) == {"other"}
    assert seen(opened(source, image="0")) == {"a"}


# Indexes


def test_nested_indexes_are_followed_to_the_image(opened):
    image = opened(oci_archive(Index([Index([Index([TAGGED])])], tags=["app:1"])))
    assert seen(image) == {"a"}
    assert image.tags == ("app:1",)


def test_indexes_nested_without_end_are_refused(opened):
    node = TAGGED
    for _ in range(50):
        node = Index([node])
    with pytest.raises(InvalidMetadataError, match="nested"):
        opened(oci_archive(node))


def test_indexes_that_name_one_another_many_times_are_refused(opened):
    """Of 60 kB, which lead to 41 million manifests."""
    node = TAGGED
    for _ in range(3):
        node = Index([node] * 80)
    with pytest.raises(LimitExceededError, match="indexes lead to more than 10,000 manifests and indexes"):
        opened(oci_archive(node))


@pytest.mark.parametrize(
    ("platform", "file"),
    [
        ("linux/amd64", "amd64"),
        ("linux/arm64", "arm64"),
        ("linux/arm64/v8", "arm64"),
        ("linux/arm/v7", "armv7"),
    ],
)
def test_a_platform_of_an_index_is_chosen_and_the_others_are_not_summed(opened, platform, file):
    image = opened(oci_archive(Index([AMD64, ARM64, ARMV7], tags=["app:1"])), platform=platform)
    assert seen(image) == {file}
    assert image.size.layers == 1


def test_without_a_choice_the_platform_of_this_machine_is_taken(opened, monkeypatch):
    source = oci_archive(Index([AMD64, ARM64, ARMV7]))
    for machine, file in (("x86_64", "amd64"), ("aarch64", "arm64"), ("armv7l", "armv7")):
        monkeypatch.setattr("platform.machine", lambda machine=machine: machine)
        assert seen(opened(source)) == {file}


def test_platforms_that_are_all_foreign_are_listed_and_one_is_asked_for(opened):
    with pytest.raises(ImageSelectionError) as caught:
        opened(oci_archive(Index([ARMV7, RISCV])))
    assert "linux/arm/v7" in str(caught.value)
    assert "linux/riscv64" in str(caught.value)
    assert "--platform" in caught.value.hint


@pytest.mark.parametrize("platform", ["linux/s390x", "windows/amd64", "linux/arm64/v9"])
def test_a_platform_that_is_not_there_is_an_error_that_lists_what_is(opened, platform):
    with pytest.raises(ImageSelectionError, match="linux/arm64/v8"):
        opened(oci_archive(Index([AMD64, ARM64])), platform=platform)


@pytest.mark.parametrize(("stated", "asked"), [("linux/arm64", "linux/arm64/v8"), ("linux/arm", "linux/arm/v7")])
def test_an_image_without_a_variant_is_for_the_usual_one(opened, stated, asked):
    unstated = Image([Layer().file("usual", b"1")], platform=stated)
    assert seen(opened(oci_archive(Index([AMD64, unstated])), platform=asked)) == {"usual"}
    with pytest.raises(ImageSelectionError, match=f"no image for {stated}/v6"):
        opened(oci_archive(Index([AMD64, unstated])), platform=f"{stated}/v6")


@pytest.mark.parametrize("platform", ["linux", "", "a/b/c/d", "linux//v8"])
def test_a_platform_that_is_none_is_a_named_error(opened, platform):
    if platform:
        with pytest.raises(ImageSelectionError, match="platform"):
            opened(oci_archive(Index([AMD64, ARM64])), platform=platform)


def test_a_platform_that_only_the_config_states_counts(opened):
    plain = Described(ARM64, {"platform": ABSENT})
    assert seen(opened(oci_archive(Index([AMD64, plain])), platform="linux/arm64")) == {"arm64"}


def test_two_manifests_that_share_a_config_are_told_apart_by_their_digest(opened):
    layer = Layer().file("a", b"1" * 3000)
    compressed, chunked = Image([layer], compression=gzip), Image([layer], compression=zstd)
    assert compressed.image_id == chunked.image_id
    source = oci_archive(Index([compressed, chunked], tags=["app:1"]))
    for wanted, compression in ((compressed, "gzip"), (chunked, "zstd")):
        image = opened(source, image=wanted.digest)
        assert image.layers["compression"].to_pylist() == [compression]
        assert image.report().image.manifest_digest == wanted.digest


def test_a_manifest_that_an_index_lists_twice_is_one_image(opened):
    assert seen(opened(oci_archive(Index([TAGGED, TAGGED], tags=["app:1"])))) == {"a"}


# What is not an image


def test_attestations_are_told_of_and_never_taken_for_an_image(opened):
    proof = attestation(AMD64)
    image = opened(oci_archive(Index([proof, AMD64, attestation(AMD64, b"{}")], tags=["app:1"])))
    assert seen(image) == {"amd64"}
    assert image.size.layers == 1
    assert len([note for note in image.notes if "attestation" in note]) == 2


def test_artifacts_are_told_of_and_never_taken_for_an_image(opened):
    other = artifact("application/vnd.example.sbom", b"sbom", subject=AMD64)
    for source in (oci_archive(Index([other, AMD64])), oci_archive(other, AMD64)):
        image = opened(source)
        assert seen(image) == {"amd64"}
        assert [note for note in image.notes if "application/vnd.example.sbom" in note]


def test_an_artifact_without_a_type_is_known_by_its_empty_config(opened):
    typed = artifact("application/vnd.example.sbom", b"sbom")
    stated = {key: value for key, value in json.loads(typed.content).items() if key != "artifactType"}
    untyped = RawManifest(json_bytes(stated), typed.media_type, typed.others)
    image = opened(oci_archive(untyped, AMD64))
    assert seen(image) == {"amd64"}
    assert [note for note in image.notes if "artifact" in note]


@pytest.mark.parametrize("mark", ["platform", "annotations"])
def test_either_mark_of_an_attestation_is_enough(opened, mark):
    both = attestation(AMD64)
    image = opened(oci_archive(Index([AMD64, Described(both.node, {mark: both.changes[mark]})])))
    assert seen(image) == {"amd64"}
    assert [note for note in image.notes if "attestation" in note]


def test_a_layout_of_artifacts_alone_holds_no_image(opened):
    with pytest.raises(ImageSelectionError, match="no image"):
        opened(oci_archive(artifact("application/vnd.example.chart", b"chart")))


@pytest.mark.parametrize("content", [b"<?xml version='1.0'?><component/>", b"\x00\xff", b"[]", b'"x"', b"", b"{}"])
def test_an_entry_of_unknown_media_type_in_the_index_is_skipped(opened, content):
    unknown = RawManifest(content, "application/xml")
    image = opened(oci_archive(unknown, AMD64))
    assert seen(image) == {"amd64"}
    assert [note for note in image.notes if "application/xml" in note]


def test_a_large_entry_of_unknown_media_type_is_skipped_too(opened):
    assert seen(opened(oci_archive(AMD64, RawManifest(bytes(5 * 1024 * 1024), "application/x-disk")))) == {"amd64"}


@pytest.mark.parametrize("media_type", [ABSENT, "application/vnd.oci.image.manifest.v1+json"])
def test_a_manifest_with_or_without_its_own_media_type_is_read(opened, media_type):
    built = Image(TAGGED.layers, manifest_changes={"mediaType": media_type})
    assert seen(opened(oci_archive(built))) == {"a"}


def schema_1():
    return json_bytes({"schemaVersion": 1, "name": "a", "tag": "1", "fsLayers": [], "history": [], "signatures": []})


def test_schema_1_manifests_are_refused_by_name(opened, tmp_path):
    signed = RawManifest(schema_1(), "application/vnd.docker.distribution.manifest.v1+prettyjws")
    with pytest.raises(UnsupportedImageError, match="schema 1"):
        opened(oci_archive(signed))
    folder = dir_layout(tmp_path / "dir", TAGGED)
    (folder / "manifest.json").write_bytes(schema_1())
    with pytest.raises(UnsupportedImageError, match="schema 1"):
        opened(folder)


@pytest.mark.parametrize("media_type", ["tar+encrypted", "tar+gzip+encrypted", "tar+zstd+encrypted"])
def test_encrypted_layers_are_refused_by_name_and_not_guessed_at(opened, media_type):
    secret = blob(Layer().file("a", b"1"), media_type=f"application/vnd.oci.image.layer.v1.{media_type}")
    with pytest.raises(UnsupportedImageError, match="encrypted") as caught:
        opened(oci_archive(Image([secret])))
    assert secret.digest in str(caught.value)


def test_an_index_with_a_subject_is_read_as_an_index(opened):
    described = Index([TAGGED], changes={"subject": AMD64.descriptor()})
    assert seen(opened(oci_archive(described))) == {"a"}


# What is not delivered


def test_platforms_that_were_not_saved_are_noted_and_the_saved_one_is_analysed(opened):
    image = opened(oci_archive(Index([Absent(AMD64), ARMV7, Absent(ARM64), attestation(ARMV7)], tags=["app:1"])))
    assert seen(image) == {"armv7"}
    notes = " ".join(image.notes)
    assert "linux/amd64" in notes
    assert "linux/arm64/v8" in notes
    assert "absent" in notes


def test_asking_for_a_platform_that_was_not_saved_names_its_digest(opened):
    with pytest.raises(BlobNotFoundError) as caught:
        opened(oci_archive(Index([AMD64, Absent(ARM64)])), platform="linux/arm64")
    assert ARM64.digest in str(caught.value)


def test_missing_layers_are_an_error_that_names_every_digest(opened):
    shared = [each.digest for each in TAGGED.blobs_of_layers]
    for form in (oci_files, docker_oci_files):
        with pytest.raises(BlobNotFoundError) as caught:
            opened(archive(without(form(TAGGED), *shared)))
        for each in shared:
            assert each in str(caught.value)


def test_a_missing_config_is_an_error_that_names_its_digest(opened):
    with pytest.raises(BlobNotFoundError) as caught:
        opened(archive(without(oci_files(TAGGED), TAGGED.image_id)))
    assert TAGGED.image_id in str(caught.value)


def test_missing_blobs_of_a_directory_are_named(opened, tmp_path):
    oci_layout(tmp_path / "layout", TAGGED)
    upper = TAGGED.blobs_of_layers[1].digest
    (tmp_path / "layout" / blob_path(upper)).unlink()
    with pytest.raises(BlobNotFoundError, match=upper):
        opened(tmp_path / "layout")


def test_foreign_layers_count_their_declared_size_and_are_said_to_be_unknown(opened):
    elsewhere = foreign(Layer().file("Files/Windows/notepad.exe", b"MZ" * 5000), "https://layers.test/base")
    built = Image([elsewhere, Layer().file("Files/app.exe", b"MZ")], compression=gzip)
    image = opened(oci_archive(built))
    assert image.layers["blob_bytes"].to_pylist() == [len(each.stored) for each in built.blobs_of_layers]
    assert kinds(image)["Files/app.exe"] == "file"
    assert [note for note in image.notes if elsewhere.digest in note]


def test_foreign_layers_are_known_by_their_media_type_alone(opened):
    for media_type in (
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    ):
        elsewhere = blob(Layer().file("far", b"away"), gzip, media_type=media_type, present=False)
        image = opened(oci_archive(Image([elsewhere, Layer().file("near", b"by")], compression=gzip)))
        assert seen(image) == {"near"}
        assert [note for note in image.notes if elsewhere.digest in note]


def test_the_hint_of_several_images_names_the_transport_of_the_form(opened, tmp_path):
    several = Image(TAGGED.layers, tags=["app:2"])
    for source, transport in (
        (oci_layout(tmp_path, TAGGED, several), "oci"),
        (oci_archive(TAGGED, several), "oci-archive"),
        (docker_archive(TAGGED, several), "docker-archive"),
    ):
        with pytest.raises(ImageSelectionError) as caught:
            opened(source, image="nope")
        assert caught.value.hint.startswith(f"write {transport}:PATH:TAG or {transport}:PATH:@INDEX")


def test_a_choice_in_a_form_of_one_image_is_to_be_left_out(opened, tmp_path):
    with pytest.raises(ImageSelectionError) as caught:
        opened(dir_layout(tmp_path, TAGGED), image="nope")
    assert "leave out --image" in caught.value.hint


# Broken indexes


@pytest.mark.parametrize(
    "index",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"manifests": 3}',
        b'{"manifests": [{}]}',
        b'{"manifests": [{"mediaType": "x", "digest": "md5:00", "size": 1}]}',
        b'{"manifests": [{"mediaType": "x", "digest": "../../etc/passwd", "size": 1}]}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_damaged_index_is_a_named_error(opened, index):
    with pytest.raises(InvalidMetadataError, match=r"index\.json|digest"):
        opened(archive(oci_files(TAGGED) | {"index.json": index}))


def test_names_in_an_index_may_be_full_references(opened):
    files = oci_files(TAGGED)
    index = json.loads(files["index.json"])
    index["manifests"][0]["annotations"] = {"org.opencontainers.image.ref.name": "registry.test:5000/team/app:1"}
    image = opened(archive(files | {"index.json": json_bytes(index)}))
    assert image.name == "registry.test:5000/team/app:1"
    assert contents(image)["a"] == digest(b"1")
