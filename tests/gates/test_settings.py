"""What is wrong in a settings file, in one line each: file, line, key, and the nearest word that there is."""

import tomllib
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.inspect import type_info

from analyzer.errors import SettingsError
from analyzer.settings import SETTINGS_BYTES_LIMIT, Settings, load_settings
from analyzer.settings_check import misfit
from analyzer.settings_gate import Forbidden, GateSettings, ImageSettings, Required, settings_for
from analyzer.settings_lines import line_of
from analyzer.toml import line_of_long_key
from imgscan.cli.gate_rules import rule_book
from imgscan.cli.settings import check_names

ALLOW = '[[gate.allow]]\nrule = "limits.files"\nreason = "x"\n'
FROM_THE_ROOT = "write it from the root, such as srv/app/**"
KNOWN_GATE = (
    "limits, growth, creep, paths, packages, layers, growth-of-paths, growth-of-packages, forbidden, required, "
    "baseline, image, allow"
)
BAD = [
    ("[gate", 1, "not TOML: Expected ']' at the end of a table declaration", None),
    ("[gate.limit]\nlayers = 1", 1, "there is no key gate.limit", "did you mean limits?"),
    ("# one\n\n[gate.xyzzy]\na = 1", 3, "there is no key gate.xyzzy", f"known are: {KNOWN_GATE}"),
    ("[gate.limits]\nfiles = 1\nlayer = 1", 3, "limits.layer: there is no such figure", "did you mean layers?"),
    (
        '[gate.limits]\nlayers = { limit = 1, lvl = "warn" }',
        2,
        "there is no key gate.limits.layers.lvl",
        "did you mean level?",
    ),
    (
        '[gate.limits]\nlayers = { limit = 1, level = "wran" }',
        2,
        "gate.limits.layers.level cannot be 'wran'",
        "did you mean warn?",
    ),
    ('[gate.limits.layers]\nlevel = "warn"', 1, "gate.limits.layers has no limit", None),
    (
        "[gate.limits]\nlayers = [1]",
        2,
        "gate.limits.layers has to be a string, an integer, a number or a table, not an array",
        None,
    ),
    ('[gate.limits]\nrootfs_bytes = "5 MX"', 2, "limits.rootfs_bytes: '5 MX' has no unit of bytes", "did you mean MB?"),
    ('[gate.limits]\n"own.files" = "5 MB"', 2, "limits.own.files: '5 MB' is no count", "write a whole number"),
    (
        '[gate.growth]\nrootfs_bytes = 1\nefficiency = "5%"',
        3,
        "growth.efficiency: growth is counted in bytes only",
        "figures: rootfs_bytes, file_bytes, pull_bytes, waste_bytes, tar_bytes, largest_file, largest_layer",
    ),
    ("[gate.growth]\npull_delta = 1", 2, "growth.pull_delta: there is no such figure", "did you mean pull_delta_bytes?"),
    (
        '[gate.growth-of-packages]\n"pyhton:x" = 1',
        2,
        "there is no type of package 'pyhton'",
        "did you mean python?",
    ),
    ('[gate.growth-of-paths]\n"" = 1', 2, "growth-of-paths: an empty word names nothing", None),
    ('[gate.layers]\n"RUN *" = "5"', 2, "layers.RUN *: '5' has no unit of bytes", "write a unit behind it, such as MB or MiB"),
    ("[gate.forbidden]\nsetuids = true", 2, "there is no key gate.forbidden.setuids", "did you mean setuid?"),
    ('[gate.forbidden]\nsetuid = "yes"', 2, "gate.forbidden.setuid has to be a boolean or a table, not a string", None),
    ("[gate.forbidden]\nfindings = [\n  'secret-file',\n]", 2, "there is no rule 'secret-file'", "did you mean secret-files?"),
    ('[gate.forbidden]\nsetuid = { level = "wran" }', 2, "gate.forbidden.setuid.level cannot be 'wran'", "did you mean warn?"),
    ('[gate.forbidden]\npaths = { level = "warn" }', 2, "gate.forbidden.paths has no names", None),
    ('[gate.forbidden]\npaths = { names = [""] }', 2, "forbidden.paths: an empty word names nothing", None),
    ('[gate.required]\nlabels = "a"', 2, "gate.required.labels has to be an array of strings or a table, not a string", None),
    ("[gate.limits]\nown.files = 1", 2, "there is no key gate.limits.own.files", 'write "own.files" in quotes'),
    ('[gate.limits]\n"own.file" = 1', 2, "limits.own.file: there is no such figure", 'did you mean "own.files"?'),
    ('[gate.limits]\nrootfs_bytes = "max(1 MB, 3%)"', 2, "limits.rootfs_bytes: 'max(1 MB, 3%)' is no amount", "write it as 5 MB"),
    ('[gate.limits]\nefficiency = "all"', 2, "limits.efficiency: 'all' is no amount", "write it as 0.9 or 90%"),
    ('[gate.growth]\nrootfs_bytes = "all"', 2, "growth.rootfs_bytes: 'all' is no amount", "write it as 5 MB, 3% or max(5 MB, 3%)"),
    ("[gate.limits]\nlayers = -1", 2, "limits.layers: -1 is no count", "write a whole number"),
    ('[gate.paths]\n"./srv/**" = 1', 2, "paths: './srv/**' can match no path", FROM_THE_ROOT),
    ('[gate.growth-of-paths]\n"srv//app" = 1', 2, "growth-of-paths: 'srv//app' can match no path", FROM_THE_ROOT),
    ('[gate.forbidden]\npaths = { names = ["a", "srv/../x"] }', 2, "forbidden.paths: 'srv/../x' can match no path", FROM_THE_ROOT),
    ('[gate.forbidden]\npaths-in-any-layer = ["../x"]', 2, "forbidden.paths-in-any-layer: '../x' can match no path", FROM_THE_ROOT),
    ('[gate.required]\npaths = ["/a/.", "/"]', 2, "required.paths: '/a/.' can match no path", FROM_THE_ROOT),
    ('[gate]\nbaseline = ""', 2, "baseline names no file", "leave it out for none"),
    (ALLOW, 1, "gate.allow (entry 1) has no until", "it needs rule, reason, until"),
    (ALLOW + "until = 2030-01-01T10:00:00", 4, "gate.allow (entry 1).until has to be a date, not a date with a time", None),
    (ALLOW + "until = 10:00:00", 4, "gate.allow (entry 1).until has to be a date, not a time", None),
    (ALLOW + "until = 'soon'", 4, "gate.allow (entry 1).until has to be a date, not a string", "write it without quotes, such as 2030-01-31"),
    (
        ALLOW + "until = 2030-01-01\n" + ALLOW.replace("files", "file") + "until = 2030-01-01",
        6,
        "allow: there is no rule 'limits.file'",
        "did you mean files?",
    ),
    ('[[gate.image]]\nname = "a"\n[gate.image.limits]\nfile = 1', 4, "limits.file: there is no such figure", "did you mean files?"),
    ("# one\n" + "a." * 64 + "b = 1", 2, "a key of more than 64 parts", None),
    ("# one\n[" + "a . " * 90_000 + "b]", 2, "a key of more than 64 parts", None),
    ("[gate.limits]\nlayers = 0x" + "f" * 5000, 2, "gate.limits.layers is more than an integer can be", None),
    ("[gate]\nimage = 0x" + "f" * 5000, 2, "gate.image is more than an integer can be", None),
    ("[gate.limits.layers]\nlimit = 1\nlevel = 0x8" + "0" * 15, 3, "gate.limits.layers.level is more than an integer can be", None),
    ("[gate.limits]\nlayers = " + "9" * 4301, 2, "a number of too many digits", None),
    ('[[gate.image]]\nnames = "a"', 2, "there is no key gate.image (entry 1).names", "did you mean name?"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "says", "hint"), BAD, ids=[says for _, _, says, _ in BAD])
