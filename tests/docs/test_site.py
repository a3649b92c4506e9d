"""The site: Sphinx builds it without a warning, and every link in it leads somewhere, without a network."""

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import imgscan
from tests.docs.pages import DOCS


class _Links(HTMLParser):
    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(page.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors.add(values.get("id", ""))
        if tag == "a" and "href" in values:
            self.links.add(values["href"])
        elif tag in ("script", "img", "link"):
            self.loaded |= {values[name] for name in ("src", "href") if name in values}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", "-d", str(folder / "trees")]
    done = subprocess.run(
        [*command, str(DOCS), str(folder / "html")], capture_output=True, text=True, check=False, timeout=300
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


def test_every_page_is_in_it_and_every_link_leads_somewhere(site: Path) -> None:
    pages = {path: _Links(path) for path in site.rglob("*.html") if "_modules" not in path.parts}
    written = {path.relative_to(DOCS).with_suffix(".html") for path in DOCS.rglob("*.md")}
    assert written <= {path.relative_to(site) for path in pages}
    broken = []
    for path, found in pages.items():
        for link in found.links | found.loaded:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchors = pages[target].anchors if target in pages else {parts.fragment}
            if not target.exists() or (parts.fragment and parts.fragment not in anchors):
                broken.append((path.name, link))
    assert broken == []
    assert [
        link for found in pages.values() for link in found.loaded if urlsplit(link).scheme in ("http", "https")
    ] == []


def test_the_reference_has_the_public_names(site: Path) -> None:
    anchors = _Links(site / "api.html").anchors
    names = [name for name in imgscan.__all__ if name != "__version__"]
    for kind in (imgscan.Image, imgscan.Layer, imgscan.ImageDiff):
        names += [f"{kind.__name__}.{name}" for name in vars(kind) if not name.startswith("_")]
    assert [name for name in names if f"imgscan.{name}" not in anchors] == []
