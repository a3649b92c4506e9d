"""docker-archive, as Docker, crane, kaniko and others write it."""

import json

import pytest

from analyzer.errors import (
    BlobNotFoundError,
    ImageSelectionError,
    ImgscanError,
    InvalidMetadataError,
    UnsupportedImageError,
)
from tests.images import (
    ABSENT,
    Hardlink,
    Image,
    Layer,
    Symlink,
    archive,
    blob,
    crane_archive,
    docker_archive,
    docker_files,
    gzip,
    json_bytes,
    plain,
    zstd,
)
from tests.traps.views import contents, digest, file_layers, kinds, wasted

FIRST = Layer().file("a", b"from the first").file("shared", b"1")
SECOND = Layer().file("b", b"from the second").file("shared", b"2")
THIRD = Layer().file("c", b"from the third").file("shared", b"3")


def reversed_members(files):
    return dict(reversed(files.items()))


@pytest.mark.parametrize("order", [dict, reversed_members])
def test_layers_stand_in_the_order_of_the_manifest_and_not_of_the_tar(opened, order):
    image = opened(archive(order(docker_files(Image([THIRD, FIRST, SECOND])))))
    assert file_layers(image) == {"a": 1, "b": 2, "c": 0, "shared": 2}
    assert contents(image)["shared"] == digest(b"2")
    assert image.format == "docker-archive"


@pytest.mark.parametrize("duplicates", ["copy", "symlink", "hardlink"])
@pytest.mark.parametrize("order", [dict, reversed_members])
def test_a_layer_that_occurs_twice_and_is_stored_as_a_link_is_read_at_both_places(opened, duplicates, order):
    files = docker_files(Image([FIRST, SECOND, FIRST]), duplicates=duplicates)
    image = opened(archive(order(files)))
    assert image.layers["diff_id"].to_pylist() == [FIRST.diff_id, SECOND.diff_id, FIRST.diff_id]
    assert image.layers["layer"].to_pylist() == [0, 1, 2]
    assert file_layers(image) == {"a": 2, "b": 1, "shared": 2}
    assert ("a", 14, "recopied", 0, 2) in wasted(image)


def test_layers_that_link_to_each_other_in_a_circle_end_in_a_named_error(opened):
    files = docker_files(Image([FIRST]))
    (path,) = [name for name in files if name.endswith("layer.tar")]
    folder = path.rpartition("/")[0]
    files |= {path: Symlink("other.tar"), f"{folder}/other.tar": Symlink("layer.tar")}
    for source in (archive(files), gzip(archive(files))):
        with pytest.raises(BlobNotFoundError, match=r"/layer\.tar in .* is a link that leads in a circle"):
            opened(source).report()


@pytest.mark.parametrize("manifest", [b"", b"{not json", b"null"])
def test_an_archive_whose_manifest_is_damaged_is_no_root_filesystem(opened, manifest):
    content = archive({**docker_files(Image([FIRST])), "repositories": b"{}", "manifest.json": manifest})
    with pytest.raises(InvalidMetadataError, match=r"manifest\.json of .* does not list images"):
        opened(content)
    with pytest.raises(ImgscanError, match=r"manifest\.json"):
        opened(gzip(content))


@pytest.mark.parametrize("link", [Symlink("/etc/passwd"), Symlink("../../../../etc/passwd"), Hardlink("/etc/passwd")])
def test_links_of_the_archive_never_lead_out_of_it(opened, link):
    files = docker_files(Image([FIRST]))
    (path,) = [name for name in files if name.endswith("layer.tar")]
    with pytest.raises(BlobNotFoundError, match=r"layer\.tar"):
        opened(archive(files | {path: link})).report()


def test_a_long_chain_of_links_is_bounded(opened):
    files = docker_files(Image([FIRST]))
    (path,) = [name for name in files if name.endswith("layer.tar")]
    chain = {f"{number}.tar": Symlink(f"{number + 1}.tar") for number in range(1000)}
    with pytest.raises(BlobNotFoundError):
        opened(archive({**files, **chain, "1000.tar": files[path], path: Symlink("../0.tar")})).report()


# Which image


def several():
    return docker_archive(
        Image([FIRST], tags=["app:1", "app:latest"]),
        Image([SECOND], tags=["registry.test:5000/other:2"]),
        Image([THIRD]),
    )


def test_an_archive_of_several_images_lists_them_and_asks_for_one(opened):
    with pytest.raises(ImageSelectionError) as caught:
        opened(several())
    for name in ("app:1", "app:latest", "registry.test:5000/other:2", "0", "1", "2"):
        assert name in str(caught.value)
    assert "--image" in caught.value.hint


@pytest.mark.parametrize(
    ("wanted", "file"),
    [
        ("app:1", "a"),
        ("app:latest", "a"),
        ("0", "a"),
        ("registry.test:5000/other:2", "b"),
        ("1", "b"),
        ("2", "c"),
    ],
)
def test_one_of_several_images_is_chosen_by_tag_or_by_index(opened, wanted, file):
    assert file in kinds(opened(several(), image=wanted))