def test_what_is_wrong_is_one_line(tmp_path: Path, text: str, line: int, says: str, hint: str | None) -> None:
    for name, above in (("imgscan.toml", ""), ("pyproject.toml", "tool.imgscan.")):
        file = tmp_path / name
        whole = text.replace("[gate", f"[{above}gate")
        file.write_text(whole)
        with pytest.raises(SettingsError) as told:
            rule_book(file, (), None)
        assert str(told.value) == f"{file}, line {line}: " + says.replace("gate.", f"{above}gate.")
        assert told.value.hint == hint


def test_a_table_that_belongs_below_another_is_told(tmp_path: Path) -> None:
    file = tmp_path / "imgscan.toml"
    file.write_text("[limits]\nfiles = 1\n")
    with pytest.raises(SettingsError) as told:
        rule_book(file, (), None)
    assert str(told.value) == f"{file}, line 1: there is no key limits"
    assert told.value.hint == "limits belongs below gate"


@pytest.mark.parametrize(("key", "hint"), [("labels", "labels belongs below gate.required"), ("paths", None)])
def test_a_key_that_several_tables_have_may_be_meant_in_any(key: str, hint: str | None) -> None:
    class Gate(msgspec.Struct, forbid_unknown_fields=True):
        forbidden: Forbidden
        required: Required

    found = misfit({key: []}, type_info(Gate), ("gate",))
    assert found is not None
    assert (found.hint, found.known) == (hint, () if hint else ("forbidden", "required"))


KEY = st.sampled_from(["a", "b", "'c d'"])
VALUE = st.sampled_from(["1", '"""x\n\ny"""', "[1,\n  # no\n 2]", "{ a = 1 }", "2030-01-01"])


