"""What helps to write rules: explanations of all of them, and a first file that the image keeps."""

import itertools
import re
import textwrap
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from analyzer.errors import UsageError
from analyzer.gates.amounts import parse_bytes
from analyzer.gates.explained import EXPLAINED, explain, rule_keys
from analyzer.gates.rules import Rules, rules_of
from analyzer.gates.starter import _rounded_up
from analyzer.settings import load_settings
from analyzer.settings_gate import LIMIT_TABLES, Forbidden, GateSettings, Required
from imgscan.cli.gate_rules import rule_book
from tests.cli.conftest import ROOT
from tests.diff.pairs import image_of
from tests.images import Layer, gzip

SAMPLES = ROOT / "sample_images"


def test_every_key_of_the_settings_is_explained() -> None:
    told = {each.key for each in EXPLAINED}
    assert {name.replace("_", "-") for name in LIMIT_TABLES} <= told
    for table in (Forbidden, Required):
        assert {f"{table.__name__.lower()}.{each.encode_name}" for each in msgspec.structs.fields(table)} <= told
    assert {each.encode_name for each in msgspec.structs.fields(GateSettings)} - told == {
        "forbidden", "required", "image", "allow", "baseline",
    }  # fmt: skip


@pytest.mark.parametrize("key", [*rule_keys(), "own.files", "growth.own.waste_bytes", "packages.numpy", "layers.RUN *"])
def test_every_rule_has_an_explanation_that_is_right(key: str, tmp_path: Path) -> None:
    """Its examples are what settings take, and about that very rule; the second one is the first that warns."""
    text = explain(key)
    assert text.startswith(key if "." in key and not key.startswith("own.") else f"limits.{key}" if "." in key else key)
    examples = re.findall(r"(?:^    .*\n)+", text, re.MULTILINE)
    assert len(examples) == (0 if key.startswith("dive.") else 2)
    rules = []
    for example in examples:
        (tmp_path / "imgscan.toml").write_text(textwrap.dedent(example))
        gate = rule_book(tmp_path / "imgscan.toml", (), None).settings.gate
        assert gate != GateSettings()
        rules.append(rules_of(gate))
    if rules:
        failing, warning = (_rule_of(each) for each in rules)
        assert (failing.level, warning) == ("fail", msgspec.structs.replace(failing, level="warn"))


def _rule_of(rules: Rules):
    tables = (rules.limits, rules.paths, rules.packages, rules.layers, rules.growth, rules.creep)
    (rule,) = itertools.chain(*tables, rules.forbidden, rules.required)
    return rule


def test_a_rule_that_there_is_not_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError) as told:
        explain("limits.layer")
    assert (str(told.value), told.value.hint) == ("there is no rule 'limits.layer'", "did you mean limits.layers?")
    with pytest.raises(UsageError):
        explain("growth.layers")
    with pytest.raises(UsageError) as told:
        explain("forbidden.path")
    assert told.value.hint == "did you mean forbidden.paths?"
    with pytest.raises(UsageError) as told:
        explain("limits.own.fil")
    assert told.value.hint == "did you mean limits.own.files?"


def test_a_rule_that_is_like_none_is_told_all_of_them_once() -> None:
    with pytest.raises(UsageError) as told:
        explain("xyzzy")
    words = told.value.hint.removeprefix("known are: ").split(", ")
    assert words == ["limits", "growth", "creep", *rule_keys()]
    assert len({*words}) == len(words)


IMAGES = {
    "sample": lambda: imgscan.open(SAMPLES / "app-2.0.tar"),
    "packages": lambda: imgscan.open(SAMPLES / "packages.tar"),
    "compressed": lambda: imgscan.open(SAMPLES / "built-by-buildkit.tar.gz"),
    "without files": lambda: image_of(Layer()),
    "with a setuid file": lambda: image_of(Layer().file("su", b"1", mode=0o4755), compression=gzip),
}


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_keeps_the_rules_that_were_made_for_it(name: str, tmp_path: Path) -> None:
    image = IMAGES[name]()
    (tmp_path / "imgscan.toml").write_text(image.starter())
    rules = rule_book(tmp_path / "imgscan.toml", (), None).rules_for(image.name, image.platform)
    weights = image.weigh(None, rules.asked)
    outcomes = image.judge(rules, weights, weights, date(2026, 5, 1))
    assert {each.status for each in outcomes} == {"passed"}
    assert {"limits.rootfs_bytes", "limits.layers", "growth.rootfs_bytes"} <= {each.key for each in outcomes}


def test_a_name_cannot_write_rules(tmp_path: Path) -> None:
    hostile = image_of(Layer(), tags=("a/b:c\n[gate.paths]\nx = 1",))
    (tmp_path / "imgscan.toml").write_text(hostile.starter())
    assert load_settings(tmp_path / "imgscan.toml").gate.paths == {}


@given(st.integers(0, 10**14))
def test_a_limit_is_little_more(found: int) -> None:
    limit = parse_bytes(_rounded_up(found), "x")
    assert found * 1.1 <= limit * (1 + 1e-9)
    assert limit <= found * 1.22 + 2
