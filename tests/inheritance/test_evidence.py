"""Which parents are found, and by what: each kind of evidence on images that were made for it."""

import pytest

import imgscan
from analyzer.inheritance.annotation import DIGEST, NAME
from analyzer.inheritance.os_release import parse_os_release
from tests.images import Image, Layer, gzip, step
from tests.inheritance.families import (
    CHILD_STEPS,
    PARENT_FILES,
    PARENT_STEPS,
    chain,
    child,
    exported,
    flattened,
    parent,
    parent_layers,
    read,
)

BASE = ("acme/base:1",)
OS_RELEASE = b'NAME="Acme"\nID=acme\nVERSION_ID=7\nPRETTY_NAME="Acme Linux 7"\n'


def test_the_layers_of_the_parent_are_certain() -> None:
    found = read(child()).parents(parents=[read(parent())])
    (link,) = found.links
    assert (link.names, link.evidence, link.certain, link.score, link.layers) == (BASE, "chain-id", True, 1.0, range(2))
    assert (link.image_id, found.own_from, found.notes) == (parent().image_id, 2, ())
    assert [(each.names, each.chosen) for each in found.candidates] == [(BASE, True)]


def test_compression_changes_digests_and_not_parents() -> None:
    """Format trap 40: a parent that was compressed anew has other digests, and the same diff IDs."""
    compressed, plain = read(child(compression=gzip), oci=True), read(parent())
    assert set(compressed.layers["digest"].to_pylist()).isdisjoint(plain.layers["digest"].to_pylist())
    assert chain(compressed, [plain]) == [(BASE, "chain-id", range(2))]


def test_grandparents_come_first() -> None:
    grandchild = Image(
        [*child().layers, Layer().file("more", b"more")],
        history=[*PARENT_STEPS, *CHILD_STEPS, step("COPY more /")],
        tags=["more:1"],
    )
    links = chain(read(grandchild), [read(child()), read(parent())])
    assert links == [(BASE, "chain-id", range(2)), (("acme/app:1",), "chain-id", range(2, 4))]


def test_the_same_parent_under_several_names_is_one() -> None:
    found = read(child()).parents(parents=[read(parent()), read(parent(tags=["other:2", "acme/base:latest"]))])
    assert [link.names for link in found.links] == [("acme/base:1", "acme/base:latest", "other:2")]
    assert len(found.candidates) == 1


def test_the_image_itself_its_copies_and_its_children_are_no_parents() -> None:
    image = read(parent())
    copy = read(parent(tags=["copy:1"], config_changes={"author": "somebody"}))
    found = image.parents(parents=[read(parent()), copy, read(child())])
    assert (found.links, found.own_from, found.candidates) == ((), 0, ())
    assert "No parent image is known" in found.notes[0]


def _told_as_a_copy(image: imgscan.Image, other: imgscan.Image) -> bool:
    found = image.parents(parents=[other])
    assert (found.links, found.own_from, found.candidates) == ((), 0, ())
    assert found.sizes is not None
    assert found.sizes.inherited.file_bytes == 0
    return any("a copy and no parent" in note and other.name in note for note in found.notes)


def test_a_root_filesystem_and_the_image_imported_from_it_are_copies() -> None:
    """The import adds a step to a history that is not there: that is no sign of a build on top."""
    layer = Layer().files(PARENT_FILES)
    rootfs, imported = exported(layer, "rootfs.tar"), read(Image([layer], history=[step("")], tags=["imported:1"]))
    assert rootfs.layers["diff_id"] == imported.layers["diff_id"]
    assert _told_as_a_copy(imported, rootfs)
    assert _told_as_a_copy(rootfs, imported)


def test_two_exports_of_the_same_files_are_copies() -> None:
    """The same by name or not, and whatever else differs in the tars: each export writes times of its own."""
    first, again = exported(Layer().files(PARENT_FILES), "a.tar"), exported(Layer().files(PARENT_FILES), "b.tar")
    later = exported(Layer().files(dict(reversed(PARENT_FILES.items()))), "c.tar")
    assert first.layers["diff_id"] == again.layers["diff_id"] != later.layers["diff_id"]
    assert _told_as_a_copy(first, again)
    assert _told_as_a_copy(first, later)
    assert _told_as_a_copy(later, first)


def test_an_export_with_other_files_beside_is_built_on_the_first() -> None:
    more = exported(Layer().files(PARENT_FILES).file("srv/app", b"app"), "more.tar")
    found = more.parents(parents=[exported(Layer().files(PARENT_FILES), "less.tar")])
    assert [link.evidence for link in found.links] == ["content"]


