"""Layers over layers: types that change, directories that are implied, symbolic links on the way, repetitions."""

import pytest

from tests.images import Layer
from tests.traps.views import changes, contents, digest, file_layers, kinds, wasted

TREE = (
    Layer()
    .directory("d")
    .file("d/a", b"1")
    .directory("d/sub")
    .file("d/sub/b", b"22")
    .file("d-", b"333")
    .file("d.", b"4")
)


@pytest.mark.parametrize(
    ("upper", "kind"),
    [
        (Layer().file("d", b"file"), "file"),
        (Layer().symlink("d", "elsewhere"), "symlink"),
        (Layer().fifo("d"), "fifo"),
        (Layer().character("d", 1, 3), "character"),
        (Layer().hardlink("d", "d-"), "file"),
    ],
)
def test_a_non_directory_over_a_directory_hides_the_whole_subtree_without_whiteouts(stacked, upper, kind):
    image = stacked(TREE, upper)
    assert kinds(image) == {"d": kind, "d-": "file", "d.": "file"}
    ledger = image.ledger().layers[0]
    assert (ledger.removed, ledger.overwritten) == (3, 0)


def test_a_directory_over_a_file_replaces_it(stacked):
    image = stacked(Layer().file("x", b"was a file"), Layer().directory("x").file("x/y", b"1"))
    assert kinds(image) == {"x": "directory", "x/y": "file"}
    assert wasted(image) == [("x", 10, "overwritten", 0, 1)]


def test_a_file_below_a_lower_file_makes_that_a_directory(stacked):
    image = stacked(Layer().file("x", b"was a file"), Layer().file("x/y", b"1"))
    assert kinds(image) == {"x": "directory", "x/y": "file"}
    assert wasted(image) == [("x", 10, "overwritten", 0, 1)]


def test_a_directory_over_a_directory_merges_and_its_attributes_win(stacked):
    lower = Layer().directory("d", mode=0o755, uid=1).file("d/a", b"1")
    image = stacked(lower, Layer().directory("d", mode=0o2770, uid=5, gid=6))
    rows = {row["path"]: row for row in image.rootfs.to_pylist()}
    assert set(rows) == {"d", "d/a"}
    assert [rows["d"][name] for name in ("mode", "uid", "gid", "layer")] == [0o2770, 5, 6, 1]
    assert image.size.waste_bytes == 0


def test_parents_without_an_entry_are_implied_and_keep_lower_attributes(stacked):
    lower = Layer().directory("d", mode=0o700, uid=9)
    image = stacked(lower, Layer().file("d/new/deep/f", b"1"))
    rows = {row["path"]: row for row in image.rootfs.to_pylist()}
    assert set(rows) == {"d", "d/new", "d/new/deep", "d/new/deep/f"}
    assert (rows["d"]["mode"], rows["d"]["uid"], rows["d"]["layer"]) == (0o700, 9, 0)
    assert rows["d/new"]["kind"] == "directory"
    assert [rows["d/new"][name] for name in ("mode", "uid", "layer", "row")] == [None] * 4
    assert len(changes(image)) == 2


def test_a_directory_that_one_layer_removes_and_fills_without_an_entry_is_implied(stacked):
    lower = Layer().directory("d", mode=0o700, uid=9).file("d/old", b"1")
    for upper in (Layer().whiteout("d").file("d/new", b"22"), Layer().file("d/new", b"22").whiteout("d")):
        rows = {row["path"]: row for row in stacked(lower, upper).rootfs.to_pylist()}
        assert set(rows) == {"d", "d/new"}
        assert [rows["d"][name] for name in ("kind", "mode", "uid", "layer")] == ["directory", None, None, None]


def test_the_same_content_stored_again_is_recopied_and_other_content_is_overwritten(stacked):
    lower = Layer().file("same", b"12345", mtime=1).file("other", b"123")
    upper = Layer().file("same", b"12345", mode=0o755, uid=3, mtime=2).file("other", b"124")
    assert wasted(stacked(lower, upper)) == [("same", 5, "recopied", 0, 1), ("other", 3, "overwritten", 0, 1)]


def test_a_copy_that_differs_in_its_time_alone_is_waste(stacked):
    image = stacked(Layer().file("f", b"12345", mtime=1), Layer().file("f", b"12345", mtime=2))
    assert wasted(image) == [("f", 5, "recopied", 0, 1)]


def test_a_layer_twice_in_one_image_counts_at_both_places(stacked):
    layer = Layer().directory("app").file("app/f", b"12345")
    image = stacked(layer, layer, layer)
    assert image.layers["layer"].to_pylist() == [0, 1, 2]
    assert [ledger.recopied for ledger in image.ledger().layers] == [5, 5, 0]
    assert image.ledger().total.tar_bytes == 3 * len(layer.tar())
    assert len(set(image.layers["chain_id"].to_pylist())) == 3


