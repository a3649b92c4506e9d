"""Waste that one's own layers cause in a parent image's: the own instruction is named, and no byte is promised."""

import pytest

from tests.findings.finding import findings, opened
from tests.images import Image, Layer, step

BIG, OTHER = b"1" * 5000, b"2" * 5000
PARENT = Layer().file("usr/share/doc/a", BIG).file("etc/x", BIG).file("bin/tool", OTHER)


def on_parent(own: Layer, instruction: str) -> Image:
    """An image of one own layer on a parent's."""
    return Image([PARENT, own], history=[step("ADD rootfs.tar / # buildkit"), step(f"RUN /bin/sh -c {instruction}")])


@pytest.mark.parametrize(
    ("rule", "own", "instruction", "does"),
    [
        ("removed-files", Layer().whiteout("usr/share/doc/a"), "rm /usr/share/doc/a", "removes /usr/share/doc/a"),
        ("overwritten-files", Layer().file("etc/x", OTHER), "echo 2 > /etc/x", "writes anew /etc/x"),
    ],
)
def test_the_own_instruction_is_named_and_saves_nothing(rule, own, instruction, does):
    image = opened(on_parent(own, instruction))
    (finding,) = findings(image, rule, own_from=1).found
    assert (finding.layer, finding.instruction) == (1, f"RUN {instruction}")
    assert (finding.inherited, finding.file_bytes, finding.count) == (False, 0, 1)
    assert finding.edit.startswith(f"this saves nothing: it {does}, and the 5,000 bytes stay in the parent image's")
    assert "take a parent image" in finding.edit
    assert "squash" in finding.edit
    found = findings(image, rule, own_from=1)
    assert found.own.file_bytes == found.together.file_bytes == 0
    assert image.ledger().total.waste_bytes == 5000


def test_without_a_parent_the_layer_that_stores_it_is_the_one_to_edit():
    (finding,) = findings(on_parent(Layer().whiteout("etc/x"), "rm /etc/x"), "removed-files").found
    assert (finding.layer, finding.file_bytes) == (0, 5000)


def test_a_chown_of_a_parents_file_saves_its_own_copy_and_no_edit_names_the_parents_instruction():
    image = on_parent(Layer().file("bin/tool", OTHER, uid=5), "chown 5 /bin/tool")
    (finding,) = findings(image, "recopied-files", own_from=1).found
    assert (finding.layer, finding.file_bytes, finding.rows.tolist()) == (1, 5000, [3])
    assert finding.edit.startswith("RUN chown 5 /bin/tool stores files of the parent image again")
    assert "ADD" not in finding.edit


def test_a_hard_link_to_a_parents_file_saves_the_copy_that_all_its_names_are_of():
    own = Layer().file("bin/tool", OTHER).hardlink("bin/link", "bin/tool")
    (finding,) = findings(on_parent(own, "ln /bin/tool /bin/link"), "recopied-files", own_from=1).found
    assert (finding.file_bytes, finding.count) == (5000, 2)


def test_a_parents_file_that_is_changed_and_then_replaced_is_counted_once():
    """The copy that chown made is all that the own layers hold of it."""
    changed, replaced = Layer().file("etc/x", BIG, uid=5), Layer().file("etc/x", OTHER)
    image = Image([PARENT, changed, replaced])
    found = findings(image, "recopied-files", "overwritten-files", own_from=1)
    assert [each.file_bytes for each in found.found] == [5000, 5000]
    assert found.own.file_bytes == 5000
