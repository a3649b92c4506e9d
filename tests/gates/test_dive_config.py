"""`.dive-ci` files and the verdicts that follow: as dive's wherever it has one, an error that says where elsewhere."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import SettingsError
from analyzer.gates.dive.config import load_dive_rules, parse_dive_rules
from analyzer.gates.dive.figures import DiveFigures
from analyzer.gates.dive.rules import DiveRules
from analyzer.gates.dive.verdict import dive_verdicts
from tests.gates.dive import figures, judged
from tests.images import Image, Layer, docker_archive

OFF = DiveRules(None, None, None)


def _image(wasted: int, more: int = 0) -> bytes:
    """An image of which dive says that so many bytes are wasted, an even number, beside others."""
    half = bytes(wasted // 2)
    return docker_archive(Image([Layer().file("a", half), Layer().file("a", half).file("b", bytes(more))]))


def _assert_same_verdicts(archive: bytes, text: str) -> dict[str, str]:
    said, ours = judged(archive, text), dive_verdicts(figures(archive), parse_dive_rules(text, ".dive-ci"))
    assert {each.rule: each.status for each in ours} == said.statuses
    assert all(each.status != "fail" for each in ours) == said.passed
    return said.statuses


# Of the image: efficiency 0.8, 200 bytes wasted, 0.5 of the user's.
@pytest.mark.parametrize(
    ("rules", "statuses"),
    [
        ("", "fail skip fail"),
        ("rules:\n", "fail skip fail"),
        ("rules: {lowestEfficiency: }", "fail skip fail"),
        ("rules: {lowestEfficiency: ~, highestUserWastedPercent: null}", "fail skip fail"),
        ("rules: {lowestEfficiency: 0.8, highestWastedBytes: 200, highestUserWastedPercent: 0.5}", "pass pass pass"),
        (
            "rules: {lowestEfficiency: 0.80001, highestWastedBytes: 199, highestUserWastedPercent: .4999}",
            "fail fail fail",
        ),
        ("rules: {lowestEfficiency: 0.8000000000000000444}", "pass skip fail"),
        ("rules: {lowestEfficiency: 0.8000000000000001}", "fail skip fail"),
        ("rules: {lowestEfficiency: 0, highestWastedBytes: 0, highestUserWastedPercent: 1}", "pass fail pass"),
        (
            "rules: {LOWESTEFFICIENCY: '0.5', highestwastedbytes: \"1kB\", HighestUserWastedPercent: 5e-1}",
            "pass pass pass",
        ),
        ("Rules:\n  lowestEfficiency: disabled  # not now\n  highestUserWastedPercent: 'disabled'\n", "skip skip skip"),
        ('{"rules": {"lowestEfficiency": +.5}}', "pass skip fail"),
        ("\ufeffrules:\r\n  highestUserWastedPercent: !!str 0.6\r\n", "fail skip pass"),
        ("rules: {lowestEfficiency: 01, highestUserWastedPercent: 1.}", "fail skip pass"),
    ],
)  # fmt: skip
def test_verdicts_are_those_of_dive(rules: str, statuses: str) -> None:
    found = _assert_same_verdicts(_image(200, 300), rules)
    assert [found[rule] for rule in ("lowestEfficiency", "highestWastedBytes", "highestUserWastedPercent")] == (
        statuses.split()
    )


@pytest.mark.parametrize(
    ("limit", "most"),
    [
        ("1kB", 1000), ("1K", 1000), ("1 k", 1000), ("1KiB", 1024), ("1ki", 1024), ('"2  kb "', 2000), ("1.5kB", 1500),
        (".5KB", 500), ("1.0009 kB", 1000), ("1,000", 1000), ("1,0,0,0 b", 1000), ("10.9", 10), ("1e3", 1000),
        ("+10", 10), ("5.", 5), ("12,", 12), ("'010'", 10), ("1e-1", 0), ("0.004M", 4000), ("0.004Mi", 4194),
        ("0.000004 GB", 4000), ("0.000004GiB", 4294), ("0.00000001 TiB", 10995), ("1\u00a0kB", 1000), ("0", 0),
        ("-0", 0),
    ],
)  # fmt: skip
def test_bytes_are_read_as_dive_reads_them(limit: str, most: int) -> None:
    """At the limit and above it, in steps of two bytes, in which dive counts what is wasted here."""
    text = f"rules: {{lowestEfficiency: disabled, highestUserWastedPercent: disabled, highestWastedBytes: {limit} }}"
    if "," in limit:
        text = text.replace(f" {limit} ", f' "{limit}"')
    assert parse_dive_rules(text, "").highest_wasted_bytes == most
    assert _assert_same_verdicts(_image(most - most % 2), text)["highestWastedBytes"] == "pass"
    assert _assert_same_verdicts(_image(most + 2 - most % 2), text)["highestWastedBytes"] == "fail"


@pytest.mark.parametrize("limit", ["18EB", "1E", "1EiB", "15.9 EIB"])
def test_large_limits(limit: str) -> None:
    assert _assert_same_verdicts(_image(200), f"rules: {{highestWastedBytes: {limit}}}")["highestWastedBytes"] == "pass"


@pytest.mark.parametrize("layers", [[Layer().file("a", b"1")], [Layer().file("a", b"1").whiteout("a")], []])
def test_without_bytes_of_the_user(layers: list[Layer]) -> None:
    """The share is then no number, which passes any limit, or infinite."""
    _assert_same_verdicts(docker_archive(Image(layers)), "rules: {highestUserWastedPercent: 0}")


REFUSED_BY_BOTH = {
    "lowestEfficiency": [
        "Disabled", "' disabled '", "off", "false", "''", "1.5", "-0.1", "80%", ".inf", "inf", "true", "[0.5]",
        "{a: 1}", "2001-01-01", "' 0.5'", "1e1", "010", "0,5", "1.0001",
    ],
    "highestWastedBytes": [
        "'1e3'", "'1_0'", "-1", "' 10'", "10 bytes", "10 byte", "20EB", "16EiB", "10%", "nan", "1.2.3",
        "18446744073709551615", "kb", "'٣'", ".nan", "1:00", "','", "Disabled", "[1]", "''", "'+10'", "1kk",
    ],
    "highestUserWastedPercent": ["1.1", "10%", "-1"],
}  # fmt: skip


@pytest.mark.parametrize(("rule", "value"), [(rule, value) for rule, all_ in REFUSED_BY_BOTH.items() for value in all_])
def test_what_dive_calls_misconfigured_is_an_error(rule: str, value: str) -> None:
    text = f"rules:\n  {rule}: {value}\n"
    said = judged(_image(200), text)
    assert said.statuses[rule] == "misconfigured"
    assert not said.passed
    with pytest.raises(SettingsError, match=rf"^\.dive-ci, line 2: rules\.{rule} has to be "):
        parse_dive_rules(text, ".dive-ci")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "rules:\n  lowestEfficency: 0.9\n",
            "line 2: there is no key rules.lowestEfficency",
            "did you mean lowestEfficiency?",
        ),
        (
            "rules:\n\n  lowest-efficency: 0.9",
            "line 3: there is no key rules.lowest-efficency",
            "did you mean lowest-efficiency?",
        ),
        ("rules: {<<: {lowestEfficiency: 1}}", "line 1: there is no key rules.<<", None),
        ("# moved\nlowestEfficiency: 0.9\n", "line 2: lowestEfficiency has to stand below rules", None),
        ("rule:\n  lowestEfficiency: 0.9\n", "line 1: there is no key rule", "did you mean rules?"),
        ("rules.lowestEfficiency: 0.9", "line 1: there is no key rules.lowestEfficiency", "known are: rules"),
        ("- rules", "line 1: the file has to be a mapping of keys to values", None),
        ("rules: 3", "line 1: rules has to be a mapping of keys to values", None),
        ("rules:\n  ? [a]\n  : 1", "line 2: rules has a key that is no text", None),
        ("rules:\n  lowestEfficiency: 1\n  LowestEfficiency: 0\n", "line 3: LowestEfficiency is there twice", None),
        (
            "rules:\n  lowestEfficiency: 1\n  lowest-efficiency: 1\n",
            "line 3: rules.lowest-efficiency is set twice",
            None,
        ),
        ("rules: {}\nrules: {}\n", "line 2: rules is there twice", None),
        (
            "rules:\n  highestWastedBytes: 010",
            "line 2: rules.highestWastedBytes has to be a decimal number without leading zeros, not '010'",
            "to switch the rule off, write disabled",
        ),
        (
            "rules:\n  highestWastedBytes: 0x10",
            "line 2: rules.highestWastedBytes has to be an amount of bytes such as 20MB or 1.5GiB, not '0x10'",
            None,
        ),
        (
            "rules:\n  lowestEfficiency: .nan",
            "line 2: rules.lowestEfficiency has to be a number from 0 to 1, not '.nan'",
            None,
        ),
        (
            "rules:\n\tlowestEfficiency: 1",
            "line 2: not YAML: while scanning for the next token, found character '\\t' that cannot start any token",
            None,
        ),
        (
            "rules: [",
            "line 1: not YAML: while parsing a flow node, expected the node content, but found '<stream end>'",
            None,
        ),
        (
            "a: 1\n---\nb: 1\n",
            "line 2: not YAML: expected a single document in the stream, but found another document",
            None,
        ),
    ],
)  # fmt: skip
def test_errors_say_where_and_what(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_dive_rules(text, ".dive-ci")
    assert str(caught.value) == f".dive-ci, {message}"
    assert hint is None or caught.value.hint == hint


def test_later_versions_have_other_keys() -> None:
    text = "rules: {lowest-efficiency: 0.8, highest-wasted-bytes: 20MB, highest-user-wasted-percent: disabled}"
    assert parse_dive_rules(text, "") == DiveRules(0.8, 20_000_000, None)


def test_files(tmp_path: Path) -> None:
    file = tmp_path / ".dive-ci"
    with pytest.raises(SettingsError, match=r"^cannot read .*\.dive-ci: No such file or directory$"):
        load_dive_rules(file)
    file.write_bytes(b"rules: {} # \xff")
    with pytest.raises(SettingsError, match=r"\.dive-ci is not UTF-8: "):
        load_dive_rules(file)
    file.write_bytes(b"\xef\xbb\xbfrules: {lowestEfficiency: disabled, highestUserWastedPercent: disabled}")
    assert load_dive_rules(file) == OFF


def test_deep_nesting_is_an_error() -> None:
    with pytest.raises(SettingsError, match="nested too deeply"):
        parse_dive_rules("[" * 5000, ".dive-ci")


_WORDS = [
    "rules",
    ":",
    " ",
    "\n",
    "  ",
    "lowestEfficiency",
    "0.5",
    "&a",
    "*a",
    "[",
    "{",
    "!!",
    "'",
    "? ",
    "- ",
    "\0",
    "|",
    "%",
]


@given(st.text() | st.lists(st.sampled_from(_WORDS)).map("".join))
def test_any_text_gives_rules_or_an_error(text: str) -> None:
    try:
        outcome = repr(parse_dive_rules(text, ".dive-ci"))
    except SettingsError as error:
        outcome = str(error)
    assert outcome.startswith(("DiveRules(", ".dive-ci"))


def test_a_disabled_rule_passes_nothing_and_fails_nothing() -> None:
    worst = DiveFigures(0.0, 10**9, 0)
    assert {each.status for each in dive_verdicts(worst, OFF)} == {"skip"}
    assert {each.status for each in dive_verdicts(worst, DiveRules(0.1, 1, 1.0))} == {"fail"}
