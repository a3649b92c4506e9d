"""What helps to write rules: explanations of all of them, and a first file that the image keeps."""

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
    """Its example is one that settings take, and about that very rule."""
    text = explain(key)
    assert text.startswith(key if "." in key and not key.startswith("own.") else f"limits.{key}" if "." in key else key)
    example = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    if key.startswith("dive."):
        assert example == []
        return
    (tmp_path / "imgscan.toml").write_text("\n".join(example))
    gate = rule_book(tmp_path / "imgscan.toml", (), None).settings.gate
    assert gate != GateSettings()


def test_a_rule_that_there_is_not_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError) as told:
        explain("limits.layer")
    assert (str(told.value), told.value.hint) == ("there is no rule 'limits.layer'", "did you mean limits.layers?")
    with pytest.raises(UsageError):
        explain("growth.layers")
    with pytest.raises(UsageError) as told:
        explain("forbidden.path")
    assert told.value.hint == "did you mean forbidden.paths?"


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
