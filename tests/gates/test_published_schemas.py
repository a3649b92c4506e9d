"""Verdicts against the schemas that others published for SARIF, JUnit's XML and Code Quality."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema

from reports.gate import codequality, junit, sarif
from reports.gate.document import GateDocument
from tests.gates.verdicts import HOSTILE, verdict

SCHEMAS = Path(__file__).parent / "schemas"
STATUSES = ("failed", "warned", "allowed", "passed")
VERDICTS = {
    "no image": [],
    "no rule": [verdict()],
    "passed": [verdict("passed")],
    "all": [verdict(*STATUSES), verdict("failed")],
    "nowhere": [verdict(*STATUSES, line=None)],
    "hostile": [verdict(*STATUSES, name=HOSTILE)],
    "empty names": [verdict(*STATUSES, name="")],
}
each_verdict = pytest.mark.parametrize("verdicts", VERDICTS.values(), ids=VERDICTS)

SARIF = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text())
JUNIT = xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))
CODE_QUALITY = json.loads((SCHEMAS / "gitlab-code-quality.schema.json").read_text())


def _problems(document: Any, schema: Any, kind: Any) -> list[str]:
    validator = kind(schema, format_checker=jsonschema.FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


@each_verdict
def test_sarif_keeps_to_the_schema_of_oasis(verdicts: list[GateDocument]) -> None:
    log = json.loads(sarif.render(verdicts))
    assert _problems(log, SARIF, jsonschema.Draft4Validator) == []
    assert log["$schema"] == SARIF["id"]


def test_the_schema_of_oasis_refuses_what_is_wrong() -> None:
    """So that the test above can fail."""
    for place, value in (("version", "2.0.0"), ("runs", [{}]), ("results", [])):
        log = json.loads(sarif.render([verdict("failed")])) | {place: value}
        assert _problems(log, SARIF, jsonschema.Draft4Validator) != []
    log = json.loads(sarif.render([verdict("failed")]))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert _problems(log, SARIF, jsonschema.Draft4Validator) != []


@each_verdict
def test_junit_keeps_to_the_schema_of_jenkins(verdicts: list[GateDocument]) -> None:
    JUNIT.validate(junit.render(verdicts))


def test_the_schema_of_jenkins_refuses_what_is_wrong() -> None:
    made = junit.render([verdict("failed")])
    for right, wrong in (("<failure", "<failed"), (' tests="', ' test="'), ("<testcase", '<testcase line="1"')):
        assert right in made
        with pytest.raises(xmlschema.XMLSchemaValidationError):
            JUNIT.validate(made.replace(right, wrong))


@each_verdict
def test_code_quality_keeps_to_what_gitlab_documents(verdicts: list[GateDocument]) -> None:
    """GitLab publishes no schema, nor does Code Climate, whose form it takes: this one is ours, from its documentation."""
    issues = json.loads(codequality.render(verdicts))
    assert _problems(issues, CODE_QUALITY, jsonschema.Draft202012Validator) == []
    prints = [each["fingerprint"] for each in issues]
    assert len(set(prints)) == len(prints)


def test_the_schema_of_code_quality_refuses_what_is_wrong() -> None:
    def problems(**changes: object) -> list[str]:
        (issue, *_) = json.loads(codequality.render([verdict("failed")]))
        return _problems([issue | changes], CODE_QUALITY, jsonschema.Draft202012Validator)

    assert problems() == []
    for wrong in (
        {"severity": "high"},
        {"location": {"path": "./a", "lines": {"begin": 1}}},
        {"line": 1},
        {"fingerprint": ""},
    ):
        assert problems(**wrong) != []
