"""Treemaps: areas are the numbers, nothing overlaps, nothing sticks out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.document import EcosystemSection, PackagePart
from reports.package_views import packages as view
from reports.treemap import Rectangle, squarified
from tests.reports.documents import document, packages

SIZES = st.lists(st.integers(1, 10**6), max_size=60).map(lambda found: sorted(found, reverse=True))


@given(SIZES, st.floats(1, 2000), st.floats(1, 2000))
def test_areas_are_in_proportion_and_fill_the_whole(sizes: list[int], width: float, height: float) -> None:
    whole = Rectangle(3, 5, width, height)
    found = squarified(sizes, whole)
    assert len(found) == len(sizes)
    for size, place in zip(sizes, found, strict=True):
        assert place.area == pytest.approx(whole.area * size / sum(sizes), rel=1e-6, abs=1e-3)
        assert place.x >= 3 - 1e-3
        assert place.y >= 5 - 1e-3
        assert place.x + place.width <= 3 + width + 1e-3
        assert place.y + place.height <= 5 + height + 1e-3


@given(SIZES)
def test_no_two_overlap(sizes: list[int]) -> None:
    found = squarified(sizes, Rectangle(0, 0, 1130, 380))
    for at, one in enumerate(found):
        for other in found[:at]:
            across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert min(across, down) <= 1e-3


def test_the_example_of_the_paper() -> None:
    """Figure 3 there: 6, 6, 4, 3, 2, 2, 1 in a rectangle of 6 by 4."""
    found = squarified([6, 6, 4, 3, 2, 2, 1], Rectangle(0, 0, 6, 4))
    sides = [(round(each.width, 2), round(each.height, 2)) for each in found]
    assert sides == [(3, 2), (3, 2), (1.71, 2.33), (1.29, 2.33), (1.2, 1.67), (1.2, 1.67), (0.6, 1.67)]


def test_small_packages_share_a_cell_and_names_are_cut_to_it() -> None:
    parts = [PackagePart("a-very-long-name-of-a-package" * 2, 30), PackagePart("tiny", 3)]
    section = packages(
        packages=12,
        file_bytes=100,
        unowned_bytes=300,
        ecosystems=[EcosystemSection("dpkg", 11, 11, 100, None, parts, 9, 67), EcosystemSection("npm", 1, 1, 0, 0, [], 1, 0)],
    )  # fmt: skip
    found = view(document(packages=section))
    assert found is not None
    assert [(each.tone, each.title) for each in found.cells] == [
        ("tone-none", "no package, 300 B"),
        ("tone-1", "dpkg: 9 more packages, 67 B"),
        ("tone-1", "dpkg a-very-long-name-of-a-packagea-ver…, 30 B"),
        ("tone-1", "dpkg tiny, 3 B"),
    ]
    labels = [each.label for each in found.cells]
    assert labels[:2] == ["no package", "9 more packages"]
    assert labels[2].endswith("…")
    assert parts[0].name.startswith(labels[2][:-1])
    assert [(row.name, row.packages, row.bytes, row.share) for row in found.rows] == [
        ("dpkg", 11, 100, "25.0%"),
        ("npm", 1, 0, "0%"),
        ("no package", None, 300, "75.0%"),
    ]


def test_packages_are_not_drawn_as_dots_beside_the_files_of_none() -> None:
    ecosystems = [EcosystemSection("dpkg", 1, 1, 10, None, [PackagePart("tiny", 10)], 0, 0)]
    few, many = (
        view(document(packages=packages(packages=1, file_bytes=10, unowned_bytes=count, ecosystems=ecosystems)))
        for count in (90, 91)
    )
    assert few is not None
    assert many is not None
    assert [each.tone for each in few.cells] == ["tone-none", "tone-1"]
    assert [each.tone for each in many.cells] == ["tone-1"]
    assert (few.is_all, many.is_all) == (True, False)
