"""Options that several commands have: declared once, on every command that they are for, and of one meaning."""

import csv
import io
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import get_args, get_type_hints

import pytest
import typer.main
from typer.models import ArgumentInfo, OptionInfo

from analyzer.errors import UsageError
from imgscan.cli import COMMANDS as NAMES
from imgscan.cli import app, options
from imgscan.cli.columns import columns_of
from imgscan.cli.described import Command, described
from imgscan.cli.endings import is_misnamed
from imgscan.cli.packages import _BILLS

COMMANDS = {each.name: each for each in described(typer.main.get_command(app)) if each.name and not each.parts}
TABLE_OPTIONS = {"--format", "--output", "--top", "--sort", "--bytes", "--quiet"}
OF_THEIR_OWN = {
    ("gate", "--format"): "it is that of standard output alone, beside as many files as one likes",
    ("gate", "--output"): "it is given several times, with a format in front",
    ("trend", "--image"): "it chooses by name among runs, where there is no archive",
}


def _options(command: Command) -> set[str]:
    return {name for option in command.options for name in option.names}


def _functions() -> Iterator[tuple[str, Callable[..., None]]]:
    """What runs each command, by the command's name."""
    for name in NAMES:
        found = getattr(import_module(f"imgscan.cli.{name}"), name)
        if isinstance(found, typer.Typer):
            yield from ((f"{name} {each.name}", each.callback) for each in found.registered_commands)
        else:
            yield name, found


def _declared() -> Iterator[tuple[str, str, str]]:
    """Each option and argument as it is declared: command, name, and the help as the object that it is."""
    for command, function in _functions():
        for hint in get_type_hints(function, include_extras=True).values():
            for found in get_args(hint)[1:]:
                if isinstance(found, OptionInfo | ArgumentInfo):
                    names = [name for name in (found.default, *(found.param_decls or ())) if name is not ...]
                    yield command, next(iter(names), found.metavar), found.help


def _makes_a_table(command: Command) -> bool:
    return any("csv" in option.choices for option in command.options)


def test_commands_that_make_a_table_have_the_options_of_tables() -> None:
    tables = {name for name, each in COMMANDS.items() if _makes_a_table(each)}
    assert tables >= {"layers", "waste", "packages", "sql", "ls", "diff", "trend", "catalog list"}
    assert {name: TABLE_OPTIONS - _options(COMMANDS[name]) for name in tables} == {name: set() for name in tables}


def test_commands_that_read_layers_can_leave_out_those_of_parents() -> None:
    """All that read one image, but `cat`, which reads one file, and those that are about parents themselves."""
    reading = {name for name, each in COMMANDS.items() if "--max-layer-bytes" in _options(each)}
    assert {name for name in reading if "--own" not in _options(COMMANDS[name])} == {"cat", "parents"}


def test_shared_options_are_one_declaration() -> None:
    """Not just the same words: the same object, so that they cannot part."""
    shared = {id(text) for text in _texts_of_the_module()}
    names = {name for _, name, text in _declared() if id(text) in shared}
    assert names >= TABLE_OPTIONS | {"--own", "--parent", "--catalog", "--platform", "--image", "--config", "IMAGE..."}
    own = {(command, name) for command, name, text in _declared() if name in names and id(text) not in shared}
    assert own == set(OF_THEIR_OWN)


def _texts_of_the_module() -> Iterator[str]:
    yield options.FORMAT.help
    yield options.top().help
    yield options.IMAGES.help
    for each in vars(options).values():
        yield from (found.help for found in get_args(each)[1:] if isinstance(found, OptionInfo | ArgumentInfo))


def test_formats_begin_with_the_usual_one() -> None:
    """As the help says: `by default … the first of these`."""
    usual = {"report": "html", "diff": "text", "trend": "text", "parents": "table", "tree": "tree"}
    for name, command in COMMANDS.items():
        for option in command.options:
            if option.help == options.FORMAT.help:
                assert option.choices[0] == usual.get(name, "table"), name


SORTED = {
    "layers": ["app-2.0.tar"],
    "history": ["app-2.0.tar"],
    "waste": ["app-2.0.tar"],
    "findings": ["app-2.0.tar"],
    "packages": ["packages.tar"],
    "changes": ["app-2.0.tar"],
    "rootfs": ["app-2.0.tar"],
    "ls": ["app-2.0.tar", "--recursive"],
    "diff": ["app-1.0.tar", "app-2.0.tar"],
}


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


