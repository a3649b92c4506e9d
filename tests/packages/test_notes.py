"""What was not kept is told wherever packages are."""

import pytest
from typer.testing import CliRunner

import analyzer.layers.limits
from imgscan.cli import app
from tests.images import Image, Layer, docker_archive
from tests.packages.test_ownership import opened, status

TOLD = "there was no room for what {} of packages or of the system: some packages may be missing here"


@pytest.fixture
def image(tmp_path, monkeypatch):
    """Two files of dpkg's, of which the second finds no room."""
    first, second = status(("a", "1")), status(("a", "1"), ("b", "1"))
    monkeypatch.setattr(analyzer.layers.limits, "KEPT_BYTES_LIMIT", len(first))
    return opened(tmp_path, *(Layer().file("var/lib/dpkg/status", each) for each in (first, second)))


def test_a_file_that_found_no_room_is_told_by_the_image_and_the_report(image) -> None:
    note = TOLD.format("one file tells")
    assert image.package_notes == (note,)
    assert note in image.report().notes
    assert image.packages.num_rows == 0


def test_several_are_counted(image, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(analyzer.layers.limits, "KEPT_BYTES_LIMIT", 0)
    again = opened(tmp_path, *(Layer().file("var/lib/dpkg/status", status(("a", version))) for version in "12"))
    assert again.package_notes == (TOLD.format("2 files tell"),)


def test_an_image_with_room_for_all_has_no_note(tmp_path) -> None:
    assert opened(tmp_path, Layer().file("var/lib/dpkg/status", status(("a", "1")))).package_notes == ()


def test_the_command_tells_it_on_stderr(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(analyzer.layers.limits, "KEPT_BYTES_LIMIT", 0)
    path = tmp_path / "image.tar"
    path.write_bytes(docker_archive(Image([Layer().file("var/lib/dpkg/status", status(("a", "1")))])))
    done = CliRunner().invoke(app, ["packages", str(path)])
    assert done.exit_code == 0
    assert done.stderr == f"imgscan: {TOLD.format('one file tells')}\n"
    assert "some packages" not in done.stdout
    assert CliRunner().invoke(app, ["packages", str(path), "--quiet"]).stderr == ""
