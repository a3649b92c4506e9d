"""The tables of a report as somebody uses them: sorted, filtered, taken away."""

import csv
import json
from collections.abc import Callable

from msgspec.structs import replace
from playwright.sync_api import Page

import imgscan
from tests.browser.conftest import PHONE

Visit = Callable[..., Page]


def test_tables_are_sorted_by_number_and_by_name(visit: Visit, report: str) -> None:
    page = visit(report)
    table = page.locator("table[data-name=files]")
    sizes = "(rows) => rows.map((row) => Number(row.cells[1].querySelector('data').value))"
    table.get_by_role("button", name="Size", exact=True).click()
    found = table.locator("tbody tr").evaluate_all(sizes)
    assert found == sorted(found, reverse=True)
    table.get_by_role("button", name="Size", exact=True).click()
    assert table.locator("tbody tr").evaluate_all(sizes) == sorted(found)
    assert table.locator("th[aria-sort]").evaluate_all("(all) => all.map((one) => one.ariaSort)") == ["ascending"]
    table.get_by_role("button", name="File", exact=True).click()
    names = table.locator("tbody th code").all_inner_texts()
    assert names[0] == "bin/cat"


def test_a_filter_narrows_a_table_to_all_rows_that_match(visit: Visit, report: str) -> None:
    page = visit(report)
    table = page.locator("table[data-name=waste]")
    page.get_by_label("Filter: Wasted files").fill("catalogue")
    rows = table.locator("tbody tr").evaluate_all(
        "(rows) => rows.map((row) => [row.textContent, row.checkVisibility()])"
    )
    assert 0 < sum(shown for _, shown in rows) < len(rows)
    assert all(shown == ("catalogue" in text) for text, shown in rows)
    show_all = page.locator(".listing", has=table).get_by_text("Show all")
    assert not show_all.is_visible()  # there is nothing more to show
    page.get_by_label("Filter: Wasted files").fill("")
    assert show_all.is_visible()
    assert table.locator("tbody tr:visible").count() == 10


def test_tables_can_be_taken_away(visit: Visit, report: str) -> None:
    document = imgscan.open("sample_images/app-2.0.tar").report()
    page = visit(report)
    with page.expect_download() as started:
        page.get_by_label("Download as CSV: Wasted files").click()
    assert started.value.suggested_filename == "waste.csv"
    rows = list(csv.DictReader(started.value.path().read_text(encoding="utf-8").splitlines()))
    assert [(row["File"], int(row["Size"]), row["Held by"], row["Caused by"]) for row in rows] == [
        (each.path, each.bytes, str(each.held_by), str(each.caused_by)) for each in document.waste.paths
    ]
    with page.expect_download() as started:
        page.get_by_label("Download as JSON: Wasted files").click()
    wasted = json.loads(started.value.path().read_text(encoding="utf-8"))
    assert [(row["Size"], row["Held by"], row["Caused by"]) for row in wasted] == [
        (each.bytes, each.held_by, each.caused_by) for each in document.waste.paths
    ]
    with page.expect_download() as started:
        page.get_by_label("Download as JSON: What each layer stores").click()
    layers = json.loads(started.value.path().read_text(encoding="utf-8"))
    assert [(row["Layer"], row["As tar"]) for row in layers] == [
        (each.index, each.tar_bytes) for each in document.layers
    ]


def test_findings_are_sorted_filtered_and_taken_away(visit: Visit) -> None:
    """Of ten or fewer all are seen, and there is no filter."""
    document = imgscan.open("sample_images/app-2.0.tar").report()
    assert document.findings is not None
    first, *others = document.findings.found
    found = [first, first, first, *others]
    page = visit(imgscan.render(replace(document, findings=replace(document.findings, found=found)), "html"))
    table = page.locator("table[data-name=findings]")
    assert table.locator("tbody tr").count() == len(found)
    assert table.locator("tbody tr:visible").count() == 10
    table.get_by_role("button", name="Kind", exact=True).click()
    kinds = table.locator("td[data-label=Kind] .badge").all_inner_texts()
    assert kinds == sorted(each.severity for each in found)
    table.get_by_role("button", name="Saves", exact=True).click()
    saved = table.locator("td[data-label=Saves] data").evaluate_all("(all) => all.map((one) => Number(one.value))")
    assert saved == sorted((each.file_bytes for each in found), reverse=True)
    page.get_by_label("Filter: What to edit").fill("private-keys")
    with page.expect_download() as started:
        page.get_by_label("Download as JSON: What to edit").click()
    (row,) = json.loads(started.value.path().read_text(encoding="utf-8"))
    (key,) = [each for each in found if each.rule == "private-keys"]
    assert row == {
        "Finding": key.title,
        "Kind": "security",
        "Saves": key.file_bytes,
        "Layer": key.layer,
        "Rule": "private-keys",
        "Edit": key.edit,
        "Places": key.paths[0],
    }


def test_a_narrow_page_sorts_too(visit: Visit, report: str) -> None:
    page = visit(report, width=PHONE)
    for name in page.locator("table.sortable").evaluate_all("(all) => all.map((one) => one.dataset.name)"):
        headings = page.locator(f"table[data-name={name}] thead button")
        assert headings.count() >= 3
        assert all(headings.nth(at).is_visible() for at in range(headings.count()))
    table = page.locator("table[data-name=waste]")
    table.get_by_role("button", name="File", exact=True).click()
    assert table.locator("th[aria-sort]").inner_text().startswith("File")
    paths = table.locator("tbody th code").all_inner_texts()
    assert paths[0] == min(paths)
