"""The part of an image above its parent: tables and sums of the upper layers alone, against those of the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

import imgscan
from analyzer.analyses.duplicates import find_duplicates
from analyzer.analyses.largest import find_largest
from analyzer.analyses.ledger import total
from analyzer.analysis import Analysis
from analyzer.inheritance.evidence import CONTENT
from analyzer.inheritance.inheritance import Inheritance, ParentLink
from analyzer.inheritance.inherited import InheritedBytes, inherited_bytes
from analyzer.opening import open_image
from tests.images import ABSENT, Image, Layer, gzip, oci_archive, step
from tests.inheritance.families import CHILD_STEPS, PARENT_STEPS, child, flattened, parent, read
from tests.real.samples import SAMPLES
from tests.strategies import layer_stacks, to_image


def opened(layers, folder) -> Analysis:
    path = folder / "stack.tar"
    path.write_bytes(oci_archive(to_image(layers, gzip)))
    return open_image(str(path))


@given(layers=layer_stacks(), first=st.integers(0, 6))
def test_tables_of_a_part_are_the_rows_of_its_layers(tmp_path_factory, layers, first) -> None:
    whole = opened(layers, tmp_path_factory.mktemp("image"))
    part = whole.part_from(first)

    def upper(table, column):
        return [row for row in table.to_pylist() if row[column] is not None and row[column] >= first]

    assert part.entries.to_pylist() == upper(whole.changes, "layer")
    assert part.layers.to_pylist() == upper(whole.layers, "layer")
    assert part.waste.to_pylist() == upper(whole.waste, "held_by")
    assert part.rootfs.to_pylist() == upper(whole.rootfs, "layer")


@given(layers=layer_stacks(), first=st.integers(0, 6))
def test_sizes_of_both_parts_sum_up_to_the_whole(tmp_path_factory, layers, first) -> None:
    whole = opened(layers, tmp_path_factory.mktemp("image"))
    size = whole.part_from(first).size
    below = whole.layers.slice(0, first).to_pylist()
    for name in ("tar_bytes", "file_bytes"):
        assert getattr(size, name) + sum(layer[name] for layer in below) == getattr(whole.size, name)
    assert size.rootfs_bytes + sum(layer["visible"] for layer in below) == whole.size.rootfs_bytes
    assert size.layers == max(len(layers) - first, 0)
    assert size.waste_bytes == size.file_bytes - size.rootfs_bytes


@given(layers=layer_stacks(), first=st.integers(0, 6))
def test_lists_of_files_have_only_files_that_the_part_stores(tmp_path_factory, layers, first) -> None:
    whole = opened(layers, tmp_path_factory.mktemp("image"))
    part = whole.part_from(first)
    files = find_largest(part.changes, part.stack, 100).files
    assert [each.path for each in files if each.layer < first] == []
    assert sum(each.bytes for each in files) == part.size.rootfs_bytes
    assert len(files) == part.size.files
    duplicates = find_duplicates(part.changes, part.stack, 100, 100)
    named = {path for each in duplicates.found for path in each.paths}
    assert named <= {each.path for each in files}


def _is_the_own_portion(part: Analysis, sizes: InheritedBytes) -> None:
    """What the part sums up to is what `imgscan parents` calls own; its rows sum up to that too."""
    own = sizes.own
    assert total(part.ledgers) == own.ledger
    assert (part.size.tar_bytes, part.size.file_bytes) == (own.tar_bytes, own.file_bytes)
    assert (part.size.rootfs_bytes, part.size.waste_bytes, part.size.files) == (
        own.rootfs_bytes,
        own.waste_bytes,
        own.files,
    )
    assert sum(part.waste["bytes"].to_pylist()) == own.waste_bytes
    assert sum(part.layers["tar_bytes"].to_pylist()) == own.tar_bytes
    assert sum(each or 0 for each in part.history["file_bytes"].to_pylist()) == own.file_bytes
    assert sum(each or 0 for each in part.history["waste_held"].to_pylist()) == own.waste_bytes
    stored = part.changes["stored"].to_pylist()
    held = {row["inode"] for row in part.rootfs.to_pylist() if row["kind"] == "file" and row["inode"] in _rows(part)}
    assert sum(stored[inode] for inode in held) == own.rootfs_bytes
    assert part.waste_below.equals(sizes.shadowed)


def _rows(part: Analysis) -> set[int]:
    return set(range(part.changes.num_rows)) - {row for row, out in enumerate(part._left_out) if out}


@given(layers=layer_stacks(), other=layer_stacks(), first=st.integers(0, 6))
def test_the_own_part_sums_up_to_what_parents_call_own(tmp_path_factory, layers, other, first) -> None:
    """By layer and by file at once, whatever the files of the parent that no layer ends with."""
    whole = opened(layers, tmp_path_factory.mktemp("image"))
    parent_known = opened(other, tmp_path_factory.mktemp("parent")).known()
    first = min(first, len(layers))
    link = ParentLink(("p",), CONTENT, 1.0, certain=False, layers=None, known=parent_known)
    found = Inheritance((link,), first, 0, (), ())
    occurrences = whole.occurrences
    sizes = inherited_bytes(
        found, whole.changes, whole.stack, whole.scan.layers, whole.size, whole.waste, lambda: occurrences
    )
    part = whole.own_part(found)
    if part is whole:
        assert sizes.inherited.ledger.tar_bytes == 0
        return
    _is_the_own_portion(part, sizes)
    assert part.entries.num_rows == whole.changes.num_rows - int(part._left_out.sum())


@pytest.mark.parametrize("name", ["app-2.0.tar", "squashed.tar", "committed.tar", "imported.tar.gz", "app-2.0-rootfs.tar"])  # fmt: skip
def test_the_own_part_of_the_samples(name: str) -> None:
    image = open_image(str(SAMPLES / name))
    found = image.parents([open_image(str(SAMPLES / "parent.tar")).known()])
    assert found.sizes is not None
    _is_the_own_portion(image.own_part(found), found.sizes)


def test_the_pull_of_the_own_part_is_that_of_parents() -> None:
    for name in ("oci-archive.gzip.tar", "oci-archive.zstd.tar"):
        image = imgscan.open(SAMPLES / "formats" / name)
        found = image.parents(parents=[imgscan.open(SAMPLES / "parent.tar")])
        assert found.sizes is not None
        assert image.own_part(found).size.pull_bytes == found.sizes.own.pull_bytes
    image = read(flattened(compression=gzip), oci=True)
    found = image.parents(parents=[read(parent())])
    assert found.sizes is not None
    assert 0 < image.own_part(found).size.pull_bytes == found.sizes.own.pull_bytes < image.size.pull_bytes


def test_of_a_flattened_image_the_files_of_the_parent_are_left_out() -> None:
    """Worked out by hand: the parent's files are unchanged but for `etc/version`, and `srv/app` is new."""
    image = read(flattened())
    part = image.own_part(image.parents(parents=[read(parent())]))
    assert part.rootfs.filter(part.rootfs["size"].to_numpy() > 0)["path"].to_pylist() == ["etc/version", "srv/app"]
    assert {row["path"] for row in part.changes.to_pylist()} == {"etc/version", "srv/app"}
    assert part.layers["file_bytes"].to_pylist() == part.history["file_bytes"].to_pylist() == [1504]
    assert any("30 files that a parent image brought" in note for note in part.report().notes)
    assert asdict(part.ledger().total) == asdict(part.ledger().layers[0])


