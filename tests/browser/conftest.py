"""A real browser, Debian's Chromium, and pages opened in it from files. Whatever it complains of fails the test."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import imgscan
from analyzer.gates.figures import FIGURES
from analyzer.gates.records import read_records
from analyzer.gates.trend import trends
from reports.trend import html
from reports.trend.course import Trend
from tests.real.tools import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from analyzer.gates.runs import Run

DESK, PHONE = 1280, 380


def until(page: Page, expression: str, argument: object = None) -> None:
    """Wait until an expression is true: the page's policy forbids what the browser's own way to wait needs."""
    for _ in range(400):
        if page.evaluate(expression, argument):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {expression}, at {page.evaluate('location.hash')}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not for the session: while it is there, no test on the same thread can run an event loop of its own."""
    require("chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Open a page, given as HTML, at a place in it; scripts have run when it comes back.

    The context has no network. Messages on the console, errors of scripts, dialogs and requests for anything but
    the page itself fail the test when it ends.
    """
    path = tmp_path / "page.html"
    trouble: list[str] = []
    contexts = []

    def open_page(text: str, place: str = "", *, width: int = DESK, scripts: bool = True, **options: str) -> Page:
        path.write_text(text, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 900}, offline=True, java_script_enabled=scripts, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: trouble.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: (trouble.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: trouble.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri() + place)
        if scripts:
            page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [each for each in trouble if not each.startswith(f"{path.as_uri()}#")] == []


@pytest.fixture(scope="session")
def report() -> str:
    """The report on a sample with waste of all kinds and layers of a parent."""
    return imgscan.render(imgscan.open("sample_images/app-2.0.tar").report(), "html")


@pytest.fixture(scope="session")
def packages() -> str:
    """The report on a sample with packages of three ecosystems."""
    return imgscan.render(imgscan.open("sample_images/packages.tar").report(), "html")


@pytest.fixture(scope="session")
def trend() -> str:
    """How the root filesystem of a sample went over seven runs."""
    return trend_page(read_records(Path("sample_images/runs.jsonl")).runs)


def trend_page(runs: Iterable[Run], figure: str = "rootfs_bytes") -> str:
    return html.render(Trend(figure, FIGURES[figure], trends(runs, figure)), 50)


@pytest.fixture(scope="session")
def diff() -> str:
    """The comparison of two builds of the sample."""
    old, new = (imgscan.open(f"sample_images/app-{version}.0.tar") for version in (1, 2))
    return imgscan.render(imgscan.diff(old, new).report(), "html")
