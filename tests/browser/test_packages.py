"""The picture of packages: a chart on the screen, and still on paper and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

import imgscan
from tests.browser.conftest import PHONE
from tests.images import Layer

Visit = Callable[..., Page]
CELLS = """
() => imgscanChart("packages-chart").getOption().series[0].data.flatMap((block) =>
  block.children.map(({ shown, value, itemStyle }) => [block.name, shown, value, itemStyle.color]))
"""
HOSTILE = ["__proto__", "{a|b}", "<script>document.title='ran'<"]


def test_the_chart_has_the_bytes_of_the_analysis(visit: Visit, packages: str) -> None:
    found = visit(packages).evaluate(CELLS)
    section = imgscan.open("sample_images/packages.tar").report().packages
    assert section is not None
    parts = {(each.name, each.file_bytes) for kind in section.ecosystems for each in kind.parts if each.file_bytes}
    assert {(name, count) for _, name, count, _ in found if name != "no package"} == parts
    assert sum(count for _, _, count, _ in found) == section.file_bytes + section.unowned_bytes
    colours = {tone: {colour for each, _, _, colour in found if each == tone} for tone, *_ in found}
    assert all(len(each) == 1 for each in colours.values())
    assert len(set.union(*colours.values())) == len(colours)


@pytest.mark.parametrize("width", [1280, PHONE])
def test_the_chart_or_the_still_picture_never_both(visit: Visit, packages: str, width: int) -> None:
    page = visit(packages, width=width)
    chart, still = page.locator("#packages-chart"), page.locator("#packages svg.treemap")
    assert (chart.is_visible(), still.is_visible()) == (True, False)
    page.emulate_media(media="print")
    assert (chart.is_visible(), still.is_visible()) == (False, True)
    page = visit(packages, width=width, scripts=False)
    assert (page.locator("#packages-chart").is_visible(), page.locator("svg.treemap").is_visible()) == (False, True)


def test_the_colours_follow_the_theme(visit: Visit, packages: str) -> None:
    page = visit(packages, color_scheme="light")
    light = page.evaluate(CELLS)
    page.locator("#theme").click()
    dark = page.evaluate(CELLS)
    assert [each[:3] for each in light] == [each[:3] for each in dark]
    assert not {each[3] for each in light} & {each[3] for each in dark}


def test_names_are_never_obeyed(visit: Visit, stacked) -> None:
    status = "".join(
        f"Package: {name}\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n" for name in HOSTILE
    )
    layer = Layer().file("var/lib/dpkg/status", status.encode())
    for at, name in enumerate(HOSTILE):
        layer.file(f"opt/{at}", b"x" * 999).file(f"var/lib/dpkg/info/{name}.list", f"/opt/{at}\n".encode())
    page = visit(imgscan.render(stacked(layer).report(), "html"))
    assert {name for _, name, _, _ in page.evaluate(CELLS)} >= set(HOSTILE)
    for x in (10, 200, 600, 1000):
        page.locator("#packages-chart").hover(position={"x": x, "y": 60}, force=True)
    assert page.title() != "ran"
    assert page.locator("script").count() == 4
