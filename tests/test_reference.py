"""The slow reference on cases small enough to work out by hand."""

import io
import posixpath
import tarfile
from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import Entry, Fate, Found, ledger, stack
from tests.strategies import layer_stacks, spellings, to_image, tree_paths

VISIBLE = Fate("visible", None)
UNTIMED = settings(deadline=None)  # no test is about how long it takes


def file(path, content=b"x"):
    return Entry(path, "file", len(content), sha256(content).digest())


def directory(path):
    return Entry(path, "directory")


def symlink(path, target="elsewhere"):
    return Entry(path, "symlink", link_target=target)


def hardlink(path, target):
    return Entry(path, "hardlink", link_target=target)


def fifo(path):
    return Entry(path, "fifo")


def whiteout(path):
    return Entry(path, "whiteout")


def opaque(path):
    return Entry(path, "opaque")


def rootfs(*layers):
    return stack(layers).rootfs


def fates(*layers):
    return stack(layers).fates


def test_no_layers_and_empty_layers_give_nothing():
    assert stack([]) == stack([[], []])
    assert stack([]).rootfs == {}
    assert ledger([[]]) == [dict.fromkeys(("visible", "recopied", "overwritten", "removed", "repeated"), 0)]


def test_rows_are_numbered_over_all_layers_and_parents_are_implied():
    assert rootfs([file("a/b/c"), directory("d")], [], [file("e")]) == {
        "a": Found(None, None),
        "a/b": Found(None, None),
        "a/b/c": Found(0, 0),
        "d": Found(1, 1),
        "e": Found(2, 2),
    }


# One layer over another


def test_the_same_content_again_is_recopied_and_other_content_overwritten():
    below = [file("same"), file("other")]
    above = [file("same"), file("other", b"y")]
    assert fates(below, above) == {0: Fate("recopied", 1), 1: Fate("overwritten", 1), 2: VISIBLE, 3: VISIBLE}


@pytest.mark.parametrize("replacement", [directory("f"), symlink("f"), fifo("f"), hardlink("f", "nowhere")])
def test_another_type_at_the_path_overwrites(replacement):
    assert fates([file("f")], [replacement])[0] == Fate("overwritten", 1)


def test_a_whiteout_removes_the_path_and_everything_below_but_no_sibling():
    below = [file("a/f"), file("a/b/f"), file("a-"), file("ab")]
    assert fates(below, [whiteout("a")]) == {
        0: Fate("removed", 1),
        1: Fate("removed", 1),
        2: VISIBLE,
        3: VISIBLE,
    }
    assert set(rootfs(below, [whiteout("a")])) == {"a-", "ab"}


def test_an_opaque_whiteout_keeps_its_directory():
    below = [directory("a"), file("a/f"), file("f")]
    assert set(rootfs(below, [opaque("a")])) == {"a", "f"}
    assert fates(below, [opaque("a")])[1] == Fate("removed", 1)


def test_an_opaque_whiteout_of_the_root_removes_all():
    assert rootfs([directory(""), file("a/f")], [file("b"), opaque("")]) == {
        "": Found(0, 0),
        "b": Found(2, 2),
    }


@pytest.mark.parametrize("hide", [whiteout("a"), opaque("a"), whiteout("a/f")])
@pytest.mark.parametrize("first", [True, False])
def test_whiteouts_spare_their_own_layer_wherever_they_stand(hide, first):
    above = [hide, file("a/f", b"new")] if first else [file("a/f", b"new"), hide]
    assert set(fates([file("a/f")], above).values()) == {Fate("overwritten", 1), VISIBLE}
    assert set(rootfs([file("a/f")], above)) == {"a", "a/f"}


def test_whiteouts_are_never_in_the_root_filesystem_and_may_hide_nothing():
    stacked = rootfs([file("f")], [whiteout("no/such"), opaque("none")])
    assert stacked == {"f": Found(0, 0), "no": Found(None, None), "none": Found(None, None)}


def test_a_non_directory_over_a_directory_removes_what_was_below():
    below = [directory("a"), file("a/f"), file("a/b/g")]
    assert fates(below, [symlink("a")]) == {1: Fate("removed", 1), 2: Fate("removed", 1)}
    assert rootfs(below, [symlink("a")]) == {"a": Found(3, 3)}


def test_a_directory_over_a_directory_merges():
    assert rootfs([directory("a"), file("a/f")], [directory("a")]) == {"a": Found(2, 2), "a/f": Found(1, 1)}