@pytest.mark.parametrize("command", SORTED)
def test_every_column_can_be_sorted_by(command, printed, samples) -> None:
    """Compared with the sorting of Python; what has no order says so. Rows without a value are the last."""
    words = [str(samples / each) if each.endswith(".tar") else each for each in SORTED[command]]
    rows = _rows(printed(command, *words, "-f", "csv"))
    for column in [each for each in columns_of(command) if each in rows[0]]:  # others are of its other tables
        asked = (command, *words, "-f", "csv", "--sort", f"-{column}")
        if any(row[column].startswith(("[", "{")) for row in rows):
            with pytest.raises(UsageError, match="lists, which have no order"):
                printed(*asked)
            continue
        found = _rows(printed(*asked))
        there, missing = [row for row in rows if row[column]], [row for row in rows if not row[column]]
        order = float if all(_is_number(row[column]) for row in there) else str
        expected = sorted(there, key=lambda row: order(row[column]), reverse=True)
        assert found == [*expected, *missing], column


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_sorting_comes_before_cutting(printed, sample) -> None:
    (last,) = _rows(printed("changes", sample, "-f", "csv", "--sort", "-size", "--top", "1"))
    assert int(last["size"]) == max(int(row["size"]) for row in _rows(printed("changes", sample, "-f", "csv")))
    for words in (["--by", "layer"], ["--by", "directory"], ["--by", "cause"]):
        whole = _rows(printed("waste", sample, *words, "-f", "csv", "--sort", "layer" if "layer" in words else "bytes"))
        cut = _rows(
            printed("waste", sample, *words, "-f", "csv", "--sort", "layer" if "layer" in words else "bytes", "-n", 2)
        )
        assert cut == whole[:2]
    unowned = ["packages", sample, "--unowned", "-f", "csv", "--sort", "path"]
    assert _rows(printed(*unowned, "-n", 2)) == _rows(printed(*unowned))[:2]


def test_findings_to_read_are_sorted_as_their_table(printed, sample) -> None:
    shown = printed("findings", sample, "--sort", "rule,-layer").decode()
    rules = [row["rule"] for row in _rows(printed("findings", sample, "-f", "csv", "--sort", "rule,-layer"))]
    assert [line.split("  ")[-1].partition(":")[0] for line in shown.splitlines() if _is_head(line)] == rules


def _is_head(line: str) -> bool:
    return len(line) > 10 and line[8:10] == "  " and line[10] != " " and line[:8].strip() != "" and "=>" not in line


def test_names_that_tables_to_read_have_are_columns_too(printed, sample) -> None:
    for command, shown, column in (
        ("layers", "instruction", "created_by"),
        ("history", "dockerfile", "dockerfile_line"),
    ):
        words = (command, sample, "-f", "csv", "--sort")
        assert printed(*words, f"-{shown}") == printed(*words, f"{column}:desc")


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["waste", "none.tar", "--sort", "byts"], "--sort: there is no column 'byts'", "did you mean bytes?"),
        (["waste", "none.tar", "--sort", ""], "--sort: there is no column ''", "known are: path, bytes, "),
        (["waste", "none.tar", "--sort", "bytes,,path"], "--sort: there is no column ''", "known are: path, bytes, "),
        (["waste", "none.tar", "--by", "layer", "--sort", "bytes"], "--sort: there is no column 'bytes'", "known are: layer, held, caused"),
        (["ls", "none.tar", "--sort", "size:down"], "--sort: there is no column 'size:down'", "did you mean size?"),
        (["catalog", "list", "--sort", "nam"], "--sort: there is no column 'nam'", "did you mean name?"),
        (["diff", "a", "b", "--sort", "path"], "--sort: text has lists of its own order", "choose csv, parquet or"),
        (["trend", "none.jsonl", "--sort", "value"], "--sort: text has the runs in the order", "choose csv or json"),
        (["packages", "a", "-f", "spdx", "--sort", "name"], "--sort: a bill of materials has an", "choose csv or json"),
    ],
)  # fmt: skip
def test_what_cannot_be_sorted_is_told_before_anything_is_read(arguments, error, hint) -> None:
    with pytest.raises(UsageError) as raised:
        app([*arguments], standalone_mode=False)
    assert str(raised.value).startswith(error)
    assert (raised.value.hint or "").startswith(hint)