@pytest.mark.parametrize("wanted", ["app:3", "3", "-1", ""])
def test_an_image_that_is_not_there_is_an_error_that_lists_what_is(opened, wanted):
    with pytest.raises(ImageSelectionError, match="app:latest"):
        opened(several(), image=wanted)


def test_of_very_many_images_the_first_are_listed(opened):
    files = docker_files(Image([FIRST]))
    entries = json.loads(files["manifest.json"]) * 1200
    with pytest.raises(ImageSelectionError, match=r"\n  99: .*\n  and 1,100 more\Z"):
        opened(archive(files | {"manifest.json": json_bytes(entries)}))


@pytest.mark.parametrize("tags", [None, [], ABSENT])
def test_images_without_tags_are_called_by_the_file(write, opened, tags):
    files = docker_files(Image([FIRST]))
    (entry,) = json.loads(files["manifest.json"])
    entry = {key: value for key, value in {**entry, "RepoTags": tags}.items() if value is not ABSENT}
    image = opened(write(archive(files | {"manifest.json": json_bytes([entry])}), "app.tar"))
    assert image.tags == ()
    assert image.name == "app.tar"


def test_an_empty_list_of_images_is_a_named_error(opened):
    with pytest.raises(ImageSelectionError, match="no image"):
        opened(archive(docker_files(Image([FIRST])) | {"manifest.json": b"[]"}))


# Writers


@pytest.mark.parametrize("compression", [plain, gzip, zstd], ids=lambda each: each.name)
def test_archives_of_crane_and_kaniko_with_digests_for_names_are_read(opened, compression):
    built = Image([FIRST, SECOND], tags=["app:1"], compression=compression)
    image = opened(crane_archive(built))
    assert set(contents(image)) == {"a", "b", "shared"}
    assert image.image_id == built.image_id
    assert image.layers["compression"].to_pylist() == [compression.name] * 2


def test_each_layer_is_sniffed_and_not_just_the_first(opened):
    image = opened(crane_archive(Image([blob(FIRST, plain), blob(SECOND, gzip), blob(THIRD, zstd)])))
    assert image.layers["compression"].to_pylist() == ["plain", "gzip", "zstd"]
    assert file_layers(image) == {"a": 0, "b": 1, "c": 2, "shared": 2}


def test_a_gzip_layer_whose_name_says_plain_is_read_by_its_content(opened):
    files = docker_files(Image([blob(FIRST, gzip)]))
    assert opened(archive(files)).layers["compression"].to_pylist() == ["gzip"]


def test_archives_that_name_files_with_a_leading_dot_are_read(opened):
    files = {f"./{path}": content for path, content in docker_files(Image([FIRST, SECOND])).items()}
    assert set(contents(opened(archive(files)))) == {"a", "b", "shared"}


def test_archives_of_docker_before_1_10_are_refused_by_name(opened):
    files = docker_files(Image([FIRST], tags=["old:1"]))
    older = {path: content for path, content in files.items() if path != "manifest.json" and "." not in path[-5:]}
    assert "repositories" in older
    with pytest.raises(UnsupportedImageError, match=r"Docker 1\.9") as caught:
        opened(archive(older))
    assert caught.value.hint


def test_unknown_files_in_the_archive_are_no_error(opened):
    files = docker_files(Image([FIRST]))
    image = opened(archive({**files, "README.md": b"hello", "signature.bin": bytes(3000), "notes/a.txt": b""}))
    assert set(contents(image)) == {"a", "shared"}


# Contradictions


def test_a_manifest_without_layers_for_a_config_that_has_some_is_a_named_error(opened):
    files = docker_files(Image([FIRST]))
    (entry,) = json.loads(files["manifest.json"])
    for layers in (None, []):
        with pytest.raises(InvalidMetadataError, match="layers"):
            opened(archive(files | {"manifest.json": json_bytes([{**entry, "Layers": layers}])}))


def test_more_layers_than_diff_ids_are_an_error_that_says_both_counts(opened):
    config = {"rootfs": {"type": "layers", "diff_ids": [FIRST.diff_id]}}
    with pytest.raises(InvalidMetadataError, match=r"1 .*2 "):
        opened(docker_archive(Image([FIRST, SECOND], config_changes=config)))


def test_a_missing_layer_is_an_error_that_names_it(opened):
    files = docker_files(Image([FIRST, SECOND]))
    (entry,) = json.loads(files["manifest.json"])
    del files[entry["Layers"][1]]
    with pytest.raises(BlobNotFoundError) as caught:
        opened(archive(files)).report()
    assert entry["Layers"][1] in str(caught.value)


def test_a_missing_config_is_an_error_that_names_it(opened):
    built = Image([FIRST])
    files = docker_files(built)
    name = built.image_id.removeprefix("sha256:") + ".json"
    del files[name]
    with pytest.raises(BlobNotFoundError, match=name):
        opened(archive(files)).report()
