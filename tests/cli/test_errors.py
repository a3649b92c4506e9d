"""When something is wrong: status 2, one line that says what and where, and nothing left behind."""

import gzip as gzip_of
import json
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

import imgscan
import imgscan.__main__
from analyzer.errors import OutputError, UnrecognizedImageError
from imgscan import ImgscanError
from imgscan.__main__ import error_text
from imgscan.cli import app
from imgscan.cli.described import described
from imgscan.cli.output import refuse_unwritable, write_all
from tests.images import Image, Layer, archive, docker_archive, docker_files, oci_files

PROGRAM = typer.main.get_command(app)
HOSTILE = "x\x1b[2J\x1b]0;title\x07\r\n::error file=a::b\x9b31m\u202ec\u2028::warning::d"


def _told(text: str) -> str:
    """The error's first line, of what has to be an error as every user sees it."""
    assert text.endswith("\n")
    first, *more = text.removesuffix("\n").split("\n")
    assert first.startswith("imgscan: error: ")
    assert [line for line in more if not line.startswith(("  ", "hint: "))] == []
    assert _hidden_characters(text) == []
    return first.removeprefix("imgscan: error: ")


def _hidden_characters(text: str) -> list[str]:
    return [character for character in text if not (character.isprintable() or character == "\n")]


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def fails(folder, monkeypatch, capfd):
    """A command that has to fail in this process, with an error that `main` shows, and without a trace."""
    monkeypatch.chdir(folder)

    def check(*arguments: str | Path) -> str:
        before = _files(folder)
        with pytest.raises(ImgscanError) as raised:
            app([*map(str, arguments)], standalone_mode=False)
        assert capfd.readouterr() == ("", "")
        assert _files(folder) == before
        return _told(error_text(str(raised.value), raised.value.hint))

    return check


def _wrong_digest() -> bytes:
    image = Image([Layer().file("a", b"content")])
    files = oci_files(image)
    place = "blobs/sha256/" + image.blobs_of_layers[0].digest.removeprefix("sha256:")
    return archive(files | {place: Layer().file("a", b"CONTENT").tar()})


def _damaged_layer() -> bytes:
    """A layer that is compressed, and cut off."""
    image = Image([Layer().file("a", random.Random(1).randbytes(5000))])
    files = docker_files(image)
    name = json.loads(files["manifest.json"])[0]["Layers"][0]
    return archive(files | {name: gzip_of.compress(files[name])[:-900]})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not an image\n" * 100,
        _wrong_digest(),
        _damaged_layer(),
        gzip_of.compress(_damaged_layer()),
        gzip_of.compress(docker_archive(Image([Layer().file("a", b"1")])))[:-200],
        archive({"manifest.json": b"[1]"}),
        archive({"manifest.json": b'[{"Config": "c.json", "Layers": []}]'}),
        archive({"oci-layout": b"{}", "index.json": b"a"}),
    ],
    ids=["empty", "text", "digest", "layer", "layer, packed", "cut", "manifest", "no config", "index"],
)
def test_every_error_of_an_image_names_it_once_whatever_it_is_called(fails, folder, content: bytes) -> None:
    """A name of one letter is in most messages anyway."""
    told = {}
    for name in ("a", "distinctive-name"):
        (folder / name).write_bytes(content)
        told[name] = fails("waste", name)
    first, named, last = told["distinctive-name"].partition("distinctive-name")
    assert (bool(named), "distinctive-name" in last) == (True, False)
    assert told["a"] == f"{first}a{last}"


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (None, ["report"], "no such file or directory: image.tar"),
        (b"not an image\n" * 100, ["report"], "image.tar is not an image: no valid tar header at byte 0"),
        (_wrong_digest(), ["report", "-o", "out.html"], "image.tar: layer 0 (sha256:"),
        (_wrong_digest(), ["layers", "-o", "out.parquet"], "image.tar: layer 0 (sha256:"),
        (docker_archive(Image([])), ["report", "-o", "nowhere/out.html"], "cannot write nowhere/out.html: No such file"),
    ],
    ids=["no file", "text", "digest", "digest, table", "no folder"],
)  # fmt: skip
def test_a_process_ends_with_2_and_one_error(run, folder, content, options, says) -> None:
    """Nothing on standard output, no traceback, no file; what else can go wrong is tried in this process below."""
    if content is not None:
        (folder / "image.tar").write_bytes(content)
    before = _files(folder)
    done = run(options[0], "image.tar", *options[1:])
    assert (done.returncode, done.stdout) == (2, b"")
    assert _told(done.stderr.decode()).startswith(says)
    assert _files(folder) == before


