"""The page of a comparison as somebody uses it."""

from collections.abc import Callable

import msgspec
from playwright.sync_api import Page

import imgscan
from tests.browser.conftest import PHONE, until
from tests.reports.diffs import diff_document, identical_diff

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


LABELS = "(all) => all.map((one) => one.dataset.layers)"


def test_the_stacks_are_the_layers_of_both_images(visit: Visit, diff: str) -> None:
    page = visit(diff)
    old, new = (imgscan.open(f"sample_images/app-{version}.0.tar") for version in (1, 2))
    pairs = imgscan.diff(old, new).layers
    series = page.evaluate(
        """() => {
          const { nodes, links } = imgscanChart("stacks-chart").getOption().series[0];
          return [nodes.map((n) => [n.name, n.depth]), links.map((l) => [l.source, l.target, l.pair.status])];
        }"""
    )
    assert series[0] == [
        *[[f"old {at}", 0] for at in range(len(old.layers))],
        *[[f"new {at}", 1] for at in range(len(new.layers))],
    ]
    assert series[1] == [
        [f"old {each.old}", f"new {each.new}", each.status]
        for each in pairs
        if each.old is not None and each.new is not None
    ]
    assert page.locator("#stacks-legend").inner_text().split() == ["same", "changed", "inserted"]


def test_a_press_on_a_layer_shows_it_alone(visit: Visit, diff: str) -> None:
    page = visit(diff)
    page.locator("#stacks").scroll_into_view_if_needed()
    x, y = page.evaluate(
        """() => {
          const chart = imgscanChart("stacks-chart");
          const box = chart.getDom().getBoundingClientRect();
          const nodes = chart.getModel().getSeriesByIndex(0).getGraph().nodes;
          const { x, y, dx, dy } = nodes.find((node) => node.id === "new 6").getLayout();
          const at = chart.getModel().getSeriesByIndex(0).layoutInfo;
          return [box.x + at.x + x + dx / 2, box.y + at.y + y + dy / 2];
        }"""
    )
    page.mouse.click(x, y)
    until(page, "location.hash.startsWith('#layer=6')")
    assert page.locator("#filter-layer").input_value() == "6"
    for name in ("layers", "files", "update"):
        shown = page.locator(f"table[data-name={name}] tbody tr:visible").evaluate_all(LABELS)
        assert shown
        assert all("6" in each.split() for each in shown)
    assert page.locator("#growth li[data-layers]:visible").evaluate_all(LABELS) == ["6"]
    page.mouse.click(x, y)
    until(page, "!location.hash.includes('layer')")
    assert page.locator("table[data-name=files] tbody tr:visible").count() == 10


def test_growth_of_a_layer_is_that_of_its_files(visit: Visit, diff: str) -> None:
    """Also where a later layer stored them again: growth counts for the first."""
    page = visit(diff, "#layer=6")
    rows = page.locator("table[data-name=files] tbody tr:visible")
    grown = sum(rows.evaluate_all("(all) => all.map((one) => Number(one.cells[5].querySelector('data').value))"))
    told = page.locator("table[data-name=layers] tbody tr:visible td[data-label=Growth] data").get_attribute("value")
    assert grown == int(told or 0) == 29_750


def test_the_map_of_a_layer_has_its_growth_alone(visit: Visit, diff: str) -> None:
    """Layer 6 brought six files that grew and one that is gone; the rest of the growth is layer 17's."""
    page = visit(diff, "#layer=6&path=srv/app")
    assert "Growth and loss of layer 6: COPY" in page.locator("#map-words").inner_text()
    assert page.locator("#map-list code").all_inner_texts() == ["catalogue.csv", "bin/", "static/", "migrations/"]
    sizes = "(all) => all.map((one) => Number(one.value))"
    listed = dict.fromkeys(("grew", "shrank"), 0)
    for size in listed:
        page.locator("#map-size").select_option(size)
        until(page, "(size) => location.hash.includes(`size=${size}`)", size)
        listed[size] = sum(page.locator("#map-list data").evaluate_all(sizes))
    assert listed["grew"] - listed["shrank"] == 29_750
    assert listed["shrank"] == 8_000
    page.locator("#filter-layer").select_option("17")
    until(page, "location.hash.includes('layer=17')")
    page.locator("#map-size").select_option("grew")
    until(page, "location.hash.includes('size=grew')")
    assert page.locator("#map-list code").all_inner_texts() == ["export.sql"]


def test_a_saved_diff_that_blames_no_layer_says_so(visit: Visit) -> None:
    made = diff_document()
    tree = msgspec.structs.replace(made.growth_tree, parts=None)
    page = visit(imgscan.render(diff_document(growth_tree=tree), "html"), "#layer=2")
    assert "Growth and loss of all layers in /: 37.0 MB" in page.locator("#map-words").inner_text()


def test_a_link_leads_to_a_layer_that_is_gone(visit: Visit) -> None:
    page = visit(imgscan.render(diff_document(), "html"), "#layer=old2")
    shown = page.locator("table[data-name=layers] tbody tr:visible")
    assert [each.split() for each in shown.locator(".badge").all_inner_texts()] == [["removed"]]
    assert "layer 2, removed" in page.locator("#filter-layer option:checked").inner_text()


def test_packages_are_those_of_the_layer(visit: Visit) -> None:
    made = diff_document()
    packages = [msgspec.structs.replace(each, pairs=[at]) for at, each in enumerate(made.packages)]
    page = visit(imgscan.render(diff_document(packages=packages), "html"), "#layer=2")
    assert page.locator("table[data-name=packages] tbody th code:visible").all_inner_texts() == ["llvm"]
    page.locator("#filter-clear").click()
    until(page, "!location.hash.includes('layer')")
    assert page.locator("table[data-name=packages] tbody tr:visible").count() == 4


def test_identical_images_have_no_map_and_no_trouble(visit: Visit) -> None:
    page = visit(imgscan.render(identical_diff(), "html"))
    assert page.locator("#map").count() == 0


def test_a_narrow_page_scrolls_one_way_only(visit: Visit, diff: str) -> None:
    page = visit(diff, width=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_directories_with_nearly_all_of_the_one_above_are_looked_through(visit: Visit, diff: str) -> None:
    """srv has all that differs, and app all of srv: the map shows what is in app and in its directories."""
    names = """() => imgscanChart("map-chart").getModel().getSeriesByIndex(0).getData().mapArray((at) =>
      imgscanChart("map-chart").getModel().getSeriesByIndex(0).getData().getItemModel(at).option.path)"""
    assert "srv/app/bin/server" in visit(diff).evaluate(names)
    assert "srv/app/bin/server" not in visit(diff, "#view=icicle").evaluate(names)
