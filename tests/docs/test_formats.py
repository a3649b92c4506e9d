"""docs/formats.md against the tool: every example is read as what the page says, everything refused is refused so."""

from pathlib import Path

import pytest

import imgscan
from tests.conftest import Write
from tests.docs.pages import ROOT, code_spans, page, tables_by_heading
from tests.images import Image, Layer, archive, blob, bzip2, json_bytes, oci_archive, write_files

TABLES = tables_by_heading(page("formats.md"))
IMAGE = Image([Layer().file("a", b"content")], tags=["app:1"])


@pytest.mark.parametrize("row", TABLES["Read"], ids=lambda row: row[3])
def test_examples_are_read_as_the_page_says(row: list[str]) -> None:
    """And give a root filesystem with files in it."""
    (path,) = code_spans(row[3])
    image = imgscan.open(ROOT / path)
    assert image.format == row[0]
    assert image.size.files > 0


def test_every_sample_of_a_format_is_an_example() -> None:
    """A new file under sample_images/formats belongs on the page, unless it is refused."""
    named = {Path(code_spans(row[3])[0]).name for row in TABLES["Read"]}
    there = {path.name for path in (ROOT / "sample_images" / "formats").iterdir()}
    assert there - named == {"docker-archive.tar.xz"}


def _refused(what: str, write: Write, folder: Path) -> Path:
    """Return a file or folder of the kind that a row of the page names."""
    samples = ROOT / "sample_images"
    absent = blob(Layer().file("a", b"1"), present=False)
    changed = oci_archive(IMAGE).replace(b"content", b"CONTENT")
    several = {"schemaVersion": 2, "manifests": [IMAGE.descriptor()]}
    makers = {
        "encrypted layers": lambda: samples / "encrypted.tar",
        "xz around the file": lambda: samples / "formats" / "docker-archive.tar.xz",
        "bzip2 layers": lambda: write(oci_archive(Image([Layer().file("a")], compression=bzip2))),
        "schema 1 manifests": lambda: write_files(
            {"manifest.json": json_bytes({"schemaVersion": 1, "fsLayers": []})}, folder
        ),
        "archives of Docker 1.9 and older": lambda: write(archive({"repositories": b"{}", "0" * 64 + "/json": b"{}"})),
        "`dir:` of several platforms": lambda: write_files({"manifest.json": json_bytes(several)}, folder),
        "blobs that are not there": lambda: write(oci_archive(Image([absent]))),
        "a changed layer": lambda: write(changed),
        "anything else": lambda: ROOT / "LICENSE",
    }
    return makers[what]()


@pytest.mark.parametrize(("what", "message"), TABLES["Refused"], ids=lambda cell: cell)
def test_refusals_say_what_the_page_says(what: str, message: str, write: Write, tmp_path: Path) -> None:
    """By name, as an error of imgscan's own."""
    refused = _refused(what, write, tmp_path / "folder")
    with pytest.raises(imgscan.ImgscanError) as raised:
        assert imgscan.open(refused).size
    assert message.strip("`") in str(raised.value)