@pytest.mark.parametrize(
    ("by", "columns"),
    [("cause", "files,-pull_bytes,bytes,cause"), ("layer", "caused,held,layer"), ("directory", "-files,path")],
)
def test_sums_of_waste_can_be_sorted_by_what_they_have(printed, sample, by, columns) -> None:
    header = printed("waste", sample, "--by", by, "--sort", columns, "-f", "csv").decode().splitlines()[0].split(",")
    assert {each.strip("-") for each in columns.split(",")} <= set(header)


def test_columns_of_a_statement_are_told_with_those_that_there_are(printed, sample) -> None:
    words = ("sql", sample, "select kind, count(*) from rootfs group by kind", "-f", "csv", "--sort")
    counts = [int(row["count_star()"]) for row in _rows(printed(*words, "-count_star()"))]
    assert counts == sorted(counts, reverse=True)
    with pytest.raises(UsageError, match="no column 'knd'") as raised:
        printed(*words, "knd")
    assert raised.value.hint == "did you mean kind?"


def test_ls_lists_what_own_layers_have(printed, samples) -> None:
    words = ("ls", samples / "app-2.0.tar", "--recursive", "-f", "csv", "--parent", samples / "parent.tar")
    whole, own = _rows(printed(*words)), _rows(printed(*words, "--own"))
    assert own == [row for row in whole if row["layer"] and int(row["layer"]) >= 3]


MISNAMED = [
    ("report", "app-1.0.tar", "-f", "json", "-o", "page.html"),
    ("changes", "app-1.0.tar", "-f", "csv", "-o", "changes.parquet"),
    ("ls", "app-1.0.tar", "-f", "table", "-o", "files.json"),
    ("findings", "app-1.0.tar", "-f", "json", "-o", "findings.csv"),
    ("packages", "packages.tar", "-f", "spdx", "-o", "bill.cdx.json"),
    ("diff", "app-1.0.tar", "app-2.0.tar", "-f", "csv", "-o", "diff.html"),
    ("parents", "app-1.0.tar", "-f", "table", "-o", "parents.json"),
    ("tree", "app-1.0.tar", "-f", "mermaid", "-o", "tree.DOT"),
]


@pytest.mark.parametrize("words", MISNAMED, ids=lambda words: words[0])
def test_a_format_wins_over_the_ending_and_says_so(words, samples, tmp_path, monkeypatch, capfd) -> None:
    """All commands that have both, in the same words."""
    monkeypatch.chdir(tmp_path)
    command = [str(samples / each) if each.endswith(".tar") else each for each in words]
    form, name = words[-3], words[-1]
    note = f"imgscan: {name} holds {form}, as --format says, though its name tells another format\n"
    app(command, standalone_mode=False)
    assert capfd.readouterr().err.endswith(note)
    named = (tmp_path / name).read_bytes()
    app([*command[:-1], "-", "--quiet"], standalone_mode=False)
    shown = capfd.readouterr()
    assert (shown.out.encode(), shown.err) == (named, "")
    app([*command, "--quiet"], standalone_mode=False)
    assert capfd.readouterr().err == ""


def test_a_difference_is_no_reason_to_keep_silent_about_the_name(samples, tmp_path, monkeypatch, capfd) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["diff", str(samples / "app-1.0.tar"), str(samples / "app-2.0.tar"), "--exit-code", "-o", "a.md"]
    assert app([*words, "-f", "json"], standalone_mode=False) == 1
    assert (
        capfd.readouterr().err == "imgscan: a.md holds json, as --format says, though its name tells another format\n"
    )


@pytest.mark.parametrize(
    ("form", "name"),
    [("csv", "rows.txt"), ("json", "rows"), ("json", "-"), ("csv", "rows.tsv"), ("csv", "rows.CSV"), ("json", "a.csv.json")],
)  # fmt: skip
def test_a_name_that_tells_no_other_format_needs_no_word(sample, tmp_path, monkeypatch, capfd, form, name) -> None:
    monkeypatch.chdir(tmp_path)
    app(["layers", str(sample), "-f", form, "-o", name], standalone_mode=False)
    assert capfd.readouterr().err == ""


def test_an_ending_that_chooses_a_format_fits_it() -> None:
    for command in ("report", "tables", "tree", "parents", "diff", "trend"):
        endings = import_module(f"imgscan.cli.{command}")._ENDINGS
        assert [name for name, form in endings.items() if is_misnamed(f"file.{name}", form.value)] == []
    assert not any(is_misnamed(f"file{ending}", form.value) for form, ending in _BILLS.items())
