"""`imgscan history` and `imgscan dockerfile`."""

import json
import sys

import pytest

from imgscan import ImgscanError
from imgscan import open as open_image
from tests.images import Image, Layer, docker_archive, step

pytest.importorskip("dockerfile", reason="no wheel for this platform")


@pytest.fixture
def dockerfile(samples):
    return samples / "dockerfiles" / "app-2.0" / "Dockerfile"


def test_history_is_readable(sample, printed) -> None:
    head, *lines = printed("history", sample).decode().splitlines()
    assert head.split() == ["history", "layer", "file_bytes", "waste_held", "waste_caused", "text"]
    assert len(lines) == 32
    assert lines[0].split()[:3] == ["0", "0", "275,107"]
    assert lines[0].endswith("ADD file:090327ced241… in /")
    assert lines[20].endswith("RUN chown -R 10001:10001 /srv/app")


def test_a_comment_is_shown_where_nothing_else_is(samples, printed) -> None:
    last = printed("history", samples / "squashed.tar").decode().splitlines()[-1]
    assert "merge sha256:6a3cc63b4d39… to sha256:" in last


def test_history_with_a_dockerfile(sample, dockerfile, printed) -> None:
    head, *lines = printed("history", sample, "--dockerfile", dockerfile).decode().splitlines()
    assert head.split()[-2:] == ["dockerfile", "text"]
    assert "Dockerfile" not in lines[5]
    assert "Dockerfile:3  " in lines[6]
    assert "Dockerfile:29  RUN chown" in lines[20]
    rows = json.loads(printed("history", sample, "--dockerfile", dockerfile, "-f", "json"))
    assert rows[20]["dockerfile_line"] == 29


def test_what_does_not_fit_is_told_on_stderr(sample, samples, run) -> None:
    other = samples / "dockerfiles" / "app-1.0" / "Dockerfile"
    done = run("history", sample, "--dockerfile", other, "--top", "1")
    assert done.returncode == 0
    assert done.stderr.startswith(b"imgscan: Dockerfile:36 (LABEL org.opencontainers.image.version=")
    assert b" differs from entry 24 of the image's history (LABEL " in done.stderr
    assert run("history", sample, "--dockerfile", other, "--quiet").stderr == b""


def test_a_stage_needs_a_dockerfile(sample, run) -> None:
    done = run("history", sample, "--target", "build")
    assert done.returncode == 2
    assert b"a stage of which Dockerfile?" in done.stderr


def test_a_file_that_is_no_dockerfile_is_one_line(sample, tmp_path, run) -> None:
    wrong = tmp_path / "Dockerfile"
    wrong.write_text("RUN x\nFROM y\n")
    done = run("history", sample, "--dockerfile", wrong)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"imgscan: error: Dockerfile:1: RUN stands before the first FROM\n"


JOINED = (
    "layer 0 was joined from several instructions: it holds what rows 1 to 3 of the history made, and stands at row 3"
)


def test_joined_layers_are_told_beside_the_table_and_in_the_dockerfile(samples, run, image) -> None:
    path = samples / "multi-platform.tar"
    assert run("history", path).stderr.decode() == f"imgscan: {JOINED}\n"
    assert run("history", path, "--format", "json").stderr == run("history", path, "--quiet").stderr == b""
    lines = run("dockerfile", path).stdout.decode().splitlines()
    at = lines.index("# layer 0: 32,600 bytes")
    assert lines[at + 1 : at + 3] == [f"# {JOINED}", 'LABEL org.opencontainers.image.title="Acme data"']
    assert image.history_notes == ()


def test_a_history_that_does_not_fit_is_told_beside_the_table_and_in_the_dockerfile(write, run) -> None:
    path = write(docker_archive(Image([Layer(), Layer()], history=[step("RUN x")])))
    note = "history describes 1 layers, the image has 2: instructions are unknown"
    assert run("history", path).stderr.decode() == f"imgscan: {note}\n"
    assert run("dockerfile", path).stdout.decode().splitlines()[1] == f"# {note}"


def test_notes_on_a_parents_layers_are_left_out_of_a_part(samples) -> None:
    image = open_image(samples / "squashed.tar")
    assert len(image.history_notes) == len(image.part_from(3).history_notes) == 1
    assert image.part_from(4).history_notes == ()


def test_dockerfile_goes_to_standard_output_or_a_file(sample, image, printed, tmp_path) -> None:
    text = printed("dockerfile", sample)
    assert text.decode() == image.dockerfile()
    assert printed("dockerfile", sample, "--output", tmp_path / "Dockerfile") == b""
    assert (tmp_path / "Dockerfile").read_bytes() == text


def test_dockerfile_on_a_parent_leaves_its_entries_out(samples, sample, image, run) -> None:
    done = run("dockerfile", sample, "--parent", samples / "parent.tar")
    assert done.stderr == b""
    text = done.stdout.decode()
    assert text == image.dockerfile("acme/base:1.0", parent_entries=6)
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines[0] == "FROM acme/base:1.0"
    assert lines[1].startswith('LABEL org.opencontainers.image.title="Acme shop"')
    assert not any(line.startswith("ADD") for line in lines)


def test_dockerfile_on_a_parent_of_a_catalog(samples, sample, run, tmp_path) -> None:
    catalog = tmp_path / "catalog"
    run("catalog", "add", samples / "parent.tar", "--catalog", catalog)
    found = run("dockerfile", sample, "--catalog", catalog).stdout
    assert found == run("dockerfile", sample, "--parent", samples / "parent.tar").stdout


def test_dockerfile_without_a_parent_that_fits_is_whole_and_says_so(samples, image, run) -> None:
    named = samples / "multi-platform.tar"
    done = run("dockerfile", samples / "parent.tar", "--parent", named)
    assert done.stdout == run("dockerfile", samples / "parent.tar").stdout
    told = done.stderr.decode().splitlines()
    assert told[0] == f"imgscan: {named}, named with --parent, is none of the parents found of acme/base:1.0"
    assert told[1].startswith("imgscan: no parent image with a name is known")


def test_where_the_parents_history_is_another_its_last_layer_is_the_end(write, run) -> None:
    base = [Layer().file("a", b"1")]
    settings = step("CMD sh", empty_layer=True)
    parent = write(docker_archive(Image(base, history=[step("umoci"), settings], tags=("parent:1",))), "parent.tar")
    child = Image([*base, Layer().file("b", b"2")], history=[step("RUN a"), settings, step("RUN b")])
    text = run("dockerfile", write(docker_archive(child)), "--parent", parent).stdout.decode()
    assert "FROM parent:1\nCMD sh\n" in text
    assert "RUN a" not in text


def test_without_the_parser_the_error_says_what_to_do(sample, dockerfile, printed, monkeypatch) -> None:
    """Where there is no wheel, all else works."""
    monkeypatch.setitem(sys.modules, "dockerfile", None)
    with pytest.raises(ImgscanError, match="needs the package dockerfile") as raised:
        printed("history", sample, "--dockerfile", dockerfile)
    assert "pip install dockerfile" in raised.value.hint
    assert printed("dockerfile", sample).startswith(b"# Made by imgscan")
