"""Figures hold the numbers of the tables, and names to the letter."""

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from imgscan.notebook.trees import REST, Leaf, tree
from tests.conftest import Opened
from tests.images import Layer

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
PATHS = ["app-2.0.tar", "packages.tar", "formats/oci-archive.gzip.tar", "app-2.0-rootfs.tar"]


@pytest.fixture(scope="module", params=PATHS)
def image(request: pytest.FixtureRequest) -> imgscan.Image:
    return imgscan.open(SAMPLES / request.param)


@pytest.fixture(scope="module")
def diff() -> imgscan.ImageDiff:
    return imgscan.diff(*(imgscan.open(SAMPLES / f"app-{version}.tar") for version in ("1.0", "2.0")))


def _adds_up(trace) -> None:
    """Each node is as large as what is below it: else Plotly draws nothing."""
    below: dict[str, int] = defaultdict(int)
    areas = dict(zip(trace.ids, trace["values"], strict=True))
    assert len(areas) == len(trace.ids)
    for parent, area in zip(trace.parents, trace["values"], strict=True):
        below[parent] += area
    assert set(below) - {""} <= set(areas)
    assert all(total <= areas[parent] for parent, total in below.items() if parent)
    assert trace.parents.count("") == min(len(areas), 1)


@pytest.mark.parametrize("colour", ["layer", "package", "directory"])
@pytest.mark.parametrize("top", [0, 3, 400])
def test_the_treemap_is_the_root_filesystem(image, colour, top) -> None:
    (trace,) = image.plot.treemap(colour=colour, top=top).data
    assert trace["values"][0] == image.size.rootfs_bytes
    _adds_up(trace)
    assert trace.customdata[0][2] == f"{image.size.files - _empty(image):,} files"


def _empty(image: imgscan.Image) -> int:
    rows = image.sql("select count(distinct inode) as n from rootfs where kind = 'file' and size = 0").to_pylist()
    return rows[0]["n"]


def test_the_treemap_of_waste_and_of_what_is_pulled(image) -> None:
    waste = image.plot.treemap(by="waste").data[0]["values"]
    assert (waste[0] if waste else 0) == image.size.waste_bytes
    if image.size.pull_bytes is None:
        with pytest.raises(imgscan.ImgscanError, match="pull_bytes are unknown: layers are stored uncompressed"):
            image.plot.treemap(by="pull_bytes")
    else:
        assert 0 < image.plot.treemap(by="pull_bytes").data[0]["values"][0] <= image.size.pull_bytes


def test_the_treemap_of_a_part_is_that_of_the_part() -> None:
    image = imgscan.open(SAMPLES / "app-2.0.tar")
    own = image.own_part(image.parents(parents=[imgscan.open(SAMPLES / "parent.tar")]))
    assert own.plot.treemap().data[0]["values"][0] == own.size.rootfs_bytes < image.size.rootfs_bytes


def test_bars_of_layers_are_the_ledger(image) -> None:
    figure = image.plot.layers()
    for trace in figure.data:
        assert list(trace.x) == image.layers[trace.name].to_pylist()
        assert list(trace.y) == image.layers["layer"].to_pylist()
    assert sum(sum(trace.x) for trace in figure.data) == image.size.tar_bytes


def test_flows_of_waste_are_the_table(image) -> None:
    (trace,) = image.plot.waste().data
    assert sum(trace.link.value) == image.size.waste_bytes
    held: dict[str, int] = defaultdict(int)
    for source, value in zip(trace.link.source, trace.link.value, strict=True):
        held[trace.node.label[source]] += value
    assert held == {
        f"held by layer {layer.index}": n for layer in image if (n := sum(layer.waste["bytes"].to_pylist()))
    }


@pytest.mark.parametrize("by", ["directory", "layer", "package"])
@pytest.mark.parametrize("top", [0, 2, 50])
def test_steps_of_growth_are_all_of_it(diff, by, top) -> None:
    (trace,) = diff.plot.growth(by, top).data
    assert sum(trace.y[:-1]) == trace.y[-1] == 80_900
    assert trace.measure.count("total") == 1
    assert len(set(trace.x)) == len(trace.x), "two steps of one name would be drawn as one"