# Symbolic links on the way: unpacking a layer follows its own links, and never those of the layers below


def merged() -> Layer:
    return Layer().directory("usr/lib").symlink("lib", "usr/lib").file("usr/lib/old", b"old")


@pytest.mark.parametrize("target", ["usr/lib", "/usr/lib", "./usr//lib/", "../../usr/lib", "x/../usr/lib"])
def test_a_file_under_a_link_of_its_own_layer_lands_where_the_link_points(stacked, target):
    layer = Layer().directory("usr/lib").symlink("lib", target).file("lib/new", b"1")
    image = stacked(Layer().file("usr/lib/new", b"lower"), layer)
    assert kinds(image)["lib"] == "symlink"
    assert file_layers(image) == {"usr/lib/new": 1}
    assert wasted(image) == [("usr/lib/new", 5, "overwritten", 0, 1)]
    assert changes(image)[-1]["path"] == "lib/new"  # as the tar says


def test_a_link_that_points_above_the_root_stays_inside(stacked):
    image = stacked(Layer().symlink("l", "../../../../etc").file("l/passwd", b"22"))
    assert file_layers(image) == {"etc/passwd": 0}


def test_links_of_several_steps_are_followed(stacked):
    links = Layer().symlink("a", "b").symlink("b", "c/d").directory("c/d").symlink("c/d/up", "../e").directory("c/e")
    image = stacked(links.file("a/f", b"1").file("a/up/g", b"2"))
    assert file_layers(image) == {"c/d/f": 0, "c/e/g": 0}


def test_a_circle_of_links_ends(stacked):
    image = stacked(Layer().symlink("a", "b").symlink("b", "a").file("a/f", b"123"))
    assert image.ledger().total.file_bytes == 3
    assert image.report().size.file_bytes == 3


def test_one_file_by_two_paths_in_one_layer_is_a_repetition(stacked):
    image = stacked(merged().file("lib/old", b"second"))
    assert contents(image)["usr/lib/old"] == digest(b"second")
    assert wasted(image) == [("usr/lib/old", 3, "repeated", 0, 0)]


def test_a_link_that_comes_after_the_file_is_too_late_for_it(stacked):
    image = stacked(Layer().directory("usr/lib").file("lib/x", b"1").symlink("lib", "usr/lib"))
    assert kinds(image)["lib"] == "symlink"
    assert file_layers(image) == {}


def test_a_file_under_a_link_of_a_lower_layer_makes_a_directory_in_its_place(stacked):
    image = stacked(merged(), Layer().file("lib/new", b"1"))
    assert kinds(image)["lib"] == "directory"
    assert file_layers(image) == {"usr/lib/old": 0, "lib/new": 1}
    assert image.size.waste_bytes == 0


def test_a_directory_over_a_symbolic_link_replaces_the_link(stacked):
    image = stacked(merged(), Layer().directory("lib").file("lib/new", b"1"))
    assert kinds(image)["lib"] == "directory"
    assert file_layers(image) == {"usr/lib/old": 0, "lib/new": 1}


@pytest.mark.parametrize("upper", [Layer().whiteout("lib/old"), Layer().opaque("lib")])
def test_whiteouts_under_a_link_of_a_lower_layer_do_not_reach_what_it_leads_to(stacked, upper):
    image = stacked(merged(), upper)
    assert kinds(image)["lib"] == "directory"
    assert file_layers(image) == {"usr/lib/old": 0}


def test_a_whiteout_of_the_link_itself_leaves_what_it_leads_to(stacked):
    image = stacked(merged(), Layer().whiteout("lib"))
    assert file_layers(image) == {"usr/lib/old": 0}
    assert "lib" not in kinds(image)


# Repetitions in one layer


def test_of_an_entry_that_one_layer_repeats_the_last_wins_and_the_rest_is_waste_there(stacked):
    image = stacked(Layer().file("f", b"1").file("g", b"x").file("f", b"22").file("./f", b"333"))
    assert contents(image)["f"] == digest(b"333")
    ledger = image.ledger().layers[0]
    assert (ledger.repeated, ledger.visible) == (3, 4)
    assert wasted(image) == [("f", 2, "repeated", 0, 0), ("f", 1, "repeated", 0, 0)]


def test_repetition_applies_to_equal_content_too(stacked):
    assert wasted(stacked(Layer().file("f", b"same").file("f", b"same"))) == [("f", 4, "repeated", 0, 0)]


def test_a_file_repeated_as_a_directory_and_the_reverse(stacked):
    image = stacked(Layer().file("a", b"1").directory("a").directory("b").file("b/c", b"22").file("b", b"333"))
    assert kinds(image) == {"a": "directory", "b": "file"}
    assert image.ledger().layers[0].repeated == 3
