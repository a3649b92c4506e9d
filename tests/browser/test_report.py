"""The report as somebody uses it: by mouse, by keys, by links."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

import imgscan
from tests.browser.conftest import DESK, PHONE, until
from tests.images import Image, Layer, docker_archive, step

Visit = Callable[..., Page]
NAMES = "[...document.querySelectorAll('#map-list code')].map((each) => each.textContent)"


def hash_of(page: Page) -> str:
    found: str = page.evaluate("decodeURIComponent(location.hash)")
    return found


def trail(page: Page) -> list[str]:
    return page.locator("#map-trail button").all_inner_texts()


def cell(page: Page, path: str) -> tuple[float, float]:
    """The middle of the cell that stands for a path, as the chart has laid it out."""
    found = page.evaluate(
        """(path) => {
          const chart = imgscanChart("map-chart");
          let found;
          chart.getModel().getSeriesByIndex(0).getData().tree.root.eachNode((node) => {
            const item = node.getModel().option;
            const layout = node.getLayout();
            if (item.place !== undefined && layout && layout.width && item.path === path) {
              let [x, y] = [layout.width / 2, node.children.length ? 8 : layout.height / 2];
              for (let at = node; at; at = at.parentNode) { x += at.getLayout().x; y += at.getLayout().y; }
              found = [x, y];
            }
          });
          const box = chart.getDom().getBoundingClientRect();
          return [box.x + found[0], box.y + found[1]];
        }""",
        path,
    )
    return found[0], found[1]


def bars(page: Page) -> dict[str, tuple[float, float, float, float]]:
    """Place and size of each bar of the icicle, by its path, as the chart has drawn it."""
    found: dict[str, tuple[float, float, float, float]] = page.evaluate(
        """() => {
          const chart = imgscanChart("map-chart");
          const data = chart.getModel().getSeriesByIndex(0).getData();
          const box = chart.getDom().getBoundingClientRect();
          const bars = {};
          data.each((at) => {
            const { path } = data.getRawDataItem(at);
            const shape = data.getItemGraphicEl(at).shape;
            if (!(path in bars)) bars[path] = [box.x + shape.x, box.y + shape.y, shape.width, shape.height];
          });
          return bars;
        }"""
    )
    return found


def middle(box: tuple[float, float, float, float]) -> tuple[float, float]:
    x, y, width, height = box
    return x + width / 2, y + height / 2


@pytest.mark.parametrize(
    ("width", "labelled"), [(PHONE, ["usr", "usr/lib"]), (DESK, ["opt", "opt/app", "usr", "usr/lib"])]
)
def test_names_of_directories_leave_room_for_what_is_in_them(
    visit: Visit, write, width: int, labelled: list[str]
) -> None:
    files = {"usr/lib/a": 60_000, "usr/lib/b": 37_500, "opt/app/c": 1500, "opt/app/d": 1000}
    layers = [Layer().files({path: bytes([65 + at]) * size}) for at, (path, size) in enumerate(files.items())]
    history = [step("RUN make"), {}, step("RUN make clean && make"), step("RUN true")]
    document = imgscan.open(write(docker_archive(Image(layers, history=history)))).report()
    page = visit(imgscan.render(document, "html"), width=width)
    shown = page.evaluate(
        """() => {
          const data = imgscanChart("map-chart").getModel().getSeriesByIndex(0).getData();
          const found = [];
          data.tree.root.eachNode((node) => {
            const { path, upperLabel } = node.getModel().option;
            if (path && node.children.length && upperLabel.show) found.push(path);
          });
          return found;
        }"""
    )
    assert sorted(shown) == labelled
    ends = "[...document.querySelectorAll('#map-details li data')].map((each) => each.getBoundingClientRect().right)"
    assert len({round(each) for each in page.evaluate(ends)}) == 1, "amounts end at one line"


def test_a_press_on_the_map_leads_into_a_directory_and_back(visit: Visit, report: str) -> None:
    page = visit(report)
    page.locator("#map").scroll_into_view_if_needed()
    page.mouse.click(*cell(page, "srv"))
    until(page, "document.querySelectorAll('#map-trail li').length === 2")
    assert trail(page) == ["/", "srv"]
    assert hash_of(page) == "#path=srv"
    page.mouse.click(*cell(page, "srv/app/export.sql"))
    until(page, "location.hash === '#path=srv/app/export.sql'")
    details = page.locator("#map-details").inner_text()
    assert "/srv/app/export.sql" in details
    assert "layer 17" in details
    page.locator("#map-trail button").first.click()
    assert trail(page) == ["/"]
    page.go_back()
    until(page, "location.hash === '#path=srv/app/export.sql'")
    assert trail(page) == ["/", "srv", "app", "export.sql"]


def test_a_press_on_the_icicle_leads_into_a_directory_and_out_of_it(visit: Visit, report: str) -> None:
    page = visit(report)
    page.locator("#map-view").select_option("icicle")
    until(page, "location.hash === '#path=&view=icicle'")
    page.locator("#map").scroll_into_view_if_needed()
    page.mouse.click(*middle(bars(page)["srv"]))
    until(page, "location.hash === '#path=srv&view=icicle'")
    assert trail(page) == ["/", "srv"]
    page.mouse.click(*middle(bars(page)["srv/app/export.sql"]))
    until(page, "location.hash === '#path=srv/app/export.sql&view=icicle'")
    assert "/srv/app/export.sql" in page.locator("#map-details").inner_text()
    page.mouse.click(*middle(bars(page)["srv/app"]))
    until(page, "location.hash === '#path=srv&view=icicle'")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.locator("#map-view").input_value() == "icicle"
    assert set(bars(page)) >= {"srv", "srv/app", "srv/app/bin"}


@pytest.mark.parametrize("size", ["file_bytes", "waste"])
def test_heights_in_the_icicle_are_bytes(visit: Visit, report: str, size: str) -> None:
    page = visit(report, f"#view=icicle&size={size}&path=srv/app")
    found = bars(page)
    height = found["srv/app"][3]
    listed = page.locator("#map-list li").evaluate_all(
        "(all) => all.map((li) => [li.querySelector('code').textContent, Number(li.querySelector('data').value)])"
    )
    whole = sum(count for _, count in listed)
    for name, count in (each for each in listed if each[1] > whole / 100):
        x, _, _, tall = found[f"srv/app/{name.rstrip('/')}"]
        assert x > found["srv/app"][0]
        assert tall == pytest.approx(height * count / whole, abs=1.5)


@pytest.mark.parametrize("view", ["treemap", "icicle"])
def test_keys_go_through_the_directories(visit: Visit, report: str, view: str) -> None:
    page = visit(report, f"#view={view}")
    first, second = page.evaluate(NAMES)[:2]
    page.locator("#map-list button").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.querySelector('code').textContent") == second
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    until(page, "document.querySelectorAll('#map-trail li').length === 2")
    assert trail(page) == ["/", first.rstrip("/")]
    assert page.evaluate("document.querySelector('#map-list').contains(document.activeElement)")
    page.keyboard.press("ArrowLeft")
    until(page, "document.querySelectorAll('#map-trail li').length === 1")
    assert page.evaluate(NAMES)[:2] == [first, second]


def test_the_map_says_the_bytes_of_the_analysis(visit: Visit, report: str) -> None:
    """Against SQL over the table of the root filesystem, for what is seen, and of wasted files."""
    image = imgscan.open("sample_images/app-2.0.tar")
    page = visit(report, "#path=srv/app")
    listed = "[...document.querySelectorAll('#map-list li')].map((li) => [li.querySelector('code').textContent, Number(li.querySelector('data').value)])"
    seen = image.sql(
        "select split_part(path, '/', 3) as name, sum(bytes) as bytes from (select min(path) as path, max(size) as bytes "
        "from rootfs where kind = 'file' group by inode) where path like 'srv/app/%' group by 1 having sum(bytes) > 0"
    ).to_pylist()
    assert {name.rstrip("/"): count for name, count in page.evaluate(listed)} == {
        row["name"]: row["bytes"] for row in seen
    }
    page.locator("#map-size").select_option("waste")
    until(page, "location.hash.includes('size=waste')")
    wasted = image.sql(
        "select split_part(path, '/', 3) as name, sum(bytes) as bytes from waste where path like 'srv/app/%' group by 1"
    ).to_pylist()
    assert {name.rstrip("/"): count for name, count in page.evaluate(listed)} == {
        row["name"]: row["bytes"] for row in wasted
    }


def test_search_finds_paths_by_words(visit: Visit, report: str) -> None:
    page = visit(report)
    page.locator("#map-search").fill("BIN serv")
    found = page.locator("#map-found button")
    assert found.all_inner_texts() == ["/srv/app/bin/server"]
    found.first.click()
    until(page, "location.hash === '#path=srv/app/bin/server'")
    page.locator("#map-search").fill("no such thing")
    assert page.locator("#map-found-words").inner_text() == "No path of the map has that in it."


@pytest.mark.parametrize("colour", ["layer", "origin", "kind"])
def test_colours_have_a_legend(visit: Visit, report: str, colour: str) -> None:
    page = visit(report, f"#path=srv&colour={colour}")
    words = page.locator("#map-legend").inner_text()
    expected = {"layer": "layer 17: RUN cat catalogue.csv", "origin": "own", "kind": "data and configuration"}[colour]
    assert expected in words
    assert page.locator("#map-colour").input_value() == colour


def test_a_link_leads_to_a_layer_and_a_path(visit: Visit, report: str) -> None:
    page = visit(report, "#layer=14&path=srv/app")
    assert page.locator("#filter-layer").input_value() == "14"
    assert trail(page) == ["/", "srv", "app"]
    shown = page.locator("table[data-name=waste] tbody tr:visible")
    layers = shown.evaluate_all("(rows) => rows.map((row) => row.dataset.layers.split(' '))")
    assert layers
    assert all("14" in each for each in layers)
    assert page.locator("table[data-name=layers] tbody tr:visible").count() == 1
    assert set(page.locator(".finding:visible").evaluate_all("(all) => all.map((one) => one.dataset.layers)")) == {"14"}
    assert "of layer 14" in page.locator("#map-words").inner_text()
    page.locator("#filter-clear").click()
    until(page, "location.hash === '#path=srv/app'")
    assert page.locator("table[data-name=layers] tbody tr:visible").count() == 18


@pytest.mark.parametrize(
    ("place", "left", "said"),
    [
        ("#layer=99", "#path=", "layer 99"),
        ("#layer=14&path=no/such", "#layer=14&path=", "path no/such"),
        ("#path=srv/app/no/such", "#path=srv/app", "path srv/app/no/such"),
        ("#size=bogus&view=<b>&path=srv", "#path=srv", "view <b>, size bogus"),
    ],
)
def test_a_link_to_nothing_says_so(visit: Visit, report: str, place: str, left: str, said: str) -> None:
    page = visit(report, place)
    words = page.locator("#link-words")
    assert words.inner_text() == f"The link names what is not here: {said}."
    assert hash_of(page) == left
    page.locator("#map-list button").first.click()
    until(page, "document.getElementById('link-words').textContent === ''")


def test_a_layer_with_nothing_but_waste_in_a_place_is_shown_by_it(visit: Visit, report: str) -> None:
    """All that layer 6 has in srv/app is stored again by layers above it."""
    page = visit(report, "#layer=6&path=srv/app")
    assert "Wasted bytes of layer 6: COPY" in page.locator("#map-words").inner_text()
    assert page.locator("#map-size").input_value() == "waste"
    assert "bin/" in page.locator("#map-list code").all_inner_texts()
    page.locator("#filter-clear").click()
    until(page, "document.getElementById('map-size').value === 'file_bytes'")


def test_a_removed_file_is_shown_by_its_waste(visit: Visit, report: str) -> None:
    """The largest one in a directory of which nothing is left."""
    image = imgscan.open("sample_images/app-2.0.tar")
    row = image.sql(
        "select path, sum(bytes) as bytes from waste where not exists (select 1 from rootfs where kind = 'file' and "
        "starts_with(rootfs.path, parse_dirpath(waste.path) || '/')) group by path order by 2 desc limit 1"
    ).to_pylist()[0]
    page = visit(report, f"#path={row['path']}")
    assert page.locator("#map-size").input_value() == "waste"
    listed = page.locator("#map-list button[aria-current=true]")
    assert listed.locator("data").get_attribute("value") == str(row["bytes"])
    page.locator("#map-trail button").first.click()
    until(page, "document.getElementById('map-size').value === 'file_bytes'")
    page.locator("#map-search").fill(row["path"])
    assert " wasted" in page.locator("#map-found li").first.inner_text()


@pytest.mark.parametrize("layer", ["14", "2"])
def test_a_column_of_the_timeline_chooses_its_layer(visit: Visit, report: str, layer: str) -> None:
    """Layer 2 has no bytes of files: its bar is as good as none."""
    page = visit(report)
    page.locator("#timeline").scroll_into_view_if_needed()
    x, y = page.evaluate(
        """(layer) => {
          const chart = imgscanChart("timeline-chart");
          const box = chart.getDom().getBoundingClientRect();
          const [x, y] = chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [layer, 20000]);
          return [box.x + x, box.y + y];
        }""",
        layer,
    )
    page.mouse.click(x, y)
    until(page, "(layer) => location.hash.startsWith(`#layer=${layer}&`)", layer)
    page.mouse.click(x, y)
    until(page, "!location.hash.includes('layer')")


def test_the_line_of_the_own_layers_stands_between_columns(visit: Visit, report: str) -> None:
    """Halfway from the middle of the last inherited column to that of the first own one."""
    page = visit(report)
    line, last, first = page.evaluate(
        """() => {
          const chart = imgscanChart("timeline-chart");
          const own = JSON.parse(document.getElementById("data").textContent).layers.findIndex((l) => l.origin === "own");
          const middle = (at) => chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [at, 0])[0];
          const label = chart.getZr().storage.getDisplayList().find((each) => each.style.text === "own from here");
          const box = label.getBoundingRect().clone();
          box.applyTransform(label.transform);
          return [box.x + box.width / 2, middle(own - 1), middle(own)];
        }"""
    )
    assert line == pytest.approx((last + first) / 2, abs=1.5)


def test_the_files_of_a_place_are_those_with_bytes(visit: Visit, report: str) -> None:
    """Against SQL: empty files are in the count of the image, not in that of the map, which says so."""
    (row,) = (
        imgscan.open("sample_images/app-2.0.tar")
        .sql("select count(distinct inode) as files from rootfs where kind = 'file' and size > 0")
        .to_pylist()
    )
    words = visit(report, "#path=").locator("#map-details").inner_text()
    assert f"{row['files']} seen" in words
    assert "empty ones not counted" in words


def test_the_flow_has_every_pair_of_layers(visit: Visit, report: str) -> None:
    page = visit(report)
    links = page.evaluate(
        "imgscanChart('flow-chart').getOption().series[0].links.map((l) => [l.held, l.caused, l.value])"
    )
    told = imgscan.open("sample_images/app-2.0.tar").sql(
        "select held_by, caused_by, sum(bytes) as bytes from waste group by all order by 3 desc, 1, 2"
    )
    assert links == [[row["held_by"], row["caused_by"], row["bytes"]] for row in told.to_pylist()]


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_theme_is_the_system_s_until_somebody_chooses(visit: Visit, report: str, system: str) -> None:
    page = visit(report, color_scheme=system)
    ground = "getComputedStyle(document.body).backgroundColor"
    colours = {"light": "rgb(246, 247, 249)", "dark": "rgb(18, 20, 23)"}
    other = {"light": "dark", "dark": "light"}[system]
    assert page.evaluate(ground) == colours[system]
    page.locator("#theme").click()
    assert page.evaluate(ground) == colours[other]
    for _ in range(5):  # Chromium stores the choice in another process, and may read there before it has come
        page.reload()
        page.wait_for_selector("html[data-ready]", state="attached")
        if page.evaluate(ground) == colours[other]:
            break
        page.wait_for_timeout(200)
    assert page.evaluate(ground) == colours[other]
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_sizes_say_both_kinds_of_units_under_the_pointer(visit: Visit, report: str) -> None:
    page = visit(report)
    titles = page.locator("table[data-name=files] tbody data[title]").evaluate_all(
        "(all) => all.map((one) => one.title)"
    )
    assert "51,150 bytes = 50.0 KiB" in titles


def test_without_scripts_every_table_is_there_and_nothing_dead(visit: Visit, report: str) -> None:
    page = visit(report, scripts=False)
    assert page.locator("table").count() > 8
    assert page.locator("section:visible").count() >= 8
    assert page.get_by_text(
        "drop RUN chown -R 10001:10001 /srv/app but for what stores no bytes, and set the owner"
    ).is_visible()
    assert page.locator(".live:visible, #theme:visible, .tools:visible").count() == 0


def test_on_paper_there_is_what_the_tables_say(visit: Visit, report: str) -> None:
    page = visit(report)
    page.emulate_media(media="print")
    assert page.locator(".chart:visible, select:visible, input:visible, #theme:visible").count() == 0
    arrows = "(all) => all.map((one) => getComputedStyle(one, '::after').content)"
    assert set(page.locator("th button").evaluate_all(arrows)) == {"none"}
    rows = page.locator("table[data-name=waste] tbody tr")
    assert rows.count() > 10
    assert all(rows.nth(at).is_visible() for at in range(rows.count()))


@pytest.mark.parametrize("place", ["", "#layer=14&path=srv/app&size=waste&colour=kind"])
def test_a_narrow_page_scrolls_one_way_only(visit: Visit, report: str, place: str) -> None:
    page = visit(report, place, width=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


@pytest.mark.parametrize(("media", "width"), [("screen", 740), ("screen", 1000), ("print", 680)])
def test_nothing_sticks_out_of_a_tablet_or_a_sheet(visit: Visit, report: str, media: str, width: int) -> None:
    page = visit(report, width=width)
    page.emulate_media(media=media)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_a_chart_says_fits_on_a_narrow_page(visit: Visit, report: str) -> None:
    page = visit(report, width=PHONE)
    said = page.evaluate(
        """() => {
          const { tooltip, series } = imgscanChart("flow-chart").getOption();
          return series[0].links.map((link) => tooltip[0].formatter({ dataType: "edge", data: link, value: link.value }));
        }"""
    )
    assert max(len(line) for text in said for line in text.split("\n")) < 45
    assert any("RUN chown -R 10001:10001" in " ".join(text.split()) for text in said)


def test_a_saved_report_without_a_map_works(visit: Visit) -> None:
    import msgspec

    document = msgspec.structs.replace(imgscan.open("sample_images/app-2.0.tar").report(), filesystem=None)
    page = visit(imgscan.render(document, "html"), "#layer=14")
    assert page.locator("#map").count() == 0
    assert page.locator("#timeline-chart canvas").count() == 1
    assert page.locator("table[data-name=layers] tbody tr:visible").count() == 1


def test_two_presses_at_once_are_two_presses(visit: Visit, report: str) -> None:
    """The browser tells of a new address after both; the second is for what the first has made of the page."""
    page = visit(report)
    page.evaluate("() => [1, 2].map(() => document.querySelector('#map-list button').click())")
    assert len(trail(page)) == 3
