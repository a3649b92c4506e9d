"""The part of an image above its parent: tables and sums of the upper layers alone, against those of the whole."""

from hypothesis import given
from hypothesis import strategies as st

from analyzer.analyses.duplicates import find_duplicates
from analyzer.analyses.largest import find_largest
from analyzer.analysis import Analysis, open_image
from tests.images import gzip, oci_archive
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