@pytest.mark.parametrize("option", ["--image", "--platform"])
def test_an_option_with_nothing_in_it(fails, sample, option) -> None:
    """A variable that is not set chooses no image and no platform."""
    assert fails("layers", sample, option, "") == f"{option}: it is empty"


@pytest.mark.parametrize("command", [each for each in described(PROGRAM) if not each.parts], ids=lambda each: each.name)
def test_a_file_without_a_name_is_not_this_folder(fails, command) -> None:
    """Told of the option, where the folder would be told to be no file."""
    words = [*command.name.split(), *("bash" for _ in command.arguments)]
    for option in command.options:
        if option.value in ("FILE", "DIR"):
            assert fails(*words, option.names[0], "") == f"{option.names[0]}: it is empty"


@pytest.mark.parametrize(
    "reference", ["image.tar", "./image.tar", "docker-archive:image.tar", "docker-archive:image.tar:@0", "-"]
)
@pytest.mark.parametrize("command", [["report"], ["layers", "--format", "csv"]])
def test_no_result_takes_the_place_of_the_image(
    folder, sample, imgscan_command, environment, reference, command
) -> None:
    """However it is named, and where only the shell knows its name."""
    image = folder / "image.tar"
    image.write_bytes(sample.read_bytes())
    arguments = [*imgscan_command, command[0], reference, *command[1:], "-o", "image.tar"]
    if command[0] == "report":
        arguments += ["--format", "html"]
    with image.open("rb") as given:
        done = subprocess.run(
            arguments, cwd=folder, env=environment, stdin=given, capture_output=True, timeout=60, check=False
        )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"imgscan: error: image.tar is the image itself: it would be lost")
    assert image.read_bytes() == sample.read_bytes()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "image.tar is empty"),
        (bytes(10_240), "image.tar is an empty archive"),
        (b"\x1f\x8b\x08\0damaged", "image.tar"),
    ],
    ids=["empty", "zeros", "gzip"],
)
def test_a_file_that_is_no_image(fails, folder, content, says) -> None:
    (folder / "image.tar").write_bytes(content)
    assert fails("report", "image.tar").startswith(says)


@pytest.mark.parametrize("size", [500_000, 900_000])
def test_an_image_that_is_cut_off(fails, folder, sample, size) -> None:
    (folder / "image.tar").write_bytes(sample.read_bytes()[:size])
    assert fails("report", "image.tar", "-f", "json", "-o", "out.json").startswith("image.tar: the archive ends inside")


@pytest.mark.parametrize("command", ["report", "layers", "tree", "parents", "dockerfile"])
def test_a_folder_that_cannot_be_written(fails, folder, sample, command) -> None:
    """Neither one that is not there nor what is not a folder."""
    (folder / "file").touch()
    assert fails(command, sample, "-o", "nowhere/out").startswith("cannot write nowhere/out")
    assert fails(command, sample, "-o", "file/out").startswith("cannot write file/out")


@pytest.mark.parametrize("command", ["report", "layers", "waste", "parents", "dockerfile", "cat", "tree", "diff"])
def test_a_place_that_cannot_be_written_is_told_before_the_image_is_read(fails, folder, command) -> None:
    """The image is not even there, so whoever looked at it first would say so."""
    (folder / "taken").mkdir()
    path = ["etc/passwd"] if command in ("cat", "diff") else []
    assert (
        fails(command, "none.tar", *path, "-o", "nowhere/out") == "cannot write nowhere/out: No such file or directory"
    )
    assert fails(command, "none.tar", *path, "-o", "taken") == "cannot write taken: Is a directory"
    assert list(folder.iterdir()) == [folder / "taken"]


@pytest.mark.parametrize("options", [[], ["-f", "json"]])
def test_the_usual_place_of_a_report_is_looked_at_first_too(fails, folder, options) -> None:
    (folder / "image.tar").touch()
    (folder / "image.html").mkdir()
    (folder / "image.json").mkdir()
    assert fails("report", "image.tar", *options).startswith("cannot write image.")


@pytest.mark.parametrize("words", [["tree"], ["catalog", "add", "--catalog", "known"]])
def test_standard_input_is_one_image(fails, words) -> None:
    assert fails(*words, "-", "docker-archive:-") == "only one of the images can be standard input"


def test_a_place_that_cannot_be_written_gets_a_hint(sample, folder) -> None:
    with pytest.raises(OutputError) as raised:
        refuse_unwritable(folder / "nowhere" / "out")
    assert raised.value.hint == "name another file with --output"