def test_an_implied_directory_keeps_a_lower_directory_and_overwrites_a_lower_file():
    assert rootfs([directory("a")], [file("a/b")])["a"] == Found(0, 0)
    assert rootfs([file("a")], [file("a/b")])["a"] == Found(None, None)
    assert fates([file("a")], [file("a/b")])[0] == Fate("overwritten", 1)
    assert fates([file("a")], [whiteout("a"), file("a/b")])[0] == Fate("overwritten", 1)


def test_a_file_dies_once_by_the_layer_that_hid_it():
    layers = [[file("f")], [whiteout("f")], [file("f")], [whiteout("f")]]
    assert fates(*layers) == {0: Fate("removed", 1), 2: Fate("removed", 3)}


def test_a_whiteout_over_a_copy_charges_each_copy_to_its_own_killer():
    layers = [[file("f")], [file("f")], [whiteout("f")]]
    assert fates(*layers) == {0: Fate("recopied", 1), 1: Fate("removed", 2)}


# Inside one layer


def test_the_last_entry_of_a_path_wins():
    assert fates([file("f"), file("f", b"y")]) == {0: Fate("repeated", 0), 1: VISIBLE}
    assert rootfs([file("f"), directory("f")]) == {"f": Found(1, 1)}


def test_a_later_non_directory_drops_what_its_layer_had_below():
    assert fates([file("a/f"), symlink("a")]) == {0: Fate("repeated", 0)}
    assert fates([file("a/f"), directory("a")]) == {0: VISIBLE}


def test_a_later_entry_below_drops_the_file_above_it():
    assert fates([file("a"), file("a/b/c")]) == {0: Fate("repeated", 0), 1: VISIBLE}
    assert rootfs([file("a"), file("a/b/c")])["a"] == Found(None, None)


def test_only_the_survivors_of_a_layer_act_on_lower_ones():
    below = [directory("a"), file("a/f")]
    above = [fifo("a"), file("a/g")]  # the fifo is gone again before the layer is applied
    assert fates(below, above) == {1: VISIBLE, 3: VISIBLE}
    assert rootfs(below, above)["a"] == Found(0, 0)


# Hard links


def test_a_file_lives_while_one_of_its_names_does():
    layers = [[file("f"), hardlink("h", "f")], [whiteout("f")]]
    assert fates(*layers) == {0: VISIBLE}
    assert rootfs(*layers) == {"h": Found(1, 0)}


def test_the_last_name_to_die_decides():
    layers = [[file("f"), hardlink("h", "f")], [whiteout("h")], [file("f")]]
    assert fates(*layers)[0] == Fate("recopied", 2)


def test_among_deaths_in_one_layer_the_milder_cause_is_told():
    names = [file("f"), hardlink("h", "f"), hardlink("i", "f")]
    assert fates(names, [file("i"), file("h", b"y"), whiteout("f")])[0] == Fate("recopied", 1)
    assert fates(names, [file("h", b"y"), whiteout("f"), whiteout("i")])[0] == Fate("overwritten", 1)
    assert fates([file("f"), hardlink("h", "f"), fifo("f")], [whiteout("h")])[0] == Fate("removed", 1)


def test_a_link_resolves_to_the_nearest_earlier_entry_then_a_later_one_then_a_lower_layer():
    lower, earlier, later = [file("t", b"1")], file("t", b"2"), file("t", b"3")
    link = hardlink("h", "t")
    assert rootfs(lower, [earlier, link, later])["h"] == Found(2, 1)
    assert rootfs(lower, [link, later])["h"] == Found(1, 2)
    assert rootfs(lower, [link])["h"] == Found(1, 0)


def test_a_link_to_a_lower_file_outlives_that_files_own_path():
    assert fates([file("t")], [hardlink("h", "t"), whiteout("t")]) == {0: VISIBLE}


def test_a_link_over_its_own_lower_target_keeps_the_content():
    layers = [[file("t")], [hardlink("t", "t")]]
    assert fates(*layers) == {0: VISIBLE}
    assert rootfs(*layers) == {"t": Found(1, 0)}


def test_links_follow_links():
    assert rootfs([hardlink("a", "b"), hardlink("b", "c"), file("c")])["a"] == Found(0, 2)


def test_a_link_can_name_what_is_no_file():
    assert rootfs([symlink("s"), hardlink("h", "s")])["h"] == Found(1, 0)


@pytest.mark.parametrize(
    "layer",
    [
        [hardlink("h", "missing")],
        [hardlink("h", "d"), directory("d")],
        [hardlink("h", "i"), hardlink("i", "h")],
        [hardlink("h", "h")],
        [whiteout("w"), hardlink("h", "w")],
    ],
    ids=["missing", "directory", "cycle", "itself", "whiteout"],
)
def test_a_link_to_nothing_has_no_inode(layer):
    assert rootfs(layer)["h"].inode is None