@given(st.lists(st.tuples(st.sampled_from(["", "# note\n", "\n\n"]), KEY, VALUE), unique_by=lambda each: each[1]))
def test_a_line_is_that_of_the_key(statements: list[tuple[str, str, str]]) -> None:
    """Whatever stands before it: each key is found at the line that it was written to."""
    text, expected = "[t]\n", {}
    for before, key, value in statements:
        text += before
        expected[key.strip("'")] = text.count("\n") + 1
        text += f"{key} = {value}\n"
    assert {key: line_of(text, ("t", key)) for key in tomllib.loads(text)["t"]} == expected
    assert line_of(text, ("t", "missing")) == 1


def test_sections_are_laid_over_in_their_order() -> None:
    settings = GateSettings(
        limits={"layers": 9, "files": 9},
        image=(
            ImageSettings(name="acme/*", limits={"layers": 5}),
            ImageSettings(platform="linux/arm64", limits={"layers": 7}),
        ),
    )
    assert settings_for(settings, "other", "linux/amd64").limits == {"layers": 9, "files": 9}
    assert settings_for(settings, "acme/app:1", "linux/amd64").limits == {"layers": 5, "files": 9}
    assert settings_for(settings, "acme/app:1", "linux/arm64").limits == {"layers": 7, "files": 9}


def test_a_section_can_take_a_demand_back(tmp_path: Path) -> None:
    file = tmp_path / "imgscan.toml"
    file.write_text(
        '[gate.required]\nuser = true\nlabels = ["a"]\n[[gate.image]]\nname = "x"\n[gate.image.required]\nuser = false\n'
    )
    gate = load_settings(file).gate
    required = settings_for(gate, "x", "").required
    assert (required.user, required.labels) == (False, ("a",))
    assert settings_for(gate, "y", "").required.user is True


def test_a_date_is_read(tmp_path: Path) -> None:
    (tmp_path / "imgscan.toml").write_text(ALLOW + "until = 2030-01-31\n")
    assert load_settings(tmp_path / "imgscan.toml").gate.allow[0].until == date(2030, 1, 31)


WORDS = st.sampled_from(
    ["x", "5 MB", "limits.files", "warn", 1, -(10**40), 10**40, 0.5, float("nan"), True, date(2030, 1, 1)]
)
ANY = st.recursive(
    WORDS,
    lambda each: (
        st.lists(each, max_size=2)
        | st.dictionaries(
            st.sampled_from(["limit", "level", "rule", "until", "reason", "name", "layers", "user"]), each
        )
    ),
)
KEYS = [each.encode_name for each in msgspec.structs.fields(GateSettings)]


@given(st.dictionaries(st.sampled_from([*KEYS, "y"]), ANY | st.lists(ANY, max_size=2), max_size=3))
def test_whatever_tables_say_is_taken_or_told(gate: dict[str, object]) -> None:
    """What the check lets through the decoder takes: its own words reach nobody."""
    places = []
    if misfit({"gate": gate}, type_info(Settings)) is None:
        try:
            check_names(msgspec.convert({"gate": gate}, Settings))
        except SettingsError as error:
            places.append(error.at)
    assert all(place[0] == "gate" and len(place) > 1 for place in places)


def test_a_file_of_a_megabyte_is_read_and_no_larger_one(tmp_path: Path) -> None:
    file = tmp_path / "imgscan.toml"
    file.write_text("[gate.limits]\nlayers = 1\n".ljust(SETTINGS_BYTES_LIMIT, "\n"))
    assert load_settings(file).gate.limits == {"layers": 1}
    with file.open("a") as opened:
        opened.write("\n")
    with pytest.raises(SettingsError, match=r"imgscan\.toml has more than 1,048,576 bytes"):
        load_settings(file)


def test_dots_that_part_no_key_are_left_alone(tmp_path: Path) -> None:
    """In texts, comments, numbers and art."""
    file, dots = tmp_path / "pyproject.toml", "a." * 99
    numbers = ", ".join(["1.5"] * 99)
    file.write_text(
        f'[tool.x]\n"{dots}" = "{dots}"  # {dots}\nb = [{numbers}]\nc = """\n{"." * 99}\n"""\nd = \'{dots}\'\n'
        "[tool.imgscan.gate.limits]\nlayers = 1\n"
    )
    assert load_settings(file).gate.limits == {"layers": 1}


@given(st.lists(st.sampled_from(["a", "'b.c'", '"d\\".e"', "f-1"]), min_size=1, max_size=9), st.integers(1, 9))
def test_the_parts_of_a_key_are_those_of_the_reader(parts: list[str], most: int) -> None:
    text = " . ".join(parts) + " = 1"
    found, depth = tomllib.loads(text), 0
    while isinstance(found, dict):
        (found,) = found.values()
        depth += 1
    assert (line_of_long_key(text, most) == 1) == (depth > most)


@pytest.mark.parametrize("line", ['."\\', '.\\"', ".'", ".a", "a", ". ", '."'])
def test_a_long_line_takes_no_time(line: str) -> None:
    """Where this was quadratic it would take hours."""
    line_of_long_key(line * 500_000, 64)
    line_of_long_key("." * 99 + line * 500_000, 64)
