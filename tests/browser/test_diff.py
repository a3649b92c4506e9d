"""The page of a comparison as somebody uses it."""

from collections.abc import Callable

from playwright.sync_api import Page

import imgscan
from tests.browser.conftest import PHONE, until
from tests.reports.diffs import identical_diff

Visit = Callable[..., Page]


def test_the_map_shows_growth_and_loss_apart(visit: Visit, diff: str) -> None:
    page = visit(diff, "#path=srv/app")
    assert page.locator("#map-legend").inner_text().split() == ["grew", "shrank"]
    assert "+80.9 kB" in page.locator("#map-details").inner_text()
    page.locator("#map-size").select_option("shrank")
    until(page, "location.hash.includes('size=shrank')")
    assert page.locator("#map-list code").all_inner_texts() == ["static/"]
    page.locator("#map-list button").first.click()
    until(page, "location.hash.includes('static')")
    assert "Loss only in /srv/app/static: 8.00 kB" in page.locator("#map-words").inner_text()


def test_tables_are_sorted_filtered_and_taken_away(visit: Visit, diff: str) -> None:
    page = visit(diff)
    table = page.locator("table[data-name=files]")
    growth = "(rows) => rows.map((row) => Number(row.cells[5].querySelector('data').value))"
    table.get_by_role("button", name="Growth", exact=True).click()
    found = table.locator("tbody tr").evaluate_all(growth)
    assert found == sorted(found, reverse=True)
    with page.expect_download() as started:
        page.get_by_label("Download as CSV: From the lowest up").click()
    lines = started.value.path().read_text(encoding="utf-8").splitlines()
    assert lines[0] == "Old,Became,New,Instruction,Growth"
    assert lines[1].startswith("0,same,0,ADD file:")
    assert lines[-1].startswith(",inserted,17,")


def test_identical_images_have_no_map_and_no_trouble(visit: Visit) -> None:
    page = visit(imgscan.render(identical_diff(), "html"))
    assert page.locator("#map").count() == 0


def test_a_narrow_page_scrolls_one_way_only(visit: Visit, diff: str) -> None:
    page = visit(diff, width=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
