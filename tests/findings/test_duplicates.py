"""Of equal files the one that was there first is kept: whatever makes another, finds it where the link leads."""

import pytest

from tests.findings.finding import findings
from tests.images import Image, Layer, step

BIG, OTHER = b"1" * 5000, b"2" * 5000
FIRST, COPY = "srv/z/original.bin", "srv/a/copy.bin"


def advice(*layers: Layer, runs: tuple[str, ...], own_from: int = 0) -> list[tuple[int, str]]:
    """The layers and edits of the findings about duplicates."""
    image = Image(list(layers), history=[step(f"RUN /bin/sh -c {each} # buildkit") for each in runs])
    return [(each.layer, each.edit) for each in findings(image, "duplicate-files", own_from=own_from).found]


def both(**metadata: int) -> Layer:
    """Both files, as a chown of the folder above stores them."""
    return Layer().file(COPY, BIG, **metadata).file(FIRST, BIG, **metadata)


LINKED = f"ln -sf /{FIRST} /{COPY}"


@pytest.mark.parametrize("chowns", [1, 2])
def test_a_copy_is_linked_to_its_original_whatever_stores_both_again(chowns):
    """By its path, the copy comes first."""
    layers = [Layer().file(FIRST, BIG), Layer().file(COPY, BIG), *(both(uid=uid + 1) for uid in range(chowns))]
    assert advice(*layers, runs=("make", "cp", *["chown -R 1 /srv"] * chowns)) == [(1, f"RUN cp && {LINKED}")]


def test_a_parents_file_that_is_stored_again_was_there_first():
    """What the chown takes is the parent's copy, and its own is not in the layer that is edited."""
    layers = [Layer().file(FIRST, BIG), Layer().file(COPY, BIG), both(uid=7)]
    assert advice(*layers, runs=("parent", "cp", "chown -R 7 /srv"), own_from=1) == [(1, f"RUN cp && {LINKED}")]


def test_a_file_that_had_other_content_before_was_not_there_first():
    layers = [Layer().file(COPY, OTHER), Layer().file(FIRST, BIG), both(uid=7)]
    assert advice(*layers, runs=("old", "make", "cp && chown -R 7 /srv")) == [
        (2, f"RUN cp && chown -R 7 /srv && {LINKED}")
    ]


def test_what_is_installed_again_later_is_linked_where_it_came_last():
    layers = [Layer().file(FIRST, BIG), Layer().file(COPY, BIG), Layer().file(COPY, BIG)]
    assert advice(*layers, runs=("make", "install a", "install a b")) == [(2, f"RUN install a b && {LINKED}")]


def test_a_hard_link_that_a_later_layer_makes_is_not_the_name_that_is_linked_to():
    """It stores the file again, under both names."""
    again = Layer().file(FIRST, BIG).hardlink("a", FIRST)
    layers = [Layer().file(FIRST, BIG), Layer().file(COPY, BIG), again]
    assert advice(*layers, runs=("make", "cp", "ln")) == [(1, f"RUN cp && {LINKED}")]


def test_a_name_whose_content_changed_with_its_link_was_not_there_first():
    """The file at both names was stored again at one of them, which is not what stands at the other."""
    first = Layer().file("srv/x", BIG).hardlink(COPY, "srv/x")
    changed = Layer().file("srv/x", BIG, uid=7).file(COPY, OTHER)
    layers = [first, Layer().file(FIRST, OTHER), changed]
    assert advice(*layers, runs=("link", "make", "change")) == [(2, f"RUN change && {LINKED}")]


@pytest.mark.parametrize("other", [{"mode": 0o600}, {"uid": 7}, {"gid": 7}])
def test_copies_that_others_may_read_are_not_those_that_they_may_not(other):
    """What a link leads to has one owner and one mode: a chmod of the one is a chmod of the other."""
    files = Layer().file("srv/a", BIG).file("srv/b", BIG, **other).file("srv/c", BIG)
    assert advice(files, runs=("make",)) == [(0, "RUN make && ln -sf /srv/a /srv/c")]


@pytest.mark.parametrize("path", ["var/lib/dpkg/status-old", "lib/apk/db/installed.old", "var/log/lastlog"])
def test_files_that_package_managers_and_logins_write_are_no_links_and_have_none(path):
    for first, second in ((path, COPY), (COPY, path)):
        assert advice(Layer().file(first, BIG).file(second, BIG), runs=("make",)) == []


def test_contents_of_which_all_files_are_left_alone_are_in_nobodys_way():
    databases = Layer().file("var/lib/dpkg/status", OTHER).file("var/lib/dpkg/status-old", OTHER)
    for mine, theirs in ((BIG, OTHER), (OTHER, BIG)):  # whichever content comes first
        layer = Layer().file("var/log/a", theirs).file("var/log/b", theirs).file(FIRST, mine).file(COPY, mine)
        ((_, edit),) = advice(databases, layer, runs=("install", "make"))
        assert edit.endswith(LINKED)
