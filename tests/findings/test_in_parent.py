"""Waste that one's own layers cause in a parent image's: the own instruction is named, and no byte is promised."""

import pytest

import imgscan
from tests.findings.finding import findings, opened
from tests.images import Image, Layer, step
from tests.real.samples import SAMPLES

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
    assert finding.edit.startswith(f"this saves nothing: it {does}, and the 5,000 bytes stay stored as the parent")
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


def test_a_link_that_stores_nothing_leaves_the_content_the_parents():
    """No builder writes one to a file that its layer has not, and archives may have them."""
    own = Layer().hardlink("usr/share/doc/a", "usr/share/doc/a")
    (finding,) = findings(on_parent(own, "x"), "documentation", own_from=1).found
    assert (finding.inherited, finding.file_bytes) == (True, 5000)


def test_a_parents_file_that_is_changed_and_then_replaced_is_counted_once():
    """The copy that chown made is all that the own layers hold of it."""
    changed, replaced = Layer().file("etc/x", BIG, uid=5), Layer().file("etc/x", OTHER)
    image = Image([PARENT, changed, replaced])
    found = findings(image, "recopied-files", "overwritten-files", own_from=1)
    assert [each.file_bytes for each in found.found] == [5000, 5000]
    assert found.own.file_bytes == 5000


BROUGHT = {"usr/share/doc/a": BIG, "usr/lib/b.a": OTHER, "etc/x": b"5" * 2000}
# As many files as it takes to know the parent by them.
BROUGHT |= {f"etc/part-{number}": bytes([number]) for number in range(1, 20)}
WHOLE_PARENT = Layer().files(BROUGHT)
FLATTENED = Layer().files(BROUGHT | {"usr/lib/own.a": b"3" * 4000, "usr/share/doc/own": b"4" * 3000})


def test_files_that_a_flattened_layer_shares_with_a_parent_are_found_apart():
    """The sizes of the four files, which are all different."""
    image = opened(Image([FLATTENED], history=[step("", comment="Imported from -")]))
    found = image.findings(parents=image.parents(parents=[opened(Image([WHOLE_PARENT], tags=["base:1"]))]))
    sums = {(each.rule, each.inherited): (each.file_bytes, each.layer, each.paths) for each in found.found}
    assert sums == {
        ("static-libraries", False): (4000, 0, ("usr/lib/own.a",)),
        ("documentation", False): (3000, 0, ("usr/share/doc/own",)),
        ("static-libraries", True): (5000, 0, ("usr/lib/b.a",)),
        ("documentation", True): (5000, 0, ("usr/share/doc/a",)),
    }
    assert (found.own.file_bytes, found.together.file_bytes) == (7000, 17000)
    assert [each.inherited for each in found.found] == [False, False, True, True]


def test_without_the_parent_nothing_is_told_apart_and_together_is_the_same():
    image = opened(Image([FLATTENED]))
    found = image.findings()
    assert {each.rule: each.file_bytes for each in found.found} == {"static-libraries": 9000, "documentation": 8000}
    assert (found.own.file_bytes, found.together.file_bytes) == (17000, 17000)


def test_the_own_part_of_a_flattened_image_has_no_findings_in_the_parents_files():
    image = opened(Image([FLATTENED]))
    part = image.own_part(image.parents(parents=[opened(Image([WHOLE_PARENT]))]))
    found = part.findings()
    assert sorted(each.paths for each in found.found) == [("usr/lib/own.a",), ("usr/share/doc/own",)]
    assert found.own == found.together
    assert not any("findings" in note for note in part.report().notes)


def test_an_own_layer_that_removes_what_a_flattened_parent_brought_saves_nothing():
    """The file of the same layer that is one's own can go."""
    removed = Layer().whiteout("etc/x").whiteout("usr/share/doc/own")
    image = opened(Image([FLATTENED, removed], history=[step("import"), step("RUN /bin/sh -c rm /etc/x")]))
    found = image.findings(
        select=["removed-files"], parents=image.parents(parents=[opened(Image([WHOLE_PARENT]))])
    ).found
    assert [(each.layer, each.inherited, each.file_bytes, each.paths) for each in found] == [
        (0, False, 3000, ("usr/share/doc/own",)),
        (1, False, 0, ("etc/x",)),
    ]


def test_findings_of_an_imported_sample_are_split_like_its_bytes():
    image = imgscan.open(SAMPLES / "imported.tar.gz")
    parent = imgscan.open(SAMPLES / "parent.tar")
    found = image.findings(parents=image.parents(parents=[parent]))
    of_parent = {path for each in found.found if each.inherited for path in each.paths}
    of_own = {path for each in found.found if not each.inherited for path in each.paths}
    known = set(parent.rootfs["path"].to_pylist())
    assert of_parent
    assert of_own
    assert of_parent <= known
    assert of_own.isdisjoint(known)
    assert found.together == image.findings().together