@pytest.mark.parametrize("history", [PARENT_STEPS, (), (step("other"), step("steps"))])
def test_the_same_layers_with_another_config_are_a_copy(history: tuple) -> None:
    """Unless a history continues the other, by steps that make no layer: then it is a child (see below)."""
    image, other = read(parent()), read(parent(tags=["other:1"], history=history, config_changes={"author": "x"}))
    assert image.image_id != other.image_id
    assert _told_as_a_copy(image, other)
    assert _told_as_a_copy(other, image)


def test_two_builds_of_one_dockerfile_with_the_same_files_are_copies() -> None:
    again = [Layer().files(PARENT_FILES).file("etc/version", b"1", mtime=9), parent_layers()[1]]
    assert _told_as_a_copy(read(parent()), read(Image(again, tags=["again:1"], history=PARENT_STEPS)))


def test_a_copy_is_told_beside_a_parent_and_the_image_itself_is_not() -> None:
    """A catalog may have the image: that is no news."""
    again = read(child(tags=["again:1"], config_changes={"author": "x"}))
    found = read(child()).parents(parents=[read(parent()), again, read(child())])
    assert [link.names for link in found.links] == [BASE]
    assert found.notes == ("Of the same content, and so a copy and no parent: again:1.",)


def test_another_platform_is_no_parent_and_an_unknown_one_may_be() -> None:
    assert chain(read(child()), [read(parent(platform="linux/arm64"))])[0][1] == "boundary"
    unknown = read(parent(config_changes={"os": "", "architecture": ""}))
    assert chain(read(child()), [unknown])[0][1] == "chain-id"


def test_a_sibling_with_common_layers_is_no_parent() -> None:
    """Two builds of one Dockerfile share layers from the cache; the older one ends with a CMD of its own."""
    older = child()
    sibling = Image(
        [*older.layers, Layer().file("new", b"new")],
        history=[*PARENT_STEPS, *CHILD_STEPS[:2], step("COPY new /"), CHILD_STEPS[2]],
    )
    assert chain(read(sibling), [read(older), read(parent())]) == [(BASE, "chain-id", range(2))]


def test_a_child_that_only_configures() -> None:
    labelled = parent(tags=["labelled:1"], history=[*PARENT_STEPS, step("LABEL a=b", empty_layer=True)])
    found = read(labelled).parents(parents=[read(parent())])
    assert [(link.evidence, link.layers) for link in found.links] == [("chain-id", range(2))]
    assert found.own_from == 2
    assert found.sizes is not None
    assert found.sizes.own.tar_bytes == 0


def test_a_rebuilt_parent_is_found_by_its_history() -> None:
    found = read(child()).parents(parents=[read(parent(b"2", created="2024-05-01T00:00:00Z"))])
    (link,) = found.links
    assert (link.evidence, link.certain, link.layers, found.own_from) == ("history", False, range(2), 2)
    assert 0.5 <= link.score < 1


def test_a_short_history_proves_little() -> None:
    """`ADD file:… in /` and a shell as CMD: so all distributions begin."""
    history = [PARENT_STEPS[0], PARENT_STEPS[2]]
    other = Image([Layer().file("a", b"a")], history=history, tags=["distribution:1"])
    image = Image(
        [Layer().file("b", b"b"), Layer().file("c", b"c")],
        history=[step("ADD file:" + "c" * 64 + " in / "), PARENT_STEPS[2], *CHILD_STEPS[:1]],
    )
    assert "history" not in [evidence for _, evidence, _ in chain(read(image), [read(other)])]


def test_an_annotation_names_a_parent_that_nobody_has() -> None:
    image = child(annotations={NAME: "docker.io/acme/base:1", DIGEST: "sha256:" + "1" * 64})
    (link,) = read(image, oci=True).parents().links
    assert (link.names, link.evidence, link.certain, link.image_id) == (
        ("docker.io/acme/base:1",),
        "annotation",
        False,
        None,
    )
    assert link.layers == range(2)
    assert "guessed" in link.detail


@pytest.mark.parametrize("where", ["annotations", "labels"])
def test_an_annotation_or_label_names_a_parent_that_is_at_hand(where: str) -> None:
    said = {NAME: "docker.io/acme/base:1"}
    options = {"annotations": said} if where == "annotations" else {"runtime": {"Labels": said}}
    image = read(Image([Layer().file("x", b"x")], history=[], **options), oci=True)
    found = image.parents(parents=[read(parent())])
    (link,) = found.links
    assert (link.names, link.evidence, link.layers, found.own_from) == (BASE, "annotation", None, 0)
    assert link.score == pytest.approx(0.8 if where == "annotations" else 0.6)


