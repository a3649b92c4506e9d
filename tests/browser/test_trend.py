"""The page of a trend as somebody uses it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from analyzer.gates.records import read_records
from analyzer.gates.runs import Run
from tests.browser.conftest import PHONE, trend_page

Visit = Callable[..., Page]
HOSTILE = "</script><img src=x onerror=\"document.title='ran'\">{a|b}__proto__"
COURSE = """() => {
  const { series, xAxis } = imgscanChart("course-chart-0").getOption();
  return [xAxis[0].data, series[0].data.map((each) => each.value), series[0].data.map((each) => each.label.formatter)];
}"""


def test_the_chart_has_every_run_and_names_the_largest_jumps(visit: Visit, trend: str) -> None:
    runs = read_records(Path("sample_images/runs.jsonl")).runs
    page = visit(trend)
    days, values, jumps = page.evaluate(COURSE)
    assert days == [each.date[:10] for each in runs]
    assert values == [each.figures["rootfs_bytes"] for each in runs]
    assert [each for each in jumps if each] == ["+8.04 kB", "+20.9 kB", "+51.1 kB"]
    assert page.locator("figure.trend").is_hidden()


def test_runs_are_sorted_and_taken_away(visit: Visit, trend: str) -> None:
    page = visit(trend)
    table = page.locator("table[data-name=runs-1]")
    table.get_by_role("button", name="Change", exact=True).click()
    assert table.locator("td[data-label=Change]").all_inner_texts()[:2] == ["+51.1 kB", "+20.9 kB"]
    with page.expect_download() as started:
        page.get_by_label("Download as JSON: Runs").click()
    rows = json.loads(started.value.path().read_text(encoding="utf-8"))
    runs = {each.commit: each for each in read_records(Path("sample_images/runs.jsonl")).runs}
    assert {row["Commit"]: (row["Date"], row["rootfs_bytes"], row["Verdict"]) for row in rows} == {
        commit: (each.date, each.figures["rootfs_bytes"], each.verdict) for commit, each in runs.items()
    }


@pytest.mark.parametrize(("figure", "value", "words"), [("layers", 1234, "1,234"), ("efficiency", 0.5, "50.0%")])
def test_the_axis_is_in_the_unit_of_the_figure(visit: Visit, figure: str, value: float, words: str) -> None:
    runs = [Run(f"2026-05-0{at}", None, "a:1", "linux/amd64", "passed", {figure: value}) for at in (1, 2)]
    page = visit(trend_page(runs, figure))
    told = page.evaluate(
        "(value) => imgscanChart('course-chart-0').getOption().yAxis[0].axisLabel.formatter(value)", value
    )
    assert told == words


def test_the_theme_can_be_chosen(visit: Visit, trend: str) -> None:
    page = visit(trend, color_scheme="light")
    page.locator("#theme").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 20, 23)"


def test_without_scripts_and_on_paper_the_drawing_is_there(visit: Visit, trend: str) -> None:
    page = visit(trend, scripts=False)
    assert page.locator("figure.trend").is_visible()
    page = visit(trend)
    page.emulate_media(media="print")
    assert page.locator("figure.trend").is_visible()
    assert page.locator(".chart:visible, .tools:visible, #theme:visible").count() == 0


def test_a_narrow_page_scrolls_one_way_only_and_sorts(visit: Visit, trend: str) -> None:
    page = visit(trend, width=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert page.locator("table[data-name=runs-1] thead button").first.is_visible()


def test_names_of_a_stranger_do_nothing(visit: Visit) -> None:
    runs = [Run(f"{HOSTILE}{at}", HOSTILE, HOSTILE, HOSTILE, HOSTILE, {"rootfs_bytes": at}) for at in range(3)]
    page = visit(trend_page(runs))
    box = page.locator("#course-chart-0").bounding_box()
    assert box is not None
    page.locator("#course-chart-0").hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    assert page.title() != "ran"
    assert page.locator("img").count() == 0
    assert page.evaluate("Object.keys(Object.prototype).length") == 0
