"""Settings: strict about what they say, and applied as the documentation says."""

from pathlib import Path

import pytest

import imgscan
from analyzer.errors import SettingsError
from analyzer.settings import FindingSettings, Settings, load_settings
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


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[finding]\n", "unknown key: finding$", "did you mean findings?"),
        ("[findings]\nselected = []\n", r"unknown key: findings\.selected$", "did you mean select?"),
        ("[findings]\nignore_paths = {}\n", r"unknown key: findings\.ignore_paths$", "did you mean ignore-paths?"),
        ("[findings]\nxyz = 1\n", r"unknown key: findings\.xyz$", "known are: select, ignore, ignore-paths, severity"),
        ("[findings]\nselect = 1\n", r"Expected `array \| null`, got `int` - at `\$.findings.select`", None),
        ('[findings.severity]\na = "bad"\n', "Invalid enum value 'bad'", None),
        ("findings = 5\n", "Expected `object`, got `int`", None),
        ("[findings\n", "is not TOML: ", None),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str, hint: str | None) -> None:
    file = tmp_path / "imgscan.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=message) as raised:
        load_settings(file)
    assert raised.value.hint == hint
    assert str(file) in str(raised.value)


def test_a_file_that_is_not_there_is_an_error_where_it_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read .*none\.toml: No such file"):
        load_settings(tmp_path / "none.toml")