@pytest.mark.parametrize("text", ['{"schema_version": "1.0"}', '{"imageLayoutVersion": "1.0.0"}'])
def test_json_in_place_of_an_image_is_told_what_reads_it(folder, text) -> None:
    (folder / "some.json").write_text(text)
    with pytest.raises(UnrecognizedImageError) as raised:
        imgscan.open(folder / "some.json")
    assert "imgscan report renders saved reports" in str(raised.value.hint)


def test_letters_that_no_name_of_a_file_can_have_in_this_locale(environment, folder, sample) -> None:
    named = folder / "my ünï.tar"
    shutil.copy(sample, named)
    poor = {**environment, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "imgscan", "report", named, "-q"]
    done = subprocess.run(command, cwd=folder, env=poor, capture_output=True, check=False, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert {each.name for each in folder.iterdir()} == {"my-n-.html", named.name}


def test_three_formats_are_all_written_or_none(fails, folder, sample) -> None:
    """Where one of the places is taken, the others are left as they are, and so is the folder around."""
    (folder / "file").touch()
    assert fails("report", sample, "-f", "all", "-o", "file/out") == "cannot write to file/out: Not a directory"
    (folder / "out" / "app-2.0.html").mkdir(parents=True)
    (folder / "out" / "app-2.0.json").write_text("old")
    assert fails("report", sample, "-f", "all", "-o", "out") == "cannot write to out: Is a directory"
    assert fails("report", sample, "-f", "all", "-o", "file") == "cannot write to file: Not a directory"
    assert fails("report", sample, "-f", "all", "-o", sample).endswith("is the image itself: it would be lost")


def test_folders_that_were_made_are_gone_where_nothing_could_be_written(folder) -> None:
    too_long = "x" * 300
    with pytest.raises(OutputError, match=r"cannot write to .*/a/b: File name too long"):
        write_all({folder / "a" / "b" / name: b"x" for name in ("short", too_long)}, folder / "a" / "b")
    assert list(folder.iterdir()) == []


def test_an_image_that_is_not_in_the_archive(fails, sample, samples) -> None:
    assert "no image 'nope'" in fails("layers", sample, "--image", "nope")
    assert "no image for linux/s390x" in fails("report", samples / "multi-platform.tar", "--platform", "linux/s390x")
    assert fails("layers", sample, "--platform", "x") == "not a platform: 'x'"


@pytest.mark.parametrize("command", ["report", "layers", "history", "dockerfile", "findings", "parents", "tree"])
def test_names_that_are_too_long_for_a_file(fails, sample, command) -> None:
    name = "x" * 300
    assert fails(command, name) == f"cannot read {name}: File name too long"
    assert fails(command, f"oci:{name}:tag").endswith("File name too long")
    assert fails(command, sample, "-o", name).startswith(f"cannot write {name}: File name too long")


def test_sql_that_is_wrong(fails, sample) -> None:
    assert fails("sql", sample, "selec 1").startswith("Parser Error: ")
    assert fails("sql", sample, "select * from nothing").startswith("Catalog Error: ")
    assert fails("sql", sample, "") == "the statement has no result"
    assert fails("sql", sample, "select 1; select 2") == "2 queries have no common result: ask one at a time"
    assert fails("sql", sample, "select 1; selec 2").startswith("Parser Error: ")


def test_a_saved_report_that_is_wrong(fails, folder) -> None:
    (folder / "saved.json").write_text('{"schema_version": "9.0"}')
    assert fails("report", "saved.json") == "saved.json has schema version 9.0, this imgscan reads 1.3"


READING = [
    ["report"],
    ["report", "-o", "-"],
    ["layers"],
    ["history"],
    ["waste"],
    ["findings"],
    ["packages"],
    ["packages", "--unowned"],
    ["packages", "-f", "spdx"],
    ["changes"],
    ["rootfs"],
    ["ls"],
    ["cat", "a"],
    ["parents"],
    ["sql", "select 1"],
    ["gate", "--rule", "files=10"],
    ["baseline", "update"],
    ["catalog", "add", "--catalog", "known"],
    ["diff", "right.tar"],
    ["tree", "right.tar"],
]


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_nothing_is_told_of_an_image_with_a_layer_that_is_not_the_declared_one(folder, run, words) -> None:
    """Neither where layers are worked on while they are checked: nothing is printed, and no file is left."""
    right = Image([Layer().file("a", b"1")])
    (folder / "right.tar").write_bytes(docker_archive(right))
    wrong = Image([Layer().file("a", b"2")], config_changes={"rootfs": right.config()["rootfs"]})
    (folder / "wrong.tar").write_bytes(docker_archive(wrong))
    command = words[:2] if words[0] in ("baseline", "catalog") else words[:1]
    done = run(*command, "wrong.tar", *words[len(command) :])
    assert done.returncode == 2
    assert done.stdout.startswith(b"trouble: wrong.tar\n") if words[0] == "gate" else not done.stdout
    assert re.search(r"wrong\.tar: layer 0 .* the layer has diff ID", done.stderr.decode())
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["right.tar", "wrong.tar"]


def test_which_of_several_images_cannot_be_read(fails, sample, samples) -> None:
    """Whatever is wrong: here it is the manifest that tells of it, above it is a layer."""
    encrypted = samples / "encrypted.tar"
    for words in (["tree", sample, encrypted], ["diff", sample, encrypted], ["parents", sample, "--parent", encrypted]):
        assert fails(*words).startswith("encrypted.tar: layer sha256:")


def test_an_image_over_a_bound(fails, sample) -> None:
    assert "more than 3 entries" in fails("layers", sample, "--max-entries", "3")
    assert "unfolds to more than 1,000 bytes" in fails("layers", sample, "--max-layer-bytes", "1000")


@pytest.mark.parametrize("arguments", [["changes", "-f", "json"], ["report", "-o", "out.html"]], ids=" ".join)
def test_a_disk_that_is_full(sample, arguments, imgscan_command, environment, folder) -> None:
    command = [*imgscan_command, arguments[0], str(sample), *arguments[1:]]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, cwd=folder, env=environment, timeout=60, check=False
        )
    assert done.returncode == 2
    assert _told(done.stderr.decode()) == "cannot write to standard output: No space left on device"


