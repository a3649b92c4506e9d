"""Names that a stranger chose, in a browser that would run them: nothing runs, nothing is hidden or reordered."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

import imgscan
from tests.browser.conftest import until
from tests.images import Image, Layer, docker_archive
from tests.reports.diffs import hostile_diff, tampered_diff
from tests.reports.documents import hostile_document, tampered_document

Visit = Callable[..., Page]
NAMES = [
    "</script><img src=x onerror=\"document.title='ran'\">",
    "<script>document.title='ran'<",  # a slash would be a directory
    "\"'><svg onload=alert(1)>",
    "javascript:alert(1)",
    "<!--<script>",
    "\\u003cimg src=x onerror=alert(1)>",
    "\u202egnp.exe",
    "{a|b}\n${alert(1)}",
    "__proto__",
    "constructor",
]


def explore(page: Page) -> None:
    """Use everything that puts names somewhere."""
    page.locator("#map-search").fill("a")
    for size in page.locator("#map-size option").evaluate_all("(all) => all.map((one) => one.value)"):
        page.locator("#map-size").select_option(size)
    for colour in page.locator("#map-colour option").evaluate_all("(all) => all.map((one) => one.value)"):
        if page.locator("#map-colour").is_visible():
            page.locator("#map-colour").select_option(colour)
    for view in ("icicle", "treemap"):
        page.locator("#map-view").select_option(view)
        for at in range(page.locator("#map-list button").count()):
            page.locator("#map-list button").nth(at).click()
        hover(page, "#map-chart")
    for chart in page.locator(".chart:visible").evaluate_all("(all) => all.map((one) => `#${one.id}`)"):
        hover(page, chart)
    for layer in page.locator("#filter-layer option").evaluate_all("(all) => all.map((one) => one.value)")[:3]:
        page.locator("#filter-layer").select_option(layer)


def hover(page: Page, chart: str) -> None:
    """Let a chart say what is under the pointer, in places where something is."""
    box = page.locator(chart).bounding_box()
    assert box is not None
    for x, y in ((0.5, 0.5), (0.1, 0.1), (0.3, 0.2), (0.9, 0.8)):
        page.locator(chart).hover(position={"x": box["width"] * x, "y": box["height"] * y}, force=True)


def assert_nothing_ran(page: Page) -> None:
    assert page.title() != "ran"
    assert page.locator("img, iframe, object, embed, [onerror], [onload]").count() == 0
    assert page.locator("a:not([href^='#'])").count() == 0
    assert page.locator("script").count() == 4  # data, library, the page's own, and the library once it is needed
    assert page.evaluate("Object.keys(Object.prototype).length") == 0
    text = page.evaluate("document.body.innerText")
    assert not {"\u202e", "\u2066", "\u200b", "\x1b"} & set(text)


def test_names_in_an_image(visit: Visit, opened) -> None:
    low, high = Layer(), Layer()
    for at, name in enumerate(NAMES):
        low.file(f"{name}/{name}", b"1" * (1000 + at)).file(f"gone/{name}", b"2" * (500 + at))
        high.whiteout(f"gone/{name}").file(f"kept/{name}", b"3" * (700 + at))
    made = Image(
        [low, high],
        history=[{"created_by": f"RUN {name}"} for name in NAMES[:2]],
        runtime={"Labels": {NAMES[0]: NAMES[1]}},
    )
    page = visit(imgscan.render(opened(docker_archive(made)).report(), "html"))
    explore(page)
    assert_nothing_ran(page)
    for name in (NAMES[0], NAMES[3], NAMES[8]):
        page.evaluate(
            "(name) => { location.hash = `path=${encodeURIComponent(name)}/${encodeURIComponent(name)}` }", name
        )
        until(page, "(name) => document.querySelector('#map-details code').textContent === `/${name}/${name}`", name)
    assert_nothing_ran(page)


@pytest.mark.parametrize("text", [NAMES[0], NAMES[2]])
@pytest.mark.parametrize("make", [hostile_document, tampered_document, hostile_diff, tampered_diff])
def test_texts_wherever_a_document_can_have_one(visit: Visit, make, text: str) -> None:
    page = visit(imgscan.render(make(text), "html"))
    explore(page)
    assert_nothing_ran(page)


@pytest.mark.parametrize(
    "place", ["#layer=<img>&path=../../..&size=toString&colour=__proto__", "#layer=-1", "#=", "#%", "#path=%E0%A4%A"]
)
def test_links_that_lead_nowhere(visit: Visit, report: str, place: str) -> None:
    page = visit(report, place)
    assert page.locator("#map-trail button").all_inner_texts() == ["/"]
    assert page.locator("#map-list li").count() > 0


def test_a_formula_is_no_formula_in_a_downloaded_table(visit: Visit, opened) -> None:
    page = visit(imgscan.render(opened(docker_archive(Image([Layer().file('=cmd("x")', b"1" * 9)]))).report(), "html"))
    with page.expect_download() as started:
        page.get_by_label("Download as CSV: Largest files").click()
    assert '"\'=cmd(""x"")"' in started.value.path().read_text(encoding="utf-8")


def test_the_policy_stops_what_would_be_put_in_later(visit: Visit, browser, tmp_path, report: str) -> None:
    """Were a name ever taken for HTML, the policy is there still: inline handlers and other scripts do not run."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    (tmp_path / "page.html").write_text(report, encoding="utf-8")
    page.goto((tmp_path / "page.html").as_uri())
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "document.title = 'ran'";
          document.body.append(script);
          document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=\\"document.title='ran'\\">");
        }"""
    )
    page.wait_for_timeout(200)
    assert page.title() != "ran"
    context.close()
