"""Hard links: names without bytes, targets before, after, below and nowhere."""

import pytest

from tests.images import Layer
from tests.traps.views import changes, contents, digest, kinds, wasted


def inodes(image):
    return {row["path"]: row["inode"] for row in image.rootfs.to_pylist()}


def test_a_hard_link_has_no_bytes_even_where_its_header_claims_some(stacked):
    layer = Layer().file("f", b"123").hardlink("l", "f", size=3).file("after", b"!")
    image = stacked(layer)
    row = changes(image)[1]
    assert (row["path"], row["kind"], row["size"], row["stored"], row["link_target"]) == ("l", "hardlink", 0, 0, "f")
    assert contents(image)["after"] == digest(b"!")
    assert image.size.file_bytes == 4
    assert image.size.rootfs_bytes == 4
    assert image.size.files == 2


def test_all_names_of_a_file_share_its_inode_and_show_its_size(stacked):
    image = stacked(Layer().file("f", b"123").hardlink("g", "f").hardlink("h", "g"))
    assert inodes(image) == {"f": 0, "g": 0, "h": 0}
    assert {row["size"] for row in image.rootfs.to_pylist()} == {3}
    assert kinds(image) == {"f": "file", "g": "file", "h": "file"}


@pytest.mark.parametrize("target", ["d/f", "/d/f", "./d/f", "d//f", "x/../d/f", "../d/f"])
def test_the_target_may_be_spelled_in_any_way(stacked, target):
    image = stacked(Layer().file("d/f", b"123").hardlink("l", target))
    assert inodes(image)["l"] == 0


def test_the_target_may_come_later_in_the_layer(stacked):
    assert inodes(stacked(Layer().hardlink("l", "f").file("f", b"123"))) == {"l": 1, "f": 1}


def test_the_target_may_be_in_a_lower_layer(stacked):
    image = stacked(Layer().file("f", b"123"), Layer().hardlink("l", "f"))
    assert inodes(image) == {"f": 0, "l": 0}
    assert image.size.rootfs_bytes == 3
    assert image.size.waste_bytes == 0


def test_removing_one_name_of_a_file_frees_nothing(stacked):
    layer = Layer().file("f", b"123").hardlink("l", "f")
    image = stacked(layer, Layer().whiteout("f"))
    assert kinds(image) == {"l": "file"}
    assert contents(image)["l"] == digest(b"123")
    assert image.size.waste_bytes == 0
    image = stacked(layer, Layer().whiteout("f"), Layer().whiteout("l"))
    assert wasted(image) == [("f", 3, "removed", 0, 2)]


def test_replacing_one_name_of_a_file_leaves_the_other(stacked):
    image = stacked(Layer().file("f", b"123").hardlink("l", "f"), Layer().file("f", b"4567"))
    assert contents(image) == {"f": digest(b"4567"), "l": digest(b"123")}
    assert image.size.waste_bytes == 0


def test_a_link_that_is_stored_again_in_full_wastes_the_first_copy_once_both_names_moved(stacked):
    lower = Layer().file("f", b"123").hardlink("l", "f")
    image = stacked(lower, Layer().file("f", b"123").hardlink("l", "f"))
    assert wasted(image) == [("f", 3, "recopied", 0, 1)]
    image = stacked(lower, Layer().file("f", b"123"))
    assert wasted(image) == []
    assert image.size.rootfs_bytes == 6


def test_a_link_whose_target_is_nowhere_is_shown_and_breaks_nothing(stacked):
    image = stacked(Layer().hardlink("l", "nowhere").hardlink("self", "self").hardlink("a", "b").hardlink("b", "a"))
    assert inodes(image) == {"l": None, "self": None, "a": None, "b": None}
    assert image.report().size.files == 0


def test_a_link_to_a_name_of_lower_layers_that_was_removed_earlier_leads_nowhere(stacked):
    image = stacked(Layer().file("f", b"123"), Layer().whiteout("f"), Layer().hardlink("l", "f"))
    assert inodes(image) == {"l": None}


def test_a_link_to_what_its_own_layer_removes_keeps_the_bytes(stacked):
    image = stacked(Layer().file("f", b"123"), Layer().whiteout("f").hardlink("l", "f"))
    assert inodes(image) == {"l": 0}
    assert image.size.waste_bytes == 0


def test_the_target_is_looked_up_through_symbolic_links_of_the_layer(stacked):
    layer = Layer().directory("usr/lib").symlink("lib", "usr/lib").file("lib/x", b"1234")
    image = stacked(layer.hardlink("lib/y", "lib/x").hardlink("z", "lib/x").hardlink("usr/lib/w", "usr/lib/x"))
    names = ("usr/lib/x", "usr/lib/y", "usr/lib/w", "z")
    assert [inodes(image)[name] for name in names] == [2] * 4
    assert image.size.files == 1


def test_bytes_live_on_under_a_link_through_a_symbolic_link(stacked):
    layer = Layer().directory("usr/lib").symlink("lib", "usr/lib").file("lib/x", b"1234").hardlink("lib/y", "lib/x")
    image = stacked(layer, Layer().whiteout("usr/lib/x"))
    assert contents(image) == {"usr/lib/y": digest(b"1234")}
    assert image.size.waste_bytes == 0


def test_a_layer_that_knows_a_linked_directory_by_its_other_name_links_inside_what_it_unpacks(stacked):
    lower = Layer().directory("usr/lib").symlink("lib", "usr/lib")
    image = stacked(lower, Layer().file("lib/x", b"1234").hardlink("lib/y", "lib/x"), Layer().whiteout("lib/x"))
    assert contents(image) == {"lib/y": digest(b"1234")}
    assert image.size.waste_bytes == 0


def test_a_link_to_a_symbolic_link_is_that_link(stacked):
    image = stacked(Layer().symlink("s", "target").hardlink("l", "s"))
    row = next(row for row in image.rootfs.to_pylist() if row["path"] == "l")
    assert (row["kind"], row["link_target"], row["inode"]) == ("symlink", "target", 0)


def test_links_between_names_that_are_not_utf_8(stacked):
    image = stacked(
        Layer().file(b"\xff", b"bytes").file("\\xff", b"text").hardlink("a", b"\xff").hardlink("b", "\\xff")
    )
    assert {row["path"]: row["inode"] for row in image.rootfs.to_pylist() if row["path"] in "ab"} == {"a": 0, "b": 1}


def test_rewriting_many_links_counts_the_content_once(stacked):
    names = [f"l{number}" for number in range(50)]
    layer = Layer().file("f", b"x" * 1000)
    for name in names:
        layer.hardlink(name, "f")
    image = stacked(layer)
    assert image.size.rootfs_bytes == 1000
    assert image.size.files == 1
    (largest,) = image.report().largest.files
    assert largest.links == 51