def test_debug_shows_the_traceback(run) -> None:
    done = run("--debug", "layers", "no-such.tar")
    assert done.returncode == 2
    assert done.stderr.startswith(b"Traceback (most recent call last)")
    assert b"InvalidReferenceError: no such file or directory: no-such.tar" in done.stderr
    assert b"imgscan: error: no such file or directory: no-such.tar" in done.stderr.splitlines()


def test_a_traceback_is_harmless_too(run, folder) -> None:
    (folder / "image.tar").write_bytes(docker_archive(Image([], tags=["a:1"]), Image([], tags=[HOSTILE + ":1"])))
    done = run("--debug", "layers", "image.tar")
    lines = done.stderr.decode().splitlines()
    assert _hidden_characters("\n".join(lines)) == []
    assert [line for line in lines if line.startswith("::")] == []


def _layers_at(files: dict, *paths: str) -> dict:
    """The files of a docker-archive whose manifest looks for its layers elsewhere."""
    manifest = json.loads(files["manifest.json"])
    manifest[0]["Layers"] = list(paths)
    return files | {"manifest.json": json.dumps(manifest).encode()}


def _damaged_layer() -> bytes:
    """A layer under a hostile name that ends in the middle of a member with a hostile name."""
    files = docker_files(Image([Layer().file(HOSTILE, b"x" * 4000).ending(b"")]))
    (path,) = json.loads(files["manifest.json"])[0]["Layers"]
    return archive(_layers_at(files, HOSTILE) | {HOSTILE: files[path][:-2048]})


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (archive(_layers_at(docker_files(Image([Layer()])), HOSTILE)), []),
        (_damaged_layer(), []),
        (docker_archive(Image([], tags=[HOSTILE + ":1"])), ["--image", "nope"]),
        (docker_archive(Image([], tags=["a:1"]), Image([], tags=[HOSTILE + ":1"], created=HOSTILE)), []),
        (docker_archive(Image([])), ["--image", HOSTILE]),
        (docker_archive(Image([])), ["--platform", HOSTILE]),
        (archive(docker_files(Image([])) | {"manifest.json": b'[{"Config": 1, "\x1b[2J": 2}]'}), []),
        (docker_archive(Image([], config_changes={"rootfs": {"diff_ids": [HOSTILE]}})), []),
        (docker_archive(Image([], config_changes={"created": [HOSTILE]})), []),
    ],
    ids=["missing layer", "damaged layer", "tag", "tags", "--image", "--platform", "JSON", "diff ID", "config"],
)
def test_errors_quote_hostile_names_harmlessly(folder, fails, content, options) -> None:
    """No control character, no line that a CI system would take for a command: `_told` looks at every line."""
    (folder / "image.tar").write_bytes(content)
    fails("layers", "image.tar", *options)


def test_hostile_file_names_are_quoted_harmlessly(folder, fails, sample) -> None:
    name = HOSTILE.replace("/", "-") + ".tar"
    fails("layers", name)
    fails("layers", sample, "-o", f"nowhere/{name}")
    (folder / name).write_bytes(b"")
    fails("layers", name)