def test_without_a_parent_the_own_part_is_the_image() -> None:
    """Directories that no layer has an entry for included."""
    image = read(Image([Layer().file("a/b/c", b"c")]))
    assert image.own_part().rootfs.equals(image.rootfs)
    assert image.own_part().rootfs.num_rows == 3
    assert image.own_part().waste_below.num_rows == 0


def test_waste_that_own_layers_cause_in_those_of_parents_is_told_apart() -> None:
    image = read(child())
    found = image.parents(parents=[read(parent())])
    part = image.own_part(found)
    assert {(row["path"], row["cause"], row["caused_by"]) for row in part.waste_below.to_pylist()} == {
        ("usr/lib/part-0", "removed", 3),
        ("etc/version", "overwritten", 2),
    }
    assert [row["path"] for row in part.waste.to_pylist()] == ["srv/app"]
    together = part.waste.num_rows + part.waste_below.num_rows
    assert together == image.waste.num_rows  # the parent wastes nothing by itself


SET_BY_CHILD = step("ENV A=1", empty_layer=True)


def _own_texts(image: Image, other: Image) -> list[str]:
    found = read(image)
    part = found.own_part(found.parents(parents=[read(other)]))
    return part.history["created_by"].to_pylist()


def test_own_history_begins_where_that_of_the_parent_ends() -> None:
    """The parent's last instruction, CMD, makes no layer; nor does the first of the image."""
    image = child(history=[*PARENT_STEPS, SET_BY_CHILD, *CHILD_STEPS])
    assert _own_texts(image, parent()) == [each["created_by"] for each in (SET_BY_CHILD, *CHILD_STEPS)]
    rebuilt = parent(b"2", created="2024-05-01T00:00:00Z")
    assert _own_texts(image, rebuilt) == [each["created_by"] for each in (SET_BY_CHILD, *CHILD_STEPS)]


