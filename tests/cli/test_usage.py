"""A command line that is wrong: status 2, one line that says what, and a hint; never the form of the parser below."""

import pytest
import typer.main

from imgscan import ImgscanError
from imgscan.__main__ import error_text
from imgscan.cli import app
from imgscan.cli.described import described

PROGRAM = typer.main.get_command(app)
COMMANDS = [
    [name, *below]
    for name, command in PROGRAM.commands.items()
    for below in ([[each] for each in command.commands] if hasattr(command, "commands") else [[]])
]
each_command = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)


def _told(capfd, *arguments: str) -> str:
    """What stderr shows of a command line that has to be wrong."""
    with pytest.raises(ImgscanError) as raised:
        app([*arguments], standalone_mode=False)
    assert capfd.readouterr() == ("", "")
    return error_text(str(raised.value), raised.value.hint)


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["xyzzy"], "imgscan has no command xyzzy", "known are: report, layers, history, "),
        (["layrs", "a"], "imgscan has no command layrs", "did you mean layers?"),
        (["catalog", "lst"], "imgscan catalog has no command lst", "did you mean list?"),
        (["--versoin"], "imgscan has no option --versoin", "did you mean --version?"),
        (["--debug"], "imgscan needs a command", "known are: report, "),
        (["catalog", "--quiet", "list"], "imgscan catalog has no option --quiet", "imgscan catalog --help lists them"),
        (["layers"], "imgscan layers needs IMAGE", "usage: imgscan layers [OPTIONS] IMAGE"),
        (["sql", "a"], "imgscan sql needs STATEMENT", "usage: imgscan sql [OPTIONS] IMAGE STATEMENT"),
        (["layers", "a", "b"], "imgscan layers takes IMAGE: b is one too many", "usage: imgscan layers [OPTIONS] IMAGE"),
        (["layers", "a", "b c", "d"], "imgscan layers takes IMAGE: b c is one too many (and 1 more)", "usage: imgscan "),
        (["sql", "a", "select", "1"], "imgscan sql takes IMAGE STATEMENT: 1 is one too many", "usage: imgscan sql [OPTIONS] IMAGE STATEMENT, with quotes around what has blanks"),
        (["catalog", "list", "a"], "imgscan catalog list takes no arguments: a is one too many", "usage: imgscan cat"),
        (["layers", "a", "--formt", "csv"], "imgscan layers has no option --formt", "did you mean --format?"),
        (["layers", "a", "-z"], "imgscan layers has no option -z", "imgscan layers --help lists them"),
        (["layers", "a", "--debug"], "imgscan layers has no option --debug", "it goes before the command: imgscan --de"),
        (["layers", "a", "-f", "xml"], "--format cannot be 'xml'", "choose one of table, csv, json, parquet, arrow"),
        (["waste", "a", "--by", ""], "--by cannot be ''", "choose one of path, cause, layer, directory"),
        (["layers", "a", "--top", "-1"], "--top has to be 0 or more", ""),
        (["layers", "a", "--top", "many"], "--top has to be a whole number", ""),
        (["layers", "a", "--top", "9" * 5000], "--top has to be a whole number", ""),
        (["layers", "a", "--top"], "--top needs a value", ""),
        (["layers", "a", "--own=yes"], "--own takes no value", ""),
        (["report", "a", "-f", "all", "-o", "-"], "--output: three formats do not fit on standard", "name a folder"),
        (["report", "a", "--target", "x"], "--target: a stage of which Dockerfile?", "name it with --dockerfile FILE"),
        (["findings", "a", "--select", " ,"], "--select: no rule is named", "imgscan findings --help says how"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_what_is_wrong_is_one_line(capfd, arguments, error, hint) -> None:
    first, *rest = _told(capfd, *arguments).splitlines()
    assert first.startswith(f"imgscan: error: {error}")
    assert len(rest) <= 1
    assert "".join(rest).startswith(f"hint: {hint}" if hint else "")


@pytest.mark.parametrize("command", [["report"], ["layers", "-f", "csv"], ["cat", "etc/passwd"], ["sql", "select 1"]])
def test_several_images_where_one_is_taken(capfd, samples, command) -> None:
    """As a shell makes them of `*.tar`; the file that is one too many is named, whatever is in its name."""
    first, second, third = (str(samples / name) for name in ("app-1.0.tar", "app-2.0.tar", "parent.tar"))
    error, hint = _told(capfd, command[0], first, *command[1:], second, third).splitlines()
    assert error.endswith(f": {second} is one too many (and 1 more)")
    assert hint == "hint: run it for one image at a time; imgscan tree, gate and catalog add take several"


def test_commands_that_take_several_images_do() -> None:
    several = {each.name for each in described(PROGRAM) if "IMAGE..." in each.usage}
    assert several >= {"tree", "gate", "catalog add"}


@each_command
def test_each_command_tells_an_unknown_option(capfd, command) -> None:
    text = _told(capfd, *command, "--no-such-option", "a", "b")
    assert text.splitlines()[0] == f"imgscan: error: imgscan {' '.join(command)} has no option --no-such-option"
    assert len(text.splitlines()) == 2


@pytest.mark.parametrize("command", [each for each in COMMANDS if each != ["catalog", "list"]], ids=" ".join)
def test_each_command_says_what_it_needs(capfd, command) -> None:
    first, second = _told(capfd, *command).splitlines()
    assert first.startswith(f"imgscan: error: imgscan {' '.join(command)} needs ")
    assert second.startswith(f"hint: usage: imgscan {' '.join(command)} [OPTIONS] ")


@pytest.mark.parametrize("hostile", ["x\n::error::y", "\x1b[2J", "a'b' is not one of 'c'"])
def test_words_are_quoted_harmlessly(capfd, hostile) -> None:
    for arguments in ([hostile], ["layers", f"--{hostile}"], ["layers", "a", hostile], ["layers", "a", "-f", hostile]):
        lines = _told(capfd, *arguments).splitlines()
        assert len(lines) == 2
        assert all(line.isprintable() for line in lines)


def test_a_process_ends_with_2(run) -> None:
    done = run("layers", "a", "--formt", "csv")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"imgscan: error: imgscan layers has no option --formt\nhint: did you mean --format?\n"


@pytest.mark.parametrize("words", [[], ["catalog"]], ids=["imgscan", "imgscan catalog"])
def test_without_a_word_there_is_help_as_of_something_wrong(run, words) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == run(*words, "--help").stdout
    assert done.stderr.startswith(f"Usage: {' '.join(['imgscan', *words])} [OPTIONS] COMMAND".encode())


@pytest.mark.parametrize("options", [["-f", "cyclonedx"], ["-o", "x.spdx.json"], ["-t", "dpkg"], ["--all-layers"]])
def test_what_no_package_owns_is_no_bill_and_has_no_type(run, folder, samples, options: list[str]) -> None:
    done = run("packages", samples / "packages.tar", "--unowned", *options)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"imgscan: error: --unowned")
    assert not any(folder.iterdir())