def test_messages_are_harmless_too(folder, monkeypatch, capfd) -> None:
    """`wrote NAME` may come from the name of a file that somebody else named."""
    monkeypatch.chdir(folder)
    (folder / "image.tar").write_bytes(docker_archive(Image([])))
    app(["report", "image.tar", "-o", HOSTILE.replace("/", "-")], standalone_mode=False)
    text = capfd.readouterr().err
    assert text.startswith("imgscan: wrote x")
    assert _hidden_characters(text) == []
    assert text.count("\n") == 1


@pytest.mark.parametrize("command", ["report", "layers", "findings", "tree", "parents"])
def test_an_unknown_ending_is_refused(fails, sample, command) -> None:
    assert fails(command, sample, "-o", "a.XLSX") == "no format is called .xlsx"


def test_an_unknown_ending_is_refused_before_anything_is_read(fails) -> None:
    for command in ("layers", "tree", "parents"):
        assert fails(command, "no-such-image.tar", "-o", "a.pdf") == "no format is called .pdf"
    assert fails("catalog", "list", "-o", "a.pdf") == "no format is called .pdf"


def test_the_image_itself_is_never_replaced(fails, sample, folder) -> None:
    (folder / "own.tar").write_bytes(sample.read_bytes())
    for command in ("report", "layers"):
        assert "is the image itself" in fails(command, "own.tar", "-o", "own.tar", "-f", "json")
    (folder / "own.json").write_bytes(sample.read_bytes())
    assert "own.json is the image itself" in fails("report", "./own.json", "-f", "all")


def test_a_defect_ends_with_trouble_and_not_with_a_difference(monkeypatch, capsys) -> None:
    """Python ends with 1 after an exception, and 1 says that images differ."""

    def defective(*_: object, **__: object) -> None:
        raise ZeroDivisionError("\x1b[31m")

    monkeypatch.setattr("imgscan.cli.app", defective)
    monkeypatch.setattr("imgscan.__main__.start_lean", lambda: None)
    with pytest.raises(SystemExit) as ended:
        imgscan.__main__.main()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert "imgscan: error: a defect of imgscan: ZeroDivisionError\nhint: please report it" in told
    assert "\x1b" not in told


def test_a_damaged_new_image_is_no_equal_one_down_to_single_bytes(folder, run, sample) -> None:
    """Layers of one declared diff ID are read in the old image only, but not with --strict."""
    content = bytearray(sample.read_bytes())
    place = content.index(b"root:x:0:0") if b"root:x:0:0" in content else len(content) // 3
    content[place] ^= 1
    (folder / "flipped.tar").write_bytes(content)
    done = run("diff", sample, "flipped.tar", "--strict", "--exit-code")
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_saved_report_is_not_replaced_by_what_is_made_of_it(folder, fails, sample) -> None:
    app(["report", str(sample), "-q", "-o", "saved.json"], standalone_mode=False)
    assert fails("report", "saved.json", "-f", "html", "-o", "saved.json").startswith(
        "saved.json is the saved report itself"
    )


@pytest.mark.parametrize("cut", [1, 4, 8])
def test_a_compressed_archive_is_read_to_its_checksum(folder, fails, sample, cut) -> None:
    content = gzip_of.compress(sample.read_bytes())
    (folder / "cut.tar.gz").write_bytes(content[:-cut])
    fails("layers", "cut.tar.gz")
    (folder / "flipped.tar.gz").write_bytes(content[:-5] + bytes([content[-5] ^ 1]) + content[-4:])
    fails("layers", "flipped.tar.gz")


def test_a_link_stays_and_what_it_leads_to_is_written(folder, run, fails, sample) -> None:
    (folder / "kept").mkdir()
    for name, place in (("old.csv", "kept/old.csv"), ("new.csv", "kept/new.csv")):
        (folder / name).symlink_to(place)
    (folder / "kept" / "old.csv").write_bytes(b"old")
    for name in ("old.csv", "new.csv"):
        assert run("layers", sample, "-o", name).returncode == 0
        assert (folder / name).is_symlink()
        assert (folder / "kept" / name).read_bytes().startswith(b"layer,")
    (folder / "own.tar").write_bytes(sample.read_bytes())
    (folder / "link.tar").symlink_to("own.tar")
    assert "is the image itself" in fails("layers", "own.tar", "-o", "link.tar", "-f", "csv")
    (folder / "gate.md").symlink_to("gate.json")
    assert "gate.md" in fails("gate", "own.tar", "-r", "files=99", "-o", "gate.md", "-o", "gate.json")
