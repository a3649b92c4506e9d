"""Growth as readers follow it: what is shown and what is not sum up to the whole, at every level and cut anywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.comparison import Comparison
from analyzer.opening import open_image
from reports.diff.build import build_diff
from reports.diff.document import CauseSection, GrowthSection
from reports.diff.parts import Part, by_package, parts_of, rest_of
from tests.reports.diffs import cause

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
MOST = st.lists(st.integers(0, 4), min_size=1, max_size=4)

FILES = st.builds(cause, st.just("file"), st.text(max_size=3), st.integers(-100, 100))


def _above(kind: str, inside: st.SearchStrategy[CauseSection]) -> st.SearchStrategy[CauseSection]:
    """Causes whose bytes are those of what is in them."""
    name = st.sampled_from(["", "a", "b"])
    return st.builds(
        lambda name, causes: cause(kind, name, sum(each.bytes for each in causes), *causes),
        name,
        st.lists(inside, min_size=1, max_size=4),
    )


LAYERS = st.lists(_above("layer", _above("package", _above("directory", FILES))), max_size=4)


def _all(parts: tuple[Part, ...]) -> Iterator[Part]:
    for each in parts:
        yield each
        yield from _all(each.parts)


@given(LAYERS, MOST)
def test_parts_and_rests_sum_up(layers: list[CauseSection], most: list[int]) -> None:
    whole = sum(each.bytes for each in layers)
    parts = parts_of(layers, most)
    assert rest_of(whole, parts) + sum(each.bytes for each in parts) == whole
    for part in _all(parts):
        assert not part.parts or sum(each.bytes for each in part.parts) + part.rest == part.bytes


@given(LAYERS)
def test_no_file_is_lost_where_nothing_is_cut(layers: list[CauseSection]) -> None:
    """Steps that tell nothing are left out; files are not."""
    parts = parts_of(layers, [4, 4, 4, 4])
    files = [
        file.bytes
        for layer in layers
        for package in layer.causes
        for folder in package.causes
        for file in folder.causes
    ]
    assert sorted(each.bytes for each in _all(parts) if each.kind == "file") == sorted(files)


@pytest.mark.parametrize(("old", "new"), [("app-1.0.tar", "app-2.0.tar"), ("app-2.0.tar", "parent.tar")])
def test_the_tree_of_a_sample_is_its_growth(old: str, new: str) -> None:
    """Held against the sizes of both images, which nothing here has computed."""
    images = open_image(str(SAMPLES / old)), open_image(str(SAMPLES / new))
    parts = parts_of(build_diff(Comparison(*images), 1000).growth.layers, [9, 99, 99, 99])
    files = [each.bytes for each in _all(parts) if each.kind == "file"]
    rests = [each.rest for each in _all(parts)]
    assert sum(files) + sum(rests) == images[1].size.rootfs_bytes - images[0].size.rootfs_bytes


@given(LAYERS)
def test_packages_and_files_of_none_sum_up_to_the_growth(layers: list[CauseSection]) -> None:
    """A page that says that parts sum up must not leave out the files of no package."""
    packages = [package for layer in layers for package in layer.causes if package.name]
    unowned = sum(package.bytes for layer in layers for package in layer.causes if not package.name)
    whole = sum(layer.bytes for layer in layers)
    growth = GrowthSection(bytes=whole, layers=layers, packages=packages, directories=[], unowned=unowned)
    found = by_package(growth)
    assert not packages or sum(each.bytes for each in found) == whole
    assert [each for each in found if each.name] == sorted(packages, key=lambda each: (-abs(each.bytes), each.name))