def test_own_history_of_an_image_that_only_configures() -> None:
    image = parent(tags=["labelled:1"], history=[*PARENT_STEPS, step("LABEL a=b", empty_layer=True)])
    assert _own_texts(image, parent()) == ["LABEL a=b"]


def test_own_history_on_a_parent_without_one_goes_by_what_the_history_suggests() -> None:
    """CMD is set again further up, so the first one is the parent's; without that nobody can tell."""
    mute = parent(config_changes={"history": ABSENT})
    image = child(history=[*PARENT_STEPS, SET_BY_CHILD, *CHILD_STEPS])
    assert _own_texts(image, mute) == [each["created_by"] for each in (SET_BY_CHILD, *CHILD_STEPS)]
    image = child(history=[*PARENT_STEPS, SET_BY_CHILD, *CHILD_STEPS[:2]])
    assert _own_texts(image, mute) == [
        each["created_by"] for each in (*PARENT_STEPS[2:], SET_BY_CHILD, *CHILD_STEPS[:2])
    ]


def test_own_history_that_does_not_fit_the_layers() -> None:
    """The entries of a parent at hand are left out, and its layers; without it none is known to be own."""
    history = [*PARENT_STEPS, step("RUN everything")]
    assert _own_texts(child(history=history), parent()) == ["RUN everything", None, None]
    assert _own_texts(child(history=history), parent(config_changes={"history": ABSENT})) == [None, None]


def test_own_history_of_the_samples() -> None:
    """The parent's history has six entries, the last of them CMD."""
    base = imgscan.open(SAMPLES / "parent.tar")
    assert base.history["instruction"].to_pylist()[-1] == "CMD"
    for name in ("app-1.0.tar", "app-2.0.tar", "squashed.tar", "built-by-buildkit.tar.gz", "built-by-buildah.tar"):
        image = imgscan.open(SAMPLES / name)
        for others in ([base], []):
            found = image.parents(parents=others)
            if found.own_from:
                assert image.own_part(found).history["history"].to_pylist()[0] == base.history.num_rows, name


def test_a_part_of_a_part_is_a_part_of_the_whole() -> None:
    image = read(child())
    assert image.part_from(1).part_from(3).layers.equals(image.part_from(3).layers)
    assert image.part_from(3).part_from(1).rootfs.equals(image.part_from(1).rootfs)
