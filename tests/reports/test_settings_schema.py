"""The schema of settings files: what the types say, and it takes and refuses what imgscan itself does."""

import json
import re
import tomllib
from datetime import date
from typing import Any

import jsonschema
import pytest

import imgscan
from analyzer.errors import SettingsError
from imgscan.cli.gate_rules import rule_book
from reports.settings_schema import ID, PATH, settings_schema_text
from tests.cli.conftest import ROOT

SCHEMA = json.loads(PATH.read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
EXAMPLES = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "gates.md").read_text(), re.DOTALL)


def _as_json(content: Any) -> Any:
    return json.loads(json.dumps(content, default=date.isoformat))


def _problems(text: str) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(_as_json(tomllib.loads(text)))]


def test_the_published_schema_is_what_the_types_say() -> None:
    assert PATH.read_text() == settings_schema_text()
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == ID


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_of_the_documentation_keep_to_it(text: str, tmp_path) -> None:
    assert _problems(text) == []
    (tmp_path / "imgscan.toml").write_text(text)
    rule_book(tmp_path / "imgscan.toml", (), None)


def test_a_starter_keeps_to_it() -> None:
    text = imgscan.open(ROOT / "sample_images" / "app-2.0.tar").starter()
    assert _problems(text) == []
    uncommented = re.sub(r"^# (?=[a-z\"\[])", "", text.partition("\n")[2], flags=re.MULTILINE)
    assert _problems(uncommented) == []


@pytest.mark.parametrize(
    "text",
    [
        "[gate.limit]\nlayers = 1",
        "[gate.limits]\nlayer = 1",
        "[gate.growth]\nfiles = 1",
        '[gate.limits]\nlayers = { limit = 1, level = "wran" }',
        "[gate.limits.layers]\nlevel = 'warn'",
        '[gate.forbidden]\nsetuid = "yes"',
        "[[gate.allow]]\nrule = 'limits.files'\nreason = 'x'",
        "[[gate.image]]\nnames = 'x'",
    ],
)
def test_what_imgscan_refuses_the_schema_refuses(text: str, tmp_path) -> None:
    (tmp_path / "imgscan.toml").write_text(text)
    with pytest.raises(SettingsError):
        rule_book(tmp_path / "imgscan.toml", (), None)
    assert _problems(text)
