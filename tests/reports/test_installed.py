"""The report's section about packages, against the image's own tables and rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from reports.installed import PARTS_PER_WHOLE
from tests.images import Image, Layer, docker_archive, gzip, oci_archive
from tests.packages.test_ownership import DATABASES, database, opened, status
from tests.strategies import layer_stacks, to_layer


def layers() -> list[Layer]:
    """dpkg's a and b, a wheel that is nobody's yet, and a layer above that upgrades b and adds c."""
    first = Layer().file("f", b"123" * 500).file("g", b"12").file("opt/x/h", b"1234").file("opt/y", b"1")
    second = Layer().file("g", b"12345").file("new", b"1" * 7).hardlink("newer", "new")
    return [
        database(first, ("a", "1"), ("b", "1"), a="f", b="g"),
        database(second, ("a", "1"), ("b", "2"), ("c", "3"), b="g", c="new newer"),
    ]


def test_sums_are_those_of_the_tables(tmp_path) -> None:
    image = opened(tmp_path, *layers())
    found, size = image.report().packages, image.size
    assert found is not None
    assert found.packages == image.packages.num_rows == 3
    assert (found.files, found.file_bytes) == (3, 1500 + 5 + 7)
    assert found.file_bytes + found.unowned_bytes == size.rootfs_bytes
    assert found.files + found.unowned_files == size.files
    assert [(each.name, each.version, each.file_bytes, each.layer) for each in found.largest] == [
        ("a", "1", 1500, 0),
        ("c", "3", 7, 1),
        ("b", "2", 5, 1),
    ]
    assert {(each.path, each.bytes) for each in found.unowned if each.path.startswith("opt")} == {
        ("opt", 5),
        ("opt/x", 4),
    }


def test_small_packages_are_parts_together(tmp_path) -> None:
    image = opened(tmp_path, *layers())
    (dpkg,) = image.report().packages.ecosystems
    bound = image.size.rootfs_bytes / PARTS_PER_WHOLE
    assert 7 < bound < 1500
    assert [(part.name, part.file_bytes) for part in dpkg.parts] == [("a", 1500)]
    assert (dpkg.packages, dpkg.other_packages, dpkg.other_bytes) == (3, 2, 12)


def test_what_the_list_leaves_out_is_counted(tmp_path) -> None:
    image = opened(tmp_path, *layers())
    found = image.report(top=1).packages
    assert ([each.name for each in found.largest], found.omitted, len(found.unowned)) == (["a"], 2, 1)
    nothing = Layer().file("var/lib/dpkg/status", status(("a", "1")))
    found = opened(tmp_path, nothing).report().packages
    assert (found.packages, found.largest, found.omitted) == (1, [], 1)


def test_the_own_part_has_what_its_layers_brought(tmp_path) -> None:
    part = opened(tmp_path, *layers()).part_from(1)
    found = part.report().packages
    assert {each.name for each in found.largest} == {"b", "c"}
    assert (found.packages, found.file_bytes) == (part.packages.num_rows, 12)
    assert found.file_bytes + found.unowned_bytes == part.size.rootfs_bytes


def test_shares_of_a_pull_are_known_where_layers_are_compressed(opened) -> None:
    image = opened(oci_archive(Image(layers(), compression=gzip)))
    found = image.report().packages
    assert found.pull_bytes == pytest.approx(sum(image.packages["pull_bytes"].to_pylist()), abs=1)
    assert found.pull_bytes == found.ecosystems[0].pull_bytes
    assert opened(docker_archive(Image(layers()))).report().packages.pull_bytes is None


@given(layer_stacks(), DATABASES, DATABASES, st.integers(0, 3))
def test_every_visible_byte_is_of_a_package_or_of_none(stack, below, above, first_layer) -> None:
    """In the whole and in any part, with hard links and all."""
    made = [to_layer(entries) for entries in stack] or [Layer()]
    for layer, lists in ((made[0], below), (made[-1], above)):
        database(layer, *((name, "1") for name in sorted(lists)), **{name: " ".join(lists[name]) for name in lists})
    whole = _image(made)
    for image in (whole, whole.part_from(min(first_layer, len(made)))):
        found = image.report().packages
        assert found.file_bytes + found.unowned_bytes == image.size.rootfs_bytes
        assert found.files + found.unowned_files == image.size.files
        assert found.unowned_bytes >= 0
        assert sum(each.file_bytes for each in found.ecosystems) == found.file_bytes
        for each in found.ecosystems:
            assert sum(part.file_bytes for part in each.parts) + each.other_bytes == each.file_bytes


def _image(made: list[Layer]) -> imgscan.Image:
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".tar") as file:
        file.write(docker_archive(Image(made)))
        file.flush()
        image = imgscan.open(file.name)
        assert image.changes.num_rows >= 0  # reads it
    return image
