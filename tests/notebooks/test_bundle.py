"""What a front end can choose from, as IPython itself asks for it."""

from pathlib import Path

import pytest
from IPython.core.formatters import DisplayFormatter
from markdown_it import MarkdownIt

import imgscan
from tests.images import Image, Layer, docker_archive

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
KINDS = {"text/plain", "text/html", "text/markdown"}


@pytest.fixture(scope="module")
def results() -> list[imgscan.Image | imgscan.ImageDiff]:
    old, new = (imgscan.open(SAMPLES / f"app-{version}.tar") for version in ("1.0", "2.0"))
    return [new, imgscan.diff(old, new)]


def test_images_and_differences_come_as_text_html_and_markdown(results) -> None:
    for each in results:
        found, _ = DisplayFormatter(active_types=sorted(KINDS)).format(each)
        assert set(found) == KINDS
        assert found["text/plain"] == repr(each)
        assert found["text/html"] == each._repr_html_()


def test_only_what_is_asked_for_is_made(results) -> None:
    for each in results:
        assert set(each._repr_mimebundle_(include={"text/markdown", "image/png"})) == {"text/markdown"}
        assert set(each._repr_mimebundle_(exclude={"text/html"})) == KINDS - {"text/html"}


def test_markdown_has_the_numbers(results) -> None:
    image, difference = (each._repr_mimebundle_()["text/markdown"] for each in results)
    assert "A container sees 464 kB; stored and never seen are 280 kB (37.6%)." in image
    assert "and 8 more layers" in image
    assert "A container sees +80.9 kB; 10 paths differ." in difference
    assert "| +51.1 kB | added | `srv/app/export.sql` |" in difference


def test_names_are_text_in_markdown(tmp_path: Path) -> None:
    """Whatever is in them: a table keeps its columns, and no name becomes a tag, a link or a heading."""
    hostile = "a|b`c` <img src=x> [l](http://e) \n# h"
    path = tmp_path / "hostile.tar"
    layer = Layer().file(hostile, b"x" * 100)
    path.write_bytes(docker_archive(Image([layer])))
    path.with_name("old.tar").write_bytes(docker_archive(Image([Layer()])))
    image = imgscan.open(path)
    for each in (image, imgscan.diff(imgscan.open(path.with_name("old.tar")), image)):
        html = MarkdownIt("commonmark").enable("table").render(each._repr_mimebundle_()["text/markdown"])
        assert not any(tag in html for tag in ("<img", "<a ", "<h1"))
        head, *rows = html.split("<tr>")[1:]
        assert {row.count("<td") for row in rows} == {head.count("<th")}


def test_layers_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    path = tmp_path / "cut.tar"
    content = bytearray((SAMPLES / "parent.tar").read_bytes())
    at = content.index(b"bin/cat")
    content[at - at % 512 + 148 : at - at % 512 + 156] = b"garbage!"
    path.write_bytes(content)
    shown = imgscan.open(path)._repr_mimebundle_()["text/markdown"]
    assert "The layers cannot be read: " in shown
