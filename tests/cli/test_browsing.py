"""`imgscan cat` and `imgscan ls` as commands: what they print, and what they refuse to."""

import gzip
import json
import os
import subprocess
from pathlib import Path

import pyarrow as pa
import pytest

import imgscan
from imgscan.cli.text import is_safe_text
from tests.cli.test_streams import PATIENCE, Start, Terminal, start, terminal  # noqa: F401 - fixtures
from tests.images import Image, Layer, docker_archive

SPARSE = Layer().sparse("hole", [(5_000_000, b"end")], 5_000_003, "1.0")


@pytest.fixture
def app(tmp_path) -> Path:
    """An image with a text, what a terminal would obey, and odd names."""
    layer = (
        Layer()
        .file("text", "caf\u00e9\tok\r\n".encode())
        .file("escape", b"fine\n" * 100_000 + b"\x1b]0;title\x07")
        .file("binary", bytes(range(256)))
        .file("a\x1b[2Jb", b"odd")
        .file(b"\xff", b"not UTF-8")
        .symlink("link", "text")
        .hardlink("hard", "text")
    )
    path = tmp_path / "app.tar"
    path.write_bytes(docker_archive(Image([layer, Layer().whiteout("binary")])))
    return path


def test_cat_prints_the_bytes_and_nothing_else(run, app) -> None:
    done = run("cat", app, "/link")
    assert (done.returncode, done.stdout, done.stderr) == (0, "caf\u00e9\tok\r\n".encode(), b"")
    assert run("cat", app, "binary", "--layer", "0").stdout == bytes(range(256))


@pytest.mark.parametrize(
    ("path", "content"),
    [(b"\xff", b"not UTF-8"), (rb"\xff", b"not UTF-8"), (rb"a\x1b[2Jb", b"odd"), (b"a\x1b[2Jb", b"odd")],
)
def test_cat_takes_names_raw_and_as_they_are_shown(app, imgscan_command, environment, path, content) -> None:
    command = [os.fsencode(each) for each in (*imgscan_command, "cat", app)]
    assert subprocess.run([*command, path], env=environment, capture_output=True, check=True).stdout == content


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_cat_from_a_pipe_follows_links_and_finds_what_is_hidden(run, app, compress) -> None:
    given = compress(app.read_bytes())
    assert run("cat", "-", "link", given=given).stdout == "caf\u00e9\tok\r\n".encode()
    assert run("cat", "-", "binary", "--layer", "0", given=given).stdout == bytes(range(256))


def test_cat_from_a_pipe_keeps_nothing(run, app, tmp_path, environment) -> None:
    environment["TMPDIR"] = str(tmp_path / "empty")
    (tmp_path / "empty").mkdir()
    assert run("cat", "-", "hard", given=app.read_bytes()).returncode == 0
    assert list((tmp_path / "empty").iterdir()) == []
    assert run("cat", "/dev/stdin", "hard", given=app.read_bytes()).stdout == "caf\u00e9\tok\r\n".encode()
    done = run("cat", "-", "hard", given=app.read_bytes()[:5000])
    assert done.stderr.startswith(b"imgscan: error: standard input: the archive ends inside")


def test_python_says_that_a_pipe_has_passed_by(imgscan_command, environment, app) -> None:
    code = """if True:
        import imgscan
        try:
            imgscan.open("-").read("text")
        except imgscan.ImgscanError as error:
            print(error, error.hint, sep="\\n")
    """
    for given in (app.read_bytes(), Layer().file("etc/text", b"1").tar()):
        done = subprocess.run(
            [imgscan_command[0], "-c", code], input=given, env=environment, capture_output=True, check=True
        )
        message, hint = done.stdout.decode().splitlines()
        if b"manifest.json" in given:
            assert message.endswith("standard input has passed by and cannot be read again")
            assert hint == "save the image to a file, or open it with keep=True"


def test_cat_writes_a_file_with_its_holes(run, folder, write) -> None:
    done = run("cat", write(docker_archive(Image([SPARSE]))), "hole", "-o", "out")
    assert (done.returncode, done.stdout) == (0, b"")
    assert (folder / "out").read_bytes() == bytes(5_000_000) + b"end"
    assert (folder / "out").stat().st_blocks * 512 < 1_000_000
    assert [each.name for each in folder.iterdir()] == ["out"]
    ends = Layer().sparse("hole", [(0, b"start")], 3_000_000, "gnu")
    run("cat", write(docker_archive(Image([ends]))), "hole", "-o", "out")
    assert (folder / "out").read_bytes() == b"start" + bytes(2_999_995)


def test_cat_does_not_replace_the_image(run, app) -> None:
    before = app.read_bytes()
    assert run("cat", app, "text", "-o", app).returncode == 2
    assert app.read_bytes() == before


