"""Whiteouts and opaque whiteouts (layer.md), and what AUFS left among them."""

import pytest

from tests.images import Layer
from tests.traps.views import changes, contents, digest, file_layers, kinds, wasted

LOWER = Layer().directory("d").file("d/one", b"1").file("d/two", b"22").directory("d/sub").file("d/sub/three", b"333")


def test_a_whiteout_hides_the_path_and_all_below_it(stacked):
    image = stacked(LOWER, Layer().whiteout("d/sub").whiteout("d/one"))
    assert kinds(image) == {"d": "directory", "d/two": "file"}
    assert wasted(image) == [("d/sub/three", 3, "removed", 0, 1), ("d/one", 1, "removed", 0, 1)]


@pytest.mark.parametrize("whiteout_first", [True, False])
def test_a_whiteout_hides_nothing_of_its_own_layer_wherever_it_stands(stacked, whiteout_first):
    upper = (
        Layer().whiteout("d/one").file("d/one", b"new")
        if whiteout_first
        else Layer().file("d/one", b"new").whiteout("d/one")
    )
    image = stacked(LOWER, upper)
    assert file_layers(image)["d/one"] == 1
    assert contents(image)["d/one"] == digest(b"new")


@pytest.mark.parametrize("opaque_first", [True, False])
def test_an_opaque_whiteout_hides_lower_children_and_none_of_its_own_layer(stacked, opaque_first):
    own = Layer().file("d/new", b"4444").file("d/sub/new", b"55555")
    if opaque_first:
        upper = Layer().opaque("d").raw(own.ending(b"").tar())
    else:
        upper = Layer().raw(own.ending(b"").tar()).opaque("d")
    image = stacked(LOWER, upper)
    assert file_layers(image) == {"d/new": 1, "d/sub/new": 1}
    assert {row[0] for row in wasted(image)} == {"d/one", "d/two", "d/sub/three"}
    assert {row[2] for row in wasted(image)} == {"removed"}


def test_an_opaque_whiteout_keeps_the_directory_with_its_lower_attributes(stacked):
    image = stacked(Layer().directory("d", mode=0o700, uid=7).file("d/f", b"1"), Layer().opaque("d"))
    (row,) = image.rootfs.to_pylist()
    assert (row["path"], row["kind"], row["mode"], row["uid"], row["layer"]) == ("d", "directory", 0o700, 7, 0)


def test_an_opaque_whiteout_of_the_root_empties_the_image(stacked):
    image = stacked(LOWER, Layer().opaque("").file("only", b"1"))
    assert kinds(image) == {"only": "file"}


def test_an_opaque_whiteout_of_a_directory_that_is_nowhere_below_is_legal(stacked):
    image = stacked(Layer().opaque("d").file("d/f", b"1"))
    assert file_layers(image) == {"d/f": 0}


def test_a_whiteout_of_what_is_not_there_does_nothing(stacked):
    image = stacked(LOWER, Layer().whiteout("d/missing").whiteout("no/such/path"))
    assert set(file_layers(image)) == {"d/one", "d/two", "d/sub/three"}
    assert image.size.waste_bytes == 0


def test_a_whiteout_below_a_file_makes_a_directory_of_it_as_unpacking_does(stacked):
    image = stacked(LOWER, Layer().whiteout("d/one/below"))
    assert kinds(image)["d/one"] == "directory"
    assert wasted(image) == [("d/one", 1, "overwritten", 0, 1)]


def test_a_whiteout_of_what_an_earlier_layer_removed_takes_nothing_twice(stacked):
    image = stacked(LOWER, Layer().whiteout("d/one"), Layer().whiteout("d/one"))
    assert wasted(image) == [("d/one", 1, "removed", 0, 1)]


def test_a_path_that_comes_back_after_a_whiteout_is_another_file(stacked):
    image = stacked(LOWER, Layer().whiteout("d/one"), Layer().file("d/one", b"1"))
    assert file_layers(image)["d/one"] == 2
    assert wasted(image) == [("d/one", 1, "removed", 0, 1)]


def test_a_whiteout_prefix_without_a_name_removes_nothing(stacked):
    image = stacked(LOWER, Layer().file("d/.wh.", b"").file(".wh.", b""))
    assert set(file_layers(image)) == {"d/one", "d/two", "d/sub/three"}
    assert image.size.waste_bytes == 0


