"""What differs between two root filesystems, path by path: rules one by one, then against a slow reference."""

from hypothesis import given, settings
from hypothesis import strategies as st

import imgscan
from tests import reference
from tests.diff.pairs import changes, difference, image_of, opened
from tests.images import Image, Layer, gzip, plain, zstd
from tests.strategies import CONTENT_OF, layer_stacks, to_image


def test_files_that_come_go_and_change() -> None:
    old = Layer().file("a", b"123").file("b", b"1").file("same", b"x").directory("d")
    new = Layer().file("a", b"1234").file("c", b"12").file("same", b"x").directory("d")
    assert changes(difference([old], [new])) == {
        "a": ("modified", ["content"], 1),
        "b": ("removed", [], -1),
        "c": ("added", [], 2),
    }


def test_other_content_of_the_same_size_is_seen() -> None:
    """Also beyond the size up to which every file has a digest from the first pass."""
    for size in (3, 100_000):
        diff = difference([Layer().file("a", b"1" * size)], [Layer().file("a", b"2" * size)])
        assert changes(diff) == {"a": ("modified", ["content"], 0)}


def test_attributes_are_told_apart() -> None:
    attributes = {"mode": 0o644, "uid": 1, "gid": 2, "mtime": 1, "xattrs": {"user.a": b"1"}}

    def layers(**other):
        return [Layer().file("f", b"1", **attributes | other)]

    cases = {
        "mode": {"mode": 0o4644},
        "owner": {"gid": 3},
        "xattrs": {"xattrs": {"user.a": b"2"}},
    }
    for word, other in cases.items():
        assert changes(difference(layers(), layers(**other))) == {"f": ("metadata", [word], 0)}
    assert changes(difference(layers(), layers(xattrs={}))) == {"f": ("metadata", ["xattrs"], 0)}
    assert changes(difference(layers(), layers(mtime=2))) == {}
    assert changes(difference(layers(), layers(mtime=2), times=True)) == {"f": ("metadata", ["mtime"], 0)}


def test_links_devices_and_types() -> None:
    old = Layer().symlink("link", "a").character("null", 1, 3).file("turns", b"123").directory("empty")
    new = Layer().symlink("link", "b").character("null", 1, 5).symlink("turns", "x").file("empty")
    assert changes(difference([old], [new])) == {
        "link": ("metadata", ["link target"], 0),
        "null": ("metadata", ["device"], 0),
        "turns": ("modified", ["type", "link target", "mode"][:2], -3),
        "empty": ("metadata", ["type", "mode"], 0),
    }


def test_a_directory_without_an_entry_has_what_engines_give_it() -> None:
    implied, stated = Layer().file("d/f", b"1"), Layer().directory("d").file("d/f", b"1")
    assert changes(difference([implied], [stated])) == {}
    assert changes(difference([implied], [Layer().directory("d", mode=0o700).file("d/f", b"1")])) == {
        "d": ("metadata", ["mode"], 0)
    }


def test_a_hard_link_that_becomes_a_copy_grows_the_image() -> None:
    linked = Layer().file("a", b"123").hardlink("b", "a")
    copied = Layer().file("a", b"123").file("b", b"123")
    diff = difference([linked], [copied])
    assert changes(diff) == {"b": ("metadata", [], 3)}
    assert diff.growth().bytes == 3


def test_bytes_of_a_linked_file_go_with_its_first_name() -> None:
    old = Layer().file("a", b"123").hardlink("b", "a")
    diff = difference([old], [Layer().file("b", b"123")])
    assert changes(diff) == {"a": ("removed", [], -3), "b": ("metadata", [], 3)}


def test_only_whiteouts_between_images_with_different_layers() -> None:
    """Layers have to be stacked, not joined: what a whiteout hides is on neither side."""
    old = [Layer().file("a", b"1").file("d/b", b"2"), Layer().whiteout("a").opaque("d").file("d/c", b"3")]
    assert changes(difference(old, [Layer().file("d/c", b"3")])) == {}


def test_only_xattrs_changed_between_layers() -> None:
    plain_file, capable = (
        Layer().file("ping", b"1"),
        Layer().file("ping", b"1", xattrs={"security.capability": b"\1\0"}),
    )
    assert changes(difference([plain_file], [plain_file, capable])) == {"ping": ("metadata", ["xattrs"], 0)}


def test_sparse_files_count_what_is_stored() -> None:
    size = 1_000_000
    sparse = Layer().sparse("log", [(size - 3, b"end")], size, "gnu")
    full = Layer().file("log", bytes(size - 3) + b"end")
    diff = difference([sparse], [full])
    assert changes(diff) == {"log": ("metadata", [], size - 3)}
    assert diff.growth().bytes == size - 3