def test_cat_on_a_terminal_prints_text_only(start: Start, terminal: Terminal, app) -> None:  # noqa: F811
    with start("cat", app, "text", stdout=terminal.end) as process:
        assert process.wait(PATIENCE) == 0
    assert "caf\u00e9\tok" in terminal.read_all().decode()
    for path in ("escape", "a\x1b[2Jb"):
        terminal.read_all()
        terminal.shown = b""
        with start("cat", app, path, stdout=terminal.end) as process:
            _, errors = process.communicate(timeout=PATIENCE)
        if path == "escape":
            assert process.returncode == 2
            assert terminal.read_all() == b""
            assert errors.decode() == (
                "imgscan: error: escape is no plain text: a terminal might obey it\n"
                "hint: send it to a file or a program: -o FILE, or | less\n"
            )
        else:
            assert (process.returncode, terminal.read_all()) == (0, b"odd")


@pytest.mark.parametrize(
    ("pieces", "safe"),
    [
        ([], True),
        ([b"plain\n\ttext\x0c\r\n"], True),
        (["\u65e5\u672c".encode()[:2], "\u65e5\u672c".encode()[2:]], True),
        ([b"line\r", b"\n"], True),
        ([b"line\r", b"over"], False),
        ([b"line\r"], False),
        ([b"ring\x07"], False),
        ([b"back\x08"], False),
        ([b"\x7f"], False),
        (["\x9b31m".encode()], False),
        ([b"\x9b31m"], False),
        ([b"caf\xc3"], False),
        ([b"nul\0"], False),
    ],
)
def test_safe_text(pieces, safe) -> None:
    assert is_safe_text(pieces) is safe


def test_ls_prints_lines_as_ls_does(run, app) -> None:
    done = run("ls", app)
    assert done.stdout.decode().splitlines() == [
        "-rw-r--r-- 1 0 0       3 1970-01-01 00:00 a\\x1b[2Jb",
        "-rw-r--r-- 1 0 0 500,010 1970-01-01 00:00 escape",
        "-rw-r--r-- 2 0 0      10 1970-01-01 00:00 hard",
        "lrwxrwxrwx 1 0 0       0 1970-01-01 00:00 link -> text",
        "-rw-r--r-- 2 0 0      10 1970-01-01 00:00 text",
        "-rw-r--r-- 1 0 0       9 1970-01-01 00:00 \\xff",
        "5 files, 1 symbolic link, 500,032 bytes",
    ]
    assert (
        run("ls", app, "--top", "1").stdout.decode().splitlines()[1]
        == "and 5 more; 5 files, 1 symbolic link, 500,032 bytes"
    )
    assert run("ls", app, "--layer", "1").stdout.decode().splitlines() == [
        "w--------- 1 0 0 0 1970-01-01 00:00 binary [whiteout]",
        "1 whiteout",
    ]
    lines = run("ls", app, "b*", "--all-layers").stdout.decode().splitlines()
    assert lines == [
        "0 -rw-r--r-- 1 0 0 256 1970-01-01 00:00 binary [hidden]",
        "1 w--------- 1 0 0   0 1970-01-01 00:00 binary [whiteout]",
        "1 file, 1 whiteout, 256 bytes",
    ]


def test_ls_of_an_empty_folder(run, write) -> None:
    assert run("ls", write(docker_archive(Image([Layer()])))).stdout == b"nothing\n"


def test_ls_in_other_formats_is_the_table(run, app) -> None:
    wanted = imgscan.open(app).list(all_layers=True)
    done = run("ls", app, "--all-layers", "-f", "arrow")
    assert pa.ipc.open_file(done.stdout).read_all().equals(wanted)
    rows = json.loads(run("ls", app, "--all-layers", "-f", "json").stdout)
    assert [row["path"] for row in rows] == wanted["path"].to_pylist()
    assert run("ls", app, "-f", "csv", "-n", "1").stdout.count(b"\n") == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["cat", "binary"],
            "binary is not in the root filesystem: layer 1 removed it\nhint: layer 0 has it: --layer 0\n",
        ),
        (["cat", "tex"], "tex is not in the root filesystem\nhint: did you mean text?\n"),
        (["ls", "x\x1b[2J"], "x\\x1b[2J is not in the root filesystem\nhint: did you mean a\\x1b[2Jb?\n"),
        (["ls", "--layer", "9"], "no layer 9: the image has 2 layers\nhint: layers are counted from 0\n"),
    ],
)
def test_errors_say_what_to_do(run, app, arguments, says) -> None:
    done = run(arguments[0], app, *arguments[1:])
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"imgscan: error: {says}")


def test_one_layer_or_all(run, app) -> None:
    done = run("ls", app, "--layer", "0", "--all-layers")
    assert done.returncode == 2
    told = b"--layer and --all-layers: one layer or all of them?\nhint: leave out one of the two\n"
    assert done.stderr == b"imgscan: error: " + told