def test_the_treemap_of_a_diff(diff) -> None:
    (trace,) = diff.plot.treemap().data
    _adds_up(trace)
    changes = diff.files["bytes"].to_pylist()
    assert trace["values"][0] == sum(map(abs, changes))
    assert trace.marker.colors[0] == sum(changes)


def test_layers_of_a_diff(diff) -> None:
    old, new = diff.plot.layers().data
    assert (sum(old.x), sum(new.x)) == (diff.old.size.file_bytes, diff.new.size.file_bytes)


def test_nothing_to_draw_is_an_empty_figure(stacked: Opened) -> None:
    image = stacked(Layer().directory("a"))
    same = imgscan.diff(image, image)
    for made in (
        image.plot.treemap(),
        image.plot.layers(),
        image.plot.waste(),
        same.plot.growth(),
        same.plot.treemap(),
    ):
        assert made.to_json()


@pytest.mark.parametrize("name", ["<b>bold</b>", "a&amp;b", '<a href="javascript:alert(1)">x</a>', "a\x1b[2J"])
def test_names_are_shown_to_the_letter(stacked: Opened, name: str) -> None:
    image = stacked(Layer().file(name, b"12345"), history=[{"created_by": name}])
    treemap = image.plot.treemap()
    treemap.data[0].ids = treemap.data[0].parents = None  # these are not shown
    for made in (treemap, image.plot.layers(), image.plot.waste()):
        text = made.to_json()
        assert "<b>bold" not in text
        assert "\\u003cb\\u003ebold" not in text
        assert "<a" not in text
    assert "&amp;amp;" in stacked(Layer().file("a&amp;b", b"1")).plot.treemap().to_json().replace("\\u0026", "&")


@pytest.mark.parametrize("options", [{"by": "size"}, {"colour": "red"}])
def test_other_words_are_errors(options) -> None:
    with pytest.raises(ValueError, match="it can be"):
        imgscan.open(SAMPLES / "parent.tar").plot.treemap(**options)


def test_less_than_no_parts_is_an_error(image, diff) -> None:
    for draw in (image.plot.treemap, diff.plot.treemap, diff.plot.growth):
        with pytest.raises(ValueError, match="top=-1: it can be 0 or more"):
            draw(top=-1)


def test_a_diff_by_another_word_is_an_error(diff) -> None:
    with pytest.raises(ValueError, match="it can be directory, layer, package"):
        diff.plot.growth("file")


_parts = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map("/".join)
_leaves = st.lists(st.builds(Leaf, _parts, st.integers(0, 9), st.integers(-9, 9)), max_size=30)


@given(_leaves, st.integers(0, 12))
def test_trees_against_a_slow_count(leaves: list[Leaf], top: int) -> None:
    """Each directory that is there has the sum of all leaves below it; no leaf is lost; parents come first."""
    found = tree(leaves, top)
    assert all(parent in found.ids[:place] for place, parent in enumerate(found.parents) if parent)
    for node, area, value in zip(found.ids, found.areas, found.values, strict=True):
        if node.endswith(REST):
            continue
        inside = node.rstrip("/") + "/"
        if any(other.startswith(inside) and other != node for other in found.ids):
            below = sum(leaf.area for leaf in leaves if f"/{leaf.path}".startswith(inside))
            same = sum(leaf.area for leaf in leaves if f"/{leaf.path}" == node)  # a file where there was a directory
            assert below <= area <= below + same
            assert same or value == sum(
                leaf.value for leaf in leaves if leaf.area and f"/{leaf.path}".startswith(inside)
            )
    bottom = sum(area for node, area in zip(found.ids, found.areas, strict=True) if node == "/")
    assert bottom == sum(leaf.area for leaf in leaves)