def test_ignored_and_chosen_paths() -> None:
    old, new = [Layer().file("a/x.pyc", b"1").file("b", b"1")], [Layer().file("a/x.pyc", b"22").file("b", b"333")]
    assert list(changes(difference(old, new, ignore=["**/*.pyc"]))) == ["b"]
    assert list(changes(difference(old, new, only=["a"]))) == ["a/x.pyc"]
    part = difference(old, new, only=["a"])
    assert part.growth().bytes == 1
    assert part.report().notes == [
        "only a part of the files is looked at: sizes of images, layers and packages are of all"
    ]


def test_own_leaves_out_what_parents_changed() -> None:
    old = [Layer().file("etc/base", b"1"), Layer().file("app", b"1")]
    new = [Layer().file("etc/base", b"12"), Layer().file("app", b"123")]
    assert list(changes(difference(old, new))) == ["app", "etc/base"]
    assert list(changes(difference(old, new, own_from=(1, 1)))) == ["app"]


def test_names_that_are_not_utf_8_are_compared_as_they_are() -> None:
    old, new = Layer().file(b"a\xff", b"1"), Layer().file(b"a\xfe", b"22")
    assert list(changes(difference([old], [new]))) == ["a\\xfe", "a\\xff"]


def test_a_base_tells_who_changed_what() -> None:
    base = [Layer().file("ours", b"1").file("theirs", b"1").file("both", b"1").file("same", b"1")]
    old = [*base, Layer().file("ours", b"22").file("both", b"22").file("same", b"55555")]
    new = [*base, Layer().file("theirs", b"333").file("both", b"333").file("same", b"55555")]
    diff = difference(old, new, base=image_of(*base))
    found = {each.path: each.origin for each in diff.report().files.changes}
    assert found == {"ours": "old", "theirs": "new", "both": "both apart"}
    (note,) = diff.report().notes
    assert note.startswith("old 1 (-1 B), new 1 (+2 B), both apart 1 (+1 B), alike 1, since ")


@given(layer_stacks(max_layers=3), layer_stacks(max_layers=3), st.sampled_from([plain, gzip]))
def test_every_path_is_told_as_the_reference_has_it(old, new, compression) -> None:
    diff = imgscan.diff(opened(to_image(old), compression), opened(to_image(new), compression))
    seen_old, seen_new = _seen(old), _seen(new)
    expected = {path for path in seen_old.keys() | seen_new.keys() if seen_old.get(path) != seen_new.get(path)}
    touched: set[str] = set()
    for row in diff.files.to_pylist():
        if row["change"] != "metadata" or {"type", "link target"} & set(row["what"]):  # modes differ by row
            touched |= {row["path"], row["old_path"] or row["path"]}
        if row["change"] == "moved":
            assert seen_old[row["old_path"]][1:] == seen_new[row["path"]][1:]
    assert touched == expected
    assert diff.growth().bytes == sum(diff.files["bytes"].to_pylist())


def _seen(layers) -> dict[str, tuple]:
    """What stands at each path: kind and content, or target."""
    entries = [entry for layer in layers for entry in layer]
    found = {}
    for path, (row, inode) in reference.stack(layers).rootfs.items():
        entry = None if inode is None else entries[inode]
        if entry is None:
            kind = "directory" if row is None or entries[row].kind == "directory" else entries[row].kind
            found[path] = (kind, None, None)
        else:
            content = CONTENT_OF.get(entry.digest) if entry.digest else None
            found[path] = (entry.kind, content, entry.link_target if entry.kind == "symlink" else None)
    return found


@given(layer_stacks(max_layers=3), st.sampled_from([(plain, gzip), (gzip, zstd), (plain, plain)]))
def test_an_image_does_not_differ_from_itself_in_any_form(layers, forms) -> None:
    diff = imgscan.diff(*(opened(to_image(layers, form), form) for form in forms))
    assert diff.files.num_rows == 0
    assert diff.growth().bytes == 0
    assert all(pair.status == "same" for pair in diff.layers)
    assert diff.report().identical


@given(layer_stacks(max_layers=3), layer_stacks(max_layers=3))
@settings(max_examples=50)
def test_the_way_back_is_the_mirror_of_the_way_there(old, new) -> None:
    first, second = (opened(to_image(each)) for each in (old, new))
    there, back = imgscan.diff(first, second), imgscan.diff(second, first)
    assert there.growth().bytes == -back.growth().bytes
    mirrored = {"added": "removed", "removed": "added"}
    assert _told(there) == {
        (mirrored.get(change, change), other, path, -size, what) for change, path, other, size, what in _told(back)
    }


def _told(diff: imgscan.ImageDiff) -> set[tuple]:
    return {
        (row["change"], row["old_path"] or row["path"], row["path"], row["bytes"], tuple(row["what"]))
        for row in diff.files.to_pylist()
    }


def test_images_without_layers_are_equal() -> None:
    assert imgscan.diff(opened(Image([])), opened(Image([]))).report().identical