@pytest.mark.parametrize("name", [".wh..", ".wh..."])
def test_a_whiteout_of_the_directory_itself_or_of_its_parent_removes_nothing(stacked, name):
    image = stacked(LOWER, Layer().file(f"d/sub/{name}", b"").file(name, b""))
    assert set(file_layers(image)) == {"d/one", "d/two", "d/sub/three"}
    assert not {"d/sub/.", "d/sub/..", ".", ".."} & set(kinds(image))


def test_names_that_begin_with_a_dot_have_whiteouts_too(stacked):
    lower = Layer().file("root/.ssh/id", b"key").file("root/.wh", b"1").file("root/..data", b"2")
    image = stacked(lower, Layer().whiteout("root/.ssh").whiteout("root/..data"))
    assert file_layers(image) == {"root/.wh": 0}
    assert [row["path"] for row in changes(image)[3:]] == ["root/.ssh", "root/..data"]


def test_the_whiteout_prefix_counts_at_the_start_of_a_name_only(stacked):
    names = ["a.wh.b", "x/.whistle", "x/.w", "x/wh.y", ".wh"]
    image = stacked(Layer().files(dict.fromkeys(names, b"1")))
    assert set(file_layers(image)) == set(names)


def test_a_whiteout_may_be_a_hard_link_to_an_aufs_file(stacked):
    upper = Layer().file(".wh..wh.plnk/9.9", b"").hardlink("d/.wh.one", ".wh..wh.plnk/9.9")
    image = stacked(LOWER, upper)
    assert set(file_layers(image)) == {"d/two", "d/sub/three"}


def test_a_character_device_0_0_is_a_whiteout_as_in_overlay(stacked):
    image = stacked(LOWER, Layer().character("d/sub", 0, 0).character("d/null", 1, 3))
    assert kinds(image) == {"d": "directory", "d/one": "file", "d/two": "file", "d/null": "character"}


@pytest.mark.parametrize(
    "upper",
    [
        Layer().file("d/.wh.one", b"not empty"),
        Layer().sparse("d/.wh.one", [(0, b"abc")], 1000, "gnu"),
        Layer().sparse("d/.wh.one", [(9, b"abc")], 1000, "1.0"),
    ],
    ids=["file", "old sparse file", "sparse file"],
)
def test_a_whiteout_with_content_counts_as_overhead(stacked, upper):
    image = stacked(LOWER, upper)
    assert "d/one" not in file_layers(image)
    ledger = image.ledger().layers[1]
    assert (ledger.file_bytes, ledger.overhead) == (0, len(upper.tar()))
    assert image.report().size.rootfs_bytes == 5


def test_aufs_metadata_is_seen_by_no_container_yet_its_files_are_targets_of_hard_links(stacked):
    layer = (
        Layer()
        .file(".wh..wh.aufs", b"")
        .directory(".wh..wh.plnk")
        .file(".wh..wh.plnk/12.34", b"x" * 100)
        .directory(".wh..wh.orph")
        .hardlink("bin/tool", ".wh..wh.plnk/12.34")
    )
    image = stacked(LOWER, layer)
    assert {path for path in kinds(image) if ".wh." in path} == set()
    assert contents(image)["bin/tool"] == digest(b"x" * 100)
    assert image.ledger().layers[1].visible == 100
    assert set(file_layers(image)) == {"d/one", "d/two", "d/sub/three", "bin/tool"}


def test_a_whiteout_and_a_file_over_a_directory_hide_the_subtree(stacked):
    image = stacked(LOWER, Layer().whiteout("d").file("d", b"now a file"))
    assert kinds(image) == {"d": "file"}
    assert image.ledger().layers[0].removed == 6


def test_whiteouts_are_told_apart_in_the_changes_table(stacked):
    image = stacked(LOWER, Layer().whiteout("d/one").opaque("d/sub"))
    rows = changes(image)[-2:]
    assert [(row["kind"], row["path"], row["raw_path"], row["size"]) for row in rows] == [
        ("whiteout", "d/one", b"d/.wh.one", 0),
        ("opaque", "d/sub", b"d/sub/.wh..wh..opq", 0),
    ]
    assert image.layers["whiteouts"].to_pylist() == [0, 2]
