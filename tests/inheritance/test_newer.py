"""Parents that were built again: what is said of them, worked out by hand."""

from dataclasses import replace

from analyzer.inheritance.catalog import Catalog
from analyzer.inheritance.newer import FileCount
from reports.inherited import parents_section
from reports.parents import readable
from tests.images import Image, Layer, step
from tests.inheritance.families import CHILD_STEPS, PARENT_STEPS, child, parent, read
from tests.packages.databases import database

LATER = "2024-06-01T00:00:00Z"


def _newer() -> Image:
    layers = [
        Layer().file("etc/version", b"22").file("usr/lib/new", b"n" * 7),
        Layer().file("usr/lib/libc", b"c" * 900 + b"1", mode=0o755).file("usr/lib/part-1", b"part 1 " * 40),
    ]
    return Image(layers, tags=["acme/base:1"], created=LATER, history=PARENT_STEPS)


def test_a_newer_build_and_what_it_changes() -> None:
    found = read(child()).parents(parents=[read(parent()), read(_newer())])
    (newer,) = found.newer
    assert (newer.link, newer.names, newer.same_name, newer.created) == (0, ("acme/base:1",), True, LATER)
    rebase = newer.rebase
    assert rebase.added == FileCount(1, 7)
    assert rebase.modified == FileCount(1, 2)
    assert rebase.replaced_bytes == 1
    assert rebase.reattributed == FileCount(1, 901)
    assert rebase.unchanged == FileCount(1, 280)
    parts = [f"part {number} " for number in range(30) if number != 1]
    assert rebase.removed == FileCount(29, sum(len(part) * 40 for part in parts))


def test_the_terminal_and_the_report_say_it_in_the_same_words() -> None:
    found = read(child()).parents(parents=[read(parent()), read(_newer())])
    sentence = "acme/base:1 is outdated: there is a newer build, acme/base:1 of 2024-06-01. On it, "
    assert sentence in readable(found, "child", 3, 200)
    section = parents_section(found, 3)
    assert section is not None
    assert any(note.startswith(sentence) for note in section.notes)


def test_an_older_build_is_not_newer() -> None:
    older = parent(b"0", created="2023-01-01T00:00:00Z")
    assert read(child()).parents(parents=[read(parent()), read(older)]).newer == ()


def test_the_same_repository() -> None:
    other = parent(b"2", tags=["acme/base:2"], created=LATER)
    (newer,) = read(child()).parents(parents=[read(parent()), read(other)]).newer
    assert (newer.names, newer.same_name) == (("acme/base:2",), False)


def test_a_parent_that_is_only_known_in_its_newer_build() -> None:
    """Found by its history; what it was before is in the image's own lower layers."""
    found = read(child()).parents(parents=[read(parent(b"2", created=LATER))])
    assert [link.evidence for link in found.links] == ["history"]
    (newer,) = found.newer
    assert (newer.rebase.modified, newer.rebase.added) == (FileCount(2, 902), FileCount(0, 0))


def test_another_repository_says_nothing() -> None:
    other = parent(b"2", tags=["other:1"], created=LATER, history=[step("x"), step("y"), *CHILD_STEPS[2:]])
    assert read(child()).parents(parents=[read(parent()), read(other)]).newer == ()


def _with_packages(image: Image, *packages: tuple[str, str]) -> Image:
    return replace(image, layers=[*image.layers[:-1], database(Layer(), *packages), image.layers[-1]], history=[])


def test_packages_that_a_rebase_would_change() -> None:
    """Also where both parents are known from a catalog."""
    old = _with_packages(parent(), ("libssl3", "3.0.1"), ("gone", "1"), ("same", "1"))
    new = _with_packages(_newer(), ("libssl3", "3.0.2"), ("come", "2"), ("same", "1"))
    own = replace(old, layers=[*old.layers, Layer().file("app", b"1")], tags=["acme/app:1"])
    found = read(own).parents(parents=[read(old), read(new)])
    steps = {each.name: (each.old, each.new) for each in found.newer[0].packages}
    assert steps == {"libssl3": (("3.0.1",), ("3.0.2",)), "gone": (("1",), ()), "come": ((), ("2",))}
    assert "packages  come none → 2, gone 1 → none, libssl3 3.0.1 → 3.0.2\n" in readable(found, "app", 4, 200)
    assert any("Packages: come none → 2" in note for note in parents_section(found, 4).notes)


def test_catalogs_keep_the_names_of_packages(tmp_path) -> None:
    image = _with_packages(parent(), ("libssl3", "3.0.1"))
    catalog = Catalog(tmp_path)
    catalog.add(read(image).known())
    (known,) = catalog.images()
    assert [(each.ecosystem, each.name, each.version) for each in known.profile.packages] == [
        ("dpkg", "libssl3", "3.0.1")
    ]
