"""What results show in a notebook: the numbers of the tables, whatever the image calls its files, without running it."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import imgscan
from imgscan.notebook.table import is_ours, shown
from tests.conftest import Opened
from tests.images import Image, Layer, docker_archive

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a\x1b[2Jb", "x\u202egnp.exe", "{0}{x}%s"]
ALLOWED = {"div", "table", "thead", "tbody", "tr", "th", "td", "span", "b", "code"}


class _Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _results(image: imgscan.Image, other: imgscan.Image) -> dict[str, object]:
    return {
        "image": image,
        "layer": image[-1],
        "size": image.size,
        "ledger": image.ledger(),
        "findings": image.findings(),
        "parents": image.parents(parents=[other]),
        "diff": imgscan.diff(other, image),
    }


def _html(result: object) -> str:
    text: str = result._repr_html_()  # type: ignore[attr-defined]
    return text


NAMES = list(_results(imgscan.open(SAMPLES / "app-2.0.tar"), imgscan.open(SAMPLES / "parent.tar")))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["app-2.0.tar", "packages.tar", "app-2.0-rootfs.tar", "multi-image.tar"])
def test_results_are_small_well_formed_tables(name: str, path: str) -> None:
    options = {"image": "acme/app:2.0"} if path == "multi-image.tar" else {}
    image, other = imgscan.open(SAMPLES / path, **options), imgscan.open(SAMPLES / "parent.tar")
    html = _html(_results(image, other)[name])
    found = _Elements(html)
    assert found.open == []
    assert set(found.tags) <= ALLOWED
    assert found.attributes <= {"style", "title", "role", "aria-label"}
    assert len(html) < 40_000
    assert not re.search(r"background:(?!transparent|#)|(?<![-\w])color:(?!#)", html), "the page's own colours are kept"


def _hostile(opened: Opened, name: str) -> imgscan.Image:
    layers = [
        Layer().file(name, b"1" * 5000).file("gone", b"2" * 9000),
        Layer().whiteout("gone").file(name, b"3" * 4000),
    ]
    history = [{"created_by": name}, {"created_by": f"RUN {name}"}]
    return opened(docker_archive(Image(layers, tags=[f"{name}:1"], history=history)))


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_shown_to_the_letter(opened: Opened, name: str) -> None:
    image = _hostile(opened, name)
    parts = [_html(each) for each in _results(image, imgscan.open(SAMPLES / "parent.tar")).values()]
    parts += [shown(table) for table in image.tables().values()]
    for html in parts:
        found = _Elements(html)
        assert set(found.tags) <= ALLOWED
        assert found.attributes <= {"style", "title", "role", "aria-label"}
        assert found.text.replace("\u2002", " ").isprintable()
    visible = name.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")
    assert visible in _Elements(_html(image[-1])).text


def test_the_image_has_the_headline_numbers() -> None:
    text = _Elements(_html(imgscan.open(SAMPLES / "app-2.0.tar"))).text
    for words in ("acme/app:2.0", "docker-archive", "18 layers", "464 kB", "280 kB", "883 kB", "38 files", "62.4%"):
        assert words in text


def test_bars_are_as_long_as_their_bytes() -> None:
    html = _html(imgscan.open(SAMPLES / "app-2.0.tar").size)
    widths = [float(each) for each in re.findall(r"width:([\d.]+)%", html)]
    size = imgscan.open(SAMPLES / "app-2.0.tar").size
    parts = (size.rootfs_bytes, size.waste_bytes, size.tar_bytes - size.file_bytes)
    assert widths == [round(100 * each / size.tar_bytes, 2) for each in parts]
    assert sum(widths) == pytest.approx(100, abs=0.02)


def test_of_many_layers_the_largest_are_shown_and_the_rest_is_counted(stacked: Opened) -> None:
    image = stacked(*(Layer().file(f"f{number}", b"x" * (600 * number)) for number in range(30)))
    text = _Elements(_html(image)).text
    small = sum(sorted(layer.tar_bytes for layer in image)[:16])
    assert f"and 16 smaller layers: {small / 1000:.0f}" in text


def test_a_damaged_layer_leaves_the_metadata_to_see(write) -> None:
    content = bytearray((SAMPLES / "app-2.0.tar").read_bytes())
    place = content.find(b"left-pad-1.3.0")
    content[place] ^= 1
    text = _Elements(_html(imgscan.open(write(bytes(content))))).text
    assert "The layers cannot be read" in text
    assert "18 layers" in text


def test_tables_of_ours_are_told_from_others() -> None:
    image = imgscan.open(SAMPLES / "app-2.0.tar")
    assert all(is_ours(table) for table in image.tables().values())
    assert not is_ours(image.sql("select 1 as one"))


def test_the_extension_shows_our_tables_and_leaves_others() -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    image = imgscan.open(SAMPLES / "app-2.0.tar")
    formatter = shell.display_formatter.formatters["text/html"]
    assert formatter(image.waste) is None
    imgscan.load_ipython_extension(shell)
    assert formatter(image.waste) == shown(image.waste)
    assert formatter(image.sql("select 1 as one")) is None
    imgscan.unload_ipython_extension(shell)
    assert formatter(image.waste) is None
