"""Make the pictures of docs/images anew, with Chromium: `python docs/screenshots.py`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import imgscan
from analyzer.gates.figures import FIGURES
from analyzer.gates.records import read_records
from analyzer.gates.trend import trends
from reports.trend import html
from reports.trend.course import Trend

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
WIDE, NARROW = {"width": 1280, "height": 860}, {"width": 380, "height": 760}
# Picture: page, place in it, section at the top, size of the window, theme.
PICTURES = {
    "report": ("report", "", "header", WIDE, "light"),
    "report-map": ("report", "#path=srv", "#map", WIDE, "light"),
    "report-icicle": ("report", "#path=srv&view=icicle&colour=kind", "#map", WIDE, "dark"),
    "report-layers": ("report", "#layer=14", "#layers", WIDE, "dark"),
    "report-narrow": ("report", "#path=srv", "#map", NARROW, "light"),
    "diff": ("diff", "", "#map", WIDE, "light"),
    "diff-layers": ("diff", "", "#layers", WIDE, "light"),
    "diff-narrow": ("diff", "", "header", NARROW, "dark"),
    "trend": ("trend", "", "header", WIDE, "light"),
    "trend-narrow": ("trend", "", "header", NARROW, "light"),
}


def main() -> None:
    """Write every picture."""
    old, new = (imgscan.open(ROOT / "sample_images" / f"app-{version}.0.tar") for version in (1, 2))
    pages = {
        "report": imgscan.render(new.report(), "html"),
        "diff": imgscan.render(imgscan.diff(old, new).report(), "html"),
    }
    runs = trends(read_records(ROOT / "sample_images" / "runs.jsonl").runs, "rootfs_bytes")
    pages["trend"] = html.render(Trend("rootfs_bytes", FIGURES["rootfs_bytes"], runs), 50)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, text in pages.items():
            Path(folder, f"{name}.html").write_text(text, encoding="utf-8")
        for name, (shown, place, section, size, theme) in PICTURES.items():
            page = browser.new_page(viewport=size, color_scheme=theme)
            page.goto(Path(folder, f"{shown}.html").as_uri() + place)
            _take(page, section, IMAGES / f"{name}.png")
            page.close()
        browser.close()


def _take(page: Page, section: str, path: Path) -> None:
    page.wait_for_selector("html[data-ready]", state="attached")
    top = page.locator(section).evaluate("(each) => each.getBoundingClientRect().top + scrollY - 64")
    page.evaluate("(top) => scrollTo(0, top)", top)
    page.wait_for_timeout(300)
    path.parent.mkdir(exist_ok=True)
    page.screenshot(path=path)


if __name__ == "__main__":
    sys.exit(main())
