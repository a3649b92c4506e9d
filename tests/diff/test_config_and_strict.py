"""Configurations field by field, and the first difference down to single bytes."""

import pytest

import imgscan
from tests.diff.pairs import opened
from tests.images import Image, Layer, gzip, gzip_members, oci_layout, plain, step


def image(layers=(), compression=plain, **options) -> imgscan.Image:
    return opened(Image(list(layers), compression=compression, **options), compression)


def test_config_fields_are_compared_one_by_one() -> None:
    old = image(runtime={"Env": ["A=1", "B=2"], "Cmd": ["x"], "ExposedPorts": {"80/tcp": {}}, "Labels": {"v": "1"}})
    new = image(
        runtime={
            "Env": ["B=3", "A=1"],
            "Cmd": ["x", "y"],
            "Volumes": {"/data": {}},
            "Labels": {"v": "2"},
            "User": "app",
        }
    )
    found = {each.field: (each.old, each.new) for each in imgscan.diff(old, new).config}
    assert found == {
        "Cmd": ('["x"]', '["x","y"]'),
        "Env.B": ("2", "3"),
        "ExposedPorts.80/tcp": ("yes", None),
        "Labels.v": ("1", "2"),
        "User": (None, "app"),
        "Volumes./data": (None, "yes"),
    }


def test_what_any_rebuild_changes_is_left_out_of_the_config_unless_it_is_asked_for() -> None:
    old = image(runtime={"Image": "sha256:1", "Hostname": "a"}, created="2024-01-01T00:00:00Z")
    new = image(runtime={"Image": "sha256:2", "Hostname": "b"}, created="2025-01-01T00:00:00Z")
    assert imgscan.diff(old, new).config == ()
    assert [each.field for each in imgscan.diff(old, new, times=True).config] == ["Hostname", "Image", "created"]


FILE = Layer().file("a", b"1").file("b", b"2")
CASES = {
    "config": ({"runtime": {"User": "a"}}, {"runtime": {"User": "b"}}, "config", "User"),
    "history": (
        {"history": [step(created_by="x")]},
        {"history": [step(created_by="y")]},
        "history",
        "entry 0, created_by",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_first_difference_of_the_metadata_is_named(name) -> None:
    before, after, level, where = CASES[name]
    found = imgscan.diff(image([FILE], **before), image([FILE], **after)).strict
    assert (found[-1].level, found[-1].where) == (level, where)


@pytest.mark.parametrize(
    ("layer", "level", "where", "values"),
    [
        (Layer().file("a", b"1").file("b", b"3"), "content", "layer 0, entry 1, b", None),
        (
            Layer().file("a", b"1", mode=0o600).file("b", b"3"),
            "entry header",
            "layer 0, entry 0, a: mode",
            ("0644", "0600"),
        ),
        (Layer().file("b", b"2").file("a", b"1"), "entry header", "layer 0, entry 0, a: path", ("a", "b")),
        (Layer().file("a", b"1"), "entry header", "layer 0, entry 1: entries", ("2", "1")),
        (Layer().file("a", b"1").file("b", b"2", user="root"), "entry header", "layer 0, in what no table shows", None),
    ],
)
def test_the_first_difference_of_a_layer_is_named(layer, level, where, values) -> None:
    found = imgscan.diff(image([FILE]), image([layer])).strict
    assert [each.level for each in found if each.level == "layer"] == ["layer"]
    assert (found[-1].level, found[-1].where) == (level, where)
    assert values is None or (found[-1].old, found[-1].new) == values


def test_extended_attributes_are_told_and_not_taken_for_what_no_table_shows() -> None:
    old, new, bare = (
        image([Layer().file("a", b"1", xattrs=xattrs)])
        for xattrs in ({"security.capability": b"\x01\xff"}, {"security.capability": b"\x02\xff"}, {})
    )
    found = imgscan.diff(old, new).strict[-1]
    assert (found.level, found.where) == ("entry header", "layer 0, entry 0, a: xattrs")
    assert (found.old, found.new) == ("security.capability=01ff", "security.capability=02ff")
    found = imgscan.diff(bare, new).strict[-1]
    assert (found.where, found.old) == ("layer 0, entry 0, a: xattrs", "None")


def test_another_compression_is_a_difference_of_the_blob_only() -> None:
    members = gzip_members(2)
    found = imgscan.diff(image([FILE], gzip), image([FILE], members)).strict
    assert [each.level for each in found] == ["manifest", "layer blob"]
    assert imgscan.diff(image([FILE], gzip), image([FILE], members)).files.num_rows == 0


def test_the_same_bytes_do_not_differ() -> None:
    assert imgscan.diff(image([FILE], gzip), image([FILE], gzip)).strict == ()
    assert imgscan.diff(image([FILE]), image([FILE])).report(strict=True).identical


def test_the_index_of_a_layout_is_compared_too() -> None:
    named = [image([FILE], gzip, tags=[tag]) for tag in ("app:1", "app:2")]
    (found,) = imgscan.diff(*named).strict
    assert (found.level, found.where) == ("index", "manifests.0.annotations.org.opencontainers.image.ref.name")
    assert (found.old, found.new) == ("app:1", "app:2")
    assert imgscan.diff(*named).report().identical
    assert not imgscan.diff(*named).report(strict=True).identical


def test_another_manifest_is_no_difference_of_the_index() -> None:
    other = Layer().file("a", b"3").file("b", b"2")
    assert imgscan.diff(image([FILE], gzip), image([other], gzip)).strict[0].level == "manifest"
    old, new = image([FILE], gzip, tags=["app:1"]), image([other], gzip, tags=["app:2"])
    assert [each.level for each in imgscan.diff(old, new).strict][:2] == ["index", "manifest"]


def test_what_an_index_has_beside_the_fields_of_the_specification_differs_by_its_bytes(tmp_path) -> None:
    paths = [oci_layout(tmp_path / name, Image([FILE])) for name in ("old", "new")]
    index = paths[1] / "index.json"
    index.write_bytes(index.read_bytes() + b"\n")
    (found,) = imgscan.diff(*map(imgscan.open, paths)).strict
    assert (found.level, found.where) == ("index", "digest of index.json")


def test_annotations_of_the_manifest_are_named() -> None:
    old, new = (image([FILE], gzip, annotations={"built.by": name}) for name in ("a", "b"))
    (found,) = imgscan.diff(old, new).strict
    assert (found.level, found.where, found.old, found.new) == ("manifest", "annotations.built.by", "a", "b")