def test_layers_are_better_than_an_annotation() -> None:
    image = child(annotations={NAME: "acme/base:1"})
    assert chain(read(image, oci=True), [read(parent())]) == [(BASE, "chain-id", range(2))]


def test_content_finds_the_parent_of_a_flattened_image() -> None:
    found = read(flattened()).parents(parents=[read(parent())])
    (link,) = found.links
    assert (link.names, link.evidence, link.certain, found.own_from) == (BASE, "content", False, 0)
    assert link.score == pytest.approx(30 / 33)  # of 32 files one was removed and one overwritten
    assert found.sizes is not None
    inherited = found.sizes.inherited.file_bytes
    assert inherited == sum(len(f"part {number} ") * 40 for number in range(1, 30)) + 901


def test_content_finds_the_layers_of_a_parent_that_was_packed_anew() -> None:
    """As tools do that write the parent's layers with other times."""
    packed = Layer().files(dict(reversed(PARENT_FILES.items()))).file("etc/version", b"1")
    image = Image(
        [packed, Layer().file("usr/lib/libc", b"c" * 900 + b"1", mtime=5), Layer().file("srv/app", b"app")],
        history=[],
        created="2024-03-01T00:00:00Z",
    )
    found = read(image).parents(parents=[read(parent())])
    assert [(link.evidence, link.layers) for link in found.links] == [("content", range(2))]
    assert found.own_from == 2


def test_few_common_files_are_no_parent() -> None:
    tiny = Image([Layer().file("etc/version", b"mine")], history=[step("x")], tags=["tiny:1"])
    assert read(flattened()).parents(parents=[read(tiny)]).links == ()


def test_without_a_catalog_a_second_cmd_shows_where_the_parent_ends() -> None:
    found = read(child()).parents()
    (link,) = found.links
    assert (link.names, link.evidence, link.certain, link.layers) == ((), "boundary", False, range(2))
    assert link.score == pytest.approx(0.8)  # 31 days pass as well
    assert any("guessed" in note for note in found.notes)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([step("COPY a /"), step("RUN b"), step('CMD ["x"]', empty_layer=True)], []),
        ([step("COPY a /", created="2020-01-01T00:00:00Z"), step("RUN b", created="2024-01-01T00:00:00Z")], []),
        ([step("ADD file:" + "a" * 64 + " in / "), step('CMD ["sh"]', empty_layer=True), step("RUN b")], [range(1)]),
        ([step("# debian.sh --arch 'amd64' out/ 'trixie' '@1749000000'"), step("RUN b")], [range(1)]),
        ([step("ADD a /x"), step('CMD ["sh"]', empty_layer=True), step("RUN b")], []),
        ([step("COPY a /"), step("RUN b", comment="FROM localhost/base:3")], [range(1)]),
        ([step("COPY a /"), step("RUN b", comment="FROM 0123456789ab")], []),
        ([step("COPY a /")], []),
    ],
    ids=["scratch", "pause only", "root filesystem", "debian", "not a root", "buildah", "buildah's cache", "mute"],
)
def test_boundaries(history: list, expected: list[range]) -> None:
    image = read(Image([Layer().file("a", b"a"), Layer().file("b", b"b")], history=history))
    found = image.parents()
    assert [link.layers for link in found.links] == expected
    assert found.own_from == (1 if expected else 0)


def test_os_release_names_the_distribution_where_nothing_else_does() -> None:
    image = Image([Layer().symlink("etc/os-release", "../usr/lib/os-release").file("usr/lib/os-release", OS_RELEASE)])
    found = read(image).parents()
    (link,) = found.links
    assert (link.names, link.evidence, link.layers, found.own_from) == (("Acme Linux 7",), "os-release", None, 0)


def test_os_release_is_read_leniently() -> None:
    hostile = b"ID=\xff\nPRETTY_NAME=\"not closed\nVERSION_ID=a b\nNAME='two words'\nUNKNOWN=1\n" + b"X" * 100_000
    assert parse_os_release(hostile) == {"ID": "\N{REPLACEMENT CHARACTER}", "NAME": "two words"}
    assert parse_os_release(b"") == {}


@pytest.mark.parametrize("created", ["", "yesterday", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_odd_times_are_no_trouble(created: str) -> None:
    """Times in the history come from the image, and need not be times at all."""
    history = [{**each, "created": created} for each in (*PARENT_STEPS, *CHILD_STEPS)]
    odd = read(parent(b"2", created=created, history=history[:3]))
    found = read(child(history=history, created=created)).parents(parents=[odd])
    assert [link.evidence for link in found.links] == ["history"]


def test_an_image_without_layers() -> None:
    assert read(Image([])).parents(parents=[read(parent())]).links == ()
