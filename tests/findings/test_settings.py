"""Settings: strict about what they say, and applied as the documentation says."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.inspect import type_info

import imgscan
from analyzer.errors import SettingsError
from analyzer.settings import FindingSettings, Settings, load_settings
from analyzer.settings_check import misfit
from imgscan.cli.settings import checked_settings
from tests.findings.finding import findings
from tests.images import Image, Layer

IMAGE = Image(
    [
        Layer()
        .file("var/lib/apt/lists/a", b"1" * 10)
        .file("var/lib/apt/lists/b", b"1" * 5)
        .file("usr/share/man/x", b"1" * 7)
        .file("usr/include/x", b"1" * 3),
        Layer().file("srv/usr/include/x", b"1"),
    ]
)


def found(settings: FindingSettings, **options) -> list[tuple[str, str, int]]:
    return [(each.rule, each.severity, each.file_bytes) for each in findings(IMAGE, settings=settings, **options).found]


def test_all_rules_are_selected_by_default() -> None:
    assert found(FindingSettings()) == [("apt-lists", "waste", 15), ("man-pages", "size", 7), ("headers", "size", 3)]


def test_select_and_ignore() -> None:
    settings = FindingSettings(select=("apt-lists", "man-pages"), ignore=("apt-lists",))
    assert found(settings) == [("man-pages", "size", 7)]
    assert found(settings.narrowed(["headers"], None)) == [("headers", "size", 3)]
    assert found(FindingSettings(select=())) == []


def test_a_mark_of_byte_order_is_looked_past(tmp_path: Path) -> None:
    """Notepad and PowerShell begin a UTF-8 file with one; TOML 1.1 lets readers ignore it."""
    (tmp_path / "imgscan.toml").write_text('[findings]\nselect = ["headers"]\n', encoding="utf-8-sig")
    assert load_settings(tmp_path / "imgscan.toml").findings.select == ("headers",)


def test_to_ignore_all_that_is_selected_is_an_error() -> None:
    settings = FindingSettings(select=("apt-lists", "man-pages"), ignore=("apt-lists",))
    with pytest.raises(SettingsError, match="no rule is left: apt-lists, man-pages are selected and ignored"):
        found(settings.narrowed(None, ["man-pages"]))
    with pytest.raises(SettingsError, match="no rule is left: headers is selected"):
        found(FindingSettings(select=("headers",), ignore=("headers",)))


def test_ignored_paths_are_neither_found_nor_counted() -> None:
    settings = FindingSettings(ignore_paths={"apt-lists": ("**/b",), "headers": ("usr/**", "nothing/{a,b}")})
    assert found(settings) == [("apt-lists", "waste", 10), ("man-pages", "size", 7)]


def test_severities_can_be_others() -> None:
    settings = FindingSettings(severity={"headers": "security"}, ignore_paths={"apt-lists": ("**",)})
    assert found(settings) == [("man-pages", "size", 7), ("headers", "security", 3)]


@pytest.mark.parametrize(
    "settings",
    [
        FindingSettings(select=("apt-list",)),
        FindingSettings(ignore=("apt-list",)),
        FindingSettings(ignore_paths={"apt-list": ()}),
        FindingSettings(severity={"apt-list": "waste"}),
    ],
)
def test_unknown_rules_are_errors(settings: FindingSettings) -> None:
    with pytest.raises(SettingsError, match="there is no rule 'apt-list'") as raised:
        found(settings)
    assert raised.value.hint == "did you mean apt-lists?"


def test_unknown_rules_are_errors_in_python_too() -> None:
    with pytest.raises(imgscan.ImgscanError, match="there is no rule 'quux'") as raised:
        imgscan.open("sample_images/app-2.0.tar").findings(select=["quux"])
    assert (raised.value.hint or "").startswith("known are: removed-files, ")


def test_inherited_findings_come_last_and_are_counted_apart() -> None:
    image = Image([Layer().file("usr/share/man/x", b"1" * 100), Layer().file("usr/include/x", b"1" * 3)])
    result = findings(image, own_from=1)
    assert [(each.rule, each.inherited) for each in result.found] == [("headers", False), ("man-pages", True)]
    assert (result.own.file_bytes, result.together.file_bytes) == (3, 103)
    assert repr(result) == "<Findings 2, together 103 bytes>"


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    text = '[findings]\nselect = ["a"]\n[findings.ignore-paths]\nb = ["**/c"]\n[findings.severity]\nd = "size"\n'
    expected = Settings(FindingSettings(("a",), (), {"b": ("**/c",)}, {"d": "size"}))
    (tmp_path / "imgscan.toml").write_text(text)
    assert load_settings(folder=tmp_path) == load_settings(tmp_path / "imgscan.toml") == expected
    (tmp_path / "pyproject.toml").write_text('[tool.imgscan.findings]\nselect = ["z"]\n')
    assert load_settings(folder=tmp_path) == expected
    assert load_settings(tmp_path / "pyproject.toml").findings.select == ("z",)


def test_the_project_s_file(tmp_path: Path) -> None:
    assert load_settings(folder=tmp_path) == Settings()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n')
    assert load_settings(folder=tmp_path) == Settings()
    (tmp_path / "pyproject.toml").write_text('[tool.imgscan.findings]\nignore = ["z"]\n')
    assert load_settings(folder=tmp_path).findings.ignore == ("z",)


KEYS = "known are: select, ignore, ignore-paths, severity"
SEVERITIES = "known are: security, size, waste"


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        ("[finding]", "there is no key finding", "did you mean findings?"),
        ("[findings]\nselected = []", "there is no key findings.selected", "did you mean select?"),
        ("[findings]\nignore_paths = {}", "there is no key findings.ignore_paths", "did you mean ignore-paths?"),
        ("[findings]\nxyz = 1", "there is no key findings.xyz", KEYS),
        ('[findings]\n"a\\"b c" = 1', 'there is no key findings."a\\"b c"', KEYS),
        ("findings = 5", "findings has to be a table, not an integer", None),
        ("[findings]\nselect = 1", "findings.select has to be an array of strings, not an integer", None),
        ("[findings]\nselect = 'a'", "findings.select has to be an array of strings, not a string", None),
        ("[findings]\nignore = ['a', 2.5]", "findings.ignore (entry 2) has to be a string, not a number", None),
        ("[findings]\nignore-paths = []", "findings.ignore-paths has to be a table, not an array", None),
        ("[findings]\nignore-paths.a = 'b'", "findings.ignore-paths.a has to be an array of strings, not a string", None),
        ("[findings]\nignore-paths.'a b' = [true]", 'findings.ignore-paths."a b" (entry 1) has to be a string, not a boolean', None),
        ("[findings.severity]\na = 'wast'", "findings.severity.a cannot be 'wast'", "did you mean waste?"),
        ("[findings.severity]\na = 2020-01-01", "findings.severity.a cannot be datetime.date(2020, 1, 1)", SEVERITIES),
        ("[findings]\nselect = 12:00:00", "findings.select has to be an array of strings, not a time", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path: Path, text: str, says: str, hint: str | None) -> None:
    """File, key, what is wrong and what is like it; in pyproject.toml the key is the one that stands there."""
    file = tmp_path / "imgscan.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as raised:
        load_settings(file)
    assert (str(raised.value), raised.value.hint) == (f"{file}, line {text.count(chr(10)) + 1}: {says}", hint)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "[tool.imgscan.findings]\nselect = 1",
            "tool.imgscan.findings.select has to be an array of strings, not an in",
        ),
        ("[tool.imgscan]\nfindigs = 1", "there is no key tool.imgscan.findigs"),
        ("[tool]\nimgscan = ''", "tool.imgscan has to be a table, not a string"),
        ("[tool]\nimgscan = 0", "tool.imgscan has to be a table, not an integer"),
    ],
)
def test_keys_of_the_project_s_file_are_whole(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(text)
    for load in (lambda: load_settings(file), lambda: load_settings(folder=tmp_path)):
        with pytest.raises(SettingsError) as raised:
            load()
        assert str(raised.value).startswith(f"{file}, line {text.count(chr(10)) + 1}: {says}")


@pytest.mark.parametrize("content", [b"[findings\n", b"\xff", b"a = " + b"[" * 100_000, b"a.b = 1\na = 2"])
def test_what_is_no_toml_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "imgscan.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"imgscan\.toml(, line [12]: not TOML: | is nested too deeply)"):
        load_settings(folder=tmp_path)


@pytest.mark.parametrize("table", ["select = ['x']", "ignore = ['x']", "ignore-paths.x = []", "severity.x = 'size'"])
def test_a_rule_that_there_is_not_is_named_with_its_key(tmp_path: Path, table: str) -> None:
    for name, above in (("imgscan.toml", ""), ("pyproject.toml", "tool.imgscan.")):
        file = tmp_path / name
        file.write_text(f"[{above}findings]\n{table}\n")
        key = f"findings.{table.partition(' ')[0].removesuffix('.x')}"
        with pytest.raises(SettingsError) as raised:
            checked_settings(file)
        assert str(raised.value) == f"{file}, line 2: {key}: there is no rule 'x'"
        assert (raised.value.hint or "").startswith("known are: removed-files, ")


def test_a_rule_that_there_is_not_is_told_with_its_own_line(tmp_path: Path) -> None:
    file = tmp_path / "imgscan.toml"
    file.write_text("[findings.ignore-paths]\napt-lists = ['a']\nx = ['b']\n")
    with pytest.raises(SettingsError, match=r"line 3: findings\.ignore-paths: there is no rule 'x'"):
        checked_settings(file)


JSON = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=9), each, max_size=3),
)
KEYED = st.dictionaries(st.sampled_from(["findings", "x"]), JSON | st.dictionaries(
    st.sampled_from(["select", "ignore", "ignore-paths", "severity", "y"]),
    JSON | st.dictionaries(st.text(max_size=3), st.sampled_from(["size", "waste", "z", 1]) | st.lists(st.text())),
))  # fmt: skip


@given(KEYED)
def test_the_check_and_the_decoder_agree(content: dict[str, object]) -> None:
    """What the decoder refuses has a misfit that names it, and what it takes has none."""
    found = misfit(content, type_info(Settings))
    try:
        msgspec.convert(content, Settings)
    except msgspec.ValidationError:
        assert found is not None
    else:
        assert found is None


def test_a_file_that_is_not_there_is_an_error_where_it_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read .*none\.toml: No such file"):
        load_settings(tmp_path / "none.toml")