def test_a_link_cannot_reach_what_was_removed_in_a_layer_below():
    assert rootfs([file("t")], [whiteout("t")], [hardlink("h", "t")])["h"].inode is None


def test_a_linked_copy_of_the_same_content_is_recopied():
    layers = [[file("f")], [file("g"), hardlink("f", "g")]]
    assert fates(*layers) == {0: Fate("recopied", 1), 1: VISIBLE}


# The ledger


def test_the_ledger_adds_stored_bytes_by_the_layer_that_holds_them():
    layers = [[file("a", b"123"), file("b", b"45"), file("b", b"6")], [file("a", b"7"), whiteout("b")]]
    first, second = ledger(layers)
    assert first == {"visible": 0, "overwritten": 3, "recopied": 0, "removed": 1, "repeated": 2}
    assert second == {"visible": 1, "overwritten": 0, "recopied": 0, "removed": 0, "repeated": 0}


# Any stack


@UNTIMED
@given(layer_stacks())
def test_every_byte_is_in_one_class_and_every_class_is_consistent(layers):
    result = stack(layers)
    entries = [(number, entry) for number, layer in enumerate(layers) for entry in layer]
    files = {row for row, (_, entry) in enumerate(entries) if entry.kind == "file"}
    assert set(result.fates) == files
    shown = {found.inode for found in result.rootfs.values()}
    assert {row for row, fate in result.fates.items() if fate == VISIBLE} == files & shown
    for row, fate in result.fates.items():
        if fate.killed_by is not None:
            own = entries[row][0]
            assert fate.killed_by >= own
            assert fate.killed_by == own if fate.cause == "repeated" else fate.killed_by > own
    for totals, layer in zip(ledger(layers), layers, strict=True):
        assert sum(totals.values()) == sum(entry.stored for entry in layer)


@UNTIMED
@given(layer_stacks())
def test_the_root_filesystem_is_a_tree(layers):
    found = stack(layers).rootfs
    kinds = [entry.kind for layer in layers for entry in layer]
    for path in found:
        parent = path.rpartition("/")[0]
        if parent:
            row = found[parent].row
            assert row is None or kinds[row] == "directory"


@UNTIMED
@given(layer_stacks())
def test_the_place_of_whiteouts_inside_a_layer_does_not_matter(layers):
    def paths(stacked):
        return set(stacked.rootfs), Counter(stacked.fates.values())

    def sorted_by_whiteout(layer, *, first):
        return sorted(layer, key=lambda entry: (entry.kind in {"whiteout", "opaque"}) != first)

    orders = [[sorted_by_whiteout(layer, first=first) for layer in layers] for first in (True, False)]
    assert paths(stack(orders[0])) == paths(stack(orders[1])) == paths(stack(layers))


@settings(UNTIMED, max_examples=50)
@given(layer_stacks(max_layers=3))
def test_whiting_out_everything_leaves_nothing(layers):
    cleared = stack([*layers, [opaque("")]])
    assert cleared.rootfs == {}
    assert VISIBLE not in cleared.fates.values()


# The strategies themselves

TARFILE_KINDS = {"0": "file", "1": "hardlink", "2": "symlink", "3": "character", "4": "block", "5": "directory"}


def read_back(member):
    """Return kind, path, size and link target of a tar member, whiteouts by their names."""
    parent, _, name = member.name.rpartition("/")
    if name == ".wh..wh..opq":
        return "opaque", parent, 0, None
    if name.startswith(".wh."):
        return "whiteout", f"{parent}/{name[4:]}".lstrip("/"), 0, None
    return TARFILE_KINDS.get(member.type.decode(), "fifo"), member.name, member.size, member.linkname or None


@settings(UNTIMED, max_examples=50)
@given(layer_stacks())
def test_the_image_of_a_stack_holds_its_entries_in_order(layers):
    image = to_image(layers)
    for blob, layer in zip(image.blobs_of_layers, layers, strict=True):
        with tarfile.open(fileobj=io.BytesIO(blob.tar)) as tar:
            seen = [read_back(member) for member in tar]
        assert seen == [(entry.kind, entry.path, entry.stored, entry.link_target) for entry in layer]


@UNTIMED
@given(tree_paths().flatmap(lambda path: st.tuples(st.just(path), spellings(path))))
def test_every_spelling_of_a_path_normalises_to_it(both):
    path, spelling = both
    assert posixpath.normpath("/" + spelling).lstrip("/") == path
