"""`imgscan history` and `imgscan dockerfile`."""

import json
import sys

import pytest

from imgscan import ImgscanError

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


def test_dockerfile_goes_to_standard_output_or_a_file(sample, image, printed, tmp_path) -> None:
    text = printed("dockerfile", sample)
    assert text.decode() == image.dockerfile()
    assert printed("dockerfile", sample, "--output", tmp_path / "Dockerfile") == b""
    assert (tmp_path / "Dockerfile").read_bytes() == text


def test_without_the_parser_the_error_says_what_to_do(sample, dockerfile, printed, monkeypatch) -> None:
    """Where there is no wheel, all else works."""
    monkeypatch.setitem(sys.modules, "dockerfile", None)
    with pytest.raises(ImgscanError, match="needs the package dockerfile") as raised:
        printed("history", sample, "--dockerfile", dockerfile)
    assert "pip install dockerfile" in raised.value.hint
    assert printed("dockerfile", sample).startswith(b"# Made by imgscan")
