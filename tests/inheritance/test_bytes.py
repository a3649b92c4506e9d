"""Own and inherited are the whole, in every class; and each byte is where a slow reference has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.digest import chain_ids
from tests import reference
from tests.images import Image
from tests.inheritance.families import child, flattened, parent, read
from tests.strategies import layer_stacks, to_image

CLASSES = ("visible", "overwritten", "recopied", "removed", "repeated", "overhead")
SUMS = ("tar_bytes", "file_bytes", "rootfs_bytes", "waste_bytes", "files")


@st.composite
def families(draw: st.DrawFn):
    """A stack of layers, and how many of them are the parent's."""
    layers = draw(layer_stacks())
    return layers, draw(st.integers(0, len(layers)))


def _cut(layers, depth: int) -> Image:
    image = to_image(layers)
    return Image(image.layers[:depth], tags=["parent:1"])


@given(families())
def test_own_and_inherited_are_the_whole(family) -> None:
    layers, depth = family
    image, base = read(to_image(layers)), read(_cut(layers, depth))
    found = image.parents(parents=[base])
    assert found.sizes is not None
    whole, own, inherited = found.sizes.whole, found.sizes.own, found.sizes.inherited
    for name in SUMS:
        assert getattr(own, name) + getattr(inherited, name) == getattr(whole, name)
    for name in CLASSES:
        assert getattr(own.ledger, name) + getattr(inherited.ledger, name) == getattr(whole.ledger, name)
        assert min(getattr(own.ledger, name), getattr(inherited.ledger, name)) >= 0
    assert whole.ledger == image.ledger().total


@given(families())
def test_a_chain_id_is_an_exact_prefix(family) -> None:
    layers, depth = family
    image, base = read(to_image(layers)), read(_cut(layers, depth))
    evidence = [link.evidence for link in image.parents(parents=[base]).links]
    same = base.known().profile.diff_ids == image.known().profile.diff_ids[:depth]
    assert same
    if 0 < depth < len(layers):
        assert evidence == ["chain-id"]
    others = read(_cut(layers[::-1], depth))
    expected = others.known().profile.diff_ids == image.known().profile.diff_ids[:depth]
    assert ("chain-id" in [link.evidence for link in image.parents(parents=[others]).links]) == (
        expected and 0 < depth < len(layers)
    )
    assert list(image.known().profile.chain_ids) == chain_ids(image.known().profile.diff_ids)


@given(families())
def test_bytes_of_the_parent_are_those_of_the_reference(family) -> None:
    """Held by a parent's layer: seen, shadowed by an own layer, or lost inside the parent."""
    layers, depth = family
    image = read(to_image(layers))
    found = image.parents(parents=[read(_cut(layers, depth))])
    if not 0 < depth < len(layers):
        return
    assert found.sizes is not None
    (held,) = found.sizes.links
    assert held is not None
    expected = {"visible": 0, "shadowed": 0, "lost": 0}
    entries = [(layer, entry) for layer, rows in enumerate(layers) for entry in rows]
    for row, fate in reference.stack(layers).fates.items():
        layer, entry = entries[row]
        if layer < depth:
            kind = "visible" if fate.killed_by is None else "shadowed" if fate.killed_by >= depth else "lost"
            expected[kind] += entry.stored
    assert held.ledger.visible == expected["visible"]
    assert held.shadowed.waste_bytes == expected["shadowed"] == sum(found.sizes.shadowed["bytes"].to_pylist())
    assert held.lost.waste_bytes == expected["lost"]


def test_what_a_child_does_to_its_parent() -> None:
    """Worked out by hand: `etc/version` is overwritten, `usr/lib/part-0` removed."""
    sizes = read(child()).parents(parents=[read(parent())]).sizes
    assert sizes is not None
    (held,) = sizes.links
    assert held is not None
    assert (held.shadowed.overwritten, held.shadowed.removed, held.shadowed_files) == (1, 280, 2)
    assert held.lost.waste_bytes == 0
    assert [(row["path"], row["cause"]) for row in sizes.shadowed.to_pylist()] == [
        ("usr/lib/part-0", "removed"),
        ("etc/version", "overwritten"),
    ]
    assert sizes.own.ledger.recopied == 1500  # its own waste: the same file stored again for its mode
    assert sizes.own.files == 2


def test_a_mixed_layer_is_split_by_file() -> None:
    sizes = read(flattened()).parents(parents=[read(parent())]).sizes
    assert sizes is not None
    assert (sizes.own.files, sizes.inherited.files) == (2, 30)
    assert sizes.own.rootfs_bytes == 1500 + len(b"mine")
    assert sizes.inherited.ledger.overhead == 0


def test_pulled_bytes_are_split_by_blob(samples) -> None:
    import imgscan

    image = imgscan.open(samples / "formats" / "oci-archive.gzip.tar")
    sizes = image.parents(parents=[imgscan.open(samples / "parent.tar")]).sizes
    assert sizes is not None
    assert sizes.inherited.pull_bytes == sum(image.layers["blob_bytes"].to_pylist()[:3])
    assert sizes.own.pull_bytes is not None
    assert sizes.own.pull_bytes + sizes.inherited.pull_bytes == image.size.pull_bytes


def test_reprs_are_short() -> None:
    found = read(child()).parents(parents=[read(parent())])
    for shown in (repr(found), repr(found.sizes), repr(read(child()).known().profile)):
        assert len(shown) < 140
    assert repr(found) == "<Inheritance of 1 parents, own from layer 2>"


@pytest.fixture
def samples():
    from tests.real.samples import SAMPLES

    return SAMPLES
