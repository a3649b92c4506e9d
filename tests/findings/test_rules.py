"""Each rule finds what it is about, and nothing in what comes close."""

import pytest

from analyzer.findings.model import SEVERITIES
from analyzer.findings.rules import RULES
from tests.findings.cases import CASES
from tests.findings.finding import findings

every_rule = pytest.mark.parametrize("rule", [rule.id for rule in RULES])


def test_every_rule_has_a_case() -> None:
    assert [rule.id for rule in RULES] == list(CASES)


@every_rule
def test_what_fires(rule: str) -> None:
    case = CASES[rule]
    found = findings(case.fires, rule, facts=case.facts).found
    assert tuple(path for finding in found for path in sorted(finding.paths)) == tuple(case.paths)
    assert sum(finding.count for finding in found) == len(case.paths)
    assert sum(finding.file_bytes for finding in found) == case.bytes
    assert tuple(finding.layer for finding in found) == case.layers
    assert {finding.rule for finding in found} == {rule}
    assert any(case.edit in finding.edit for finding in found), found[0].edit
    assert all(finding.pull_bytes is None and not finding.inherited for finding in found)


@every_rule
def test_what_stays_silent(rule: str) -> None:
    case = CASES[rule]
    assert findings(case.silent, rule, facts=case.silent_facts).found == ()


@every_rule
def test_the_data_of_a_rule_are_complete(rule: str) -> None:
    data = next(each for each in RULES if each.id == rule)
    assert data.severity in SEVERITIES
    assert data.title[0].isupper()
    assert not data.title.endswith(".")
    assert data.meaning.endswith(".")
    assert data.bad != data.good
    assert "hush" not in data.meaning


def test_no_value_of_a_secret_is_shown_anywhere() -> None:
    for finding in findings(CASES["secret-values"].fires).found:
        assert "hush" not in repr([vars(finding)])
        assert "ABCDEFGH" not in repr([vars(finding)])


def test_a_secret_in_an_instruction_is_left_out_of_other_findings() -> None:
    from tests.images import Image, Layer, step

    image = Image(
        [Layer().file("var/lib/apt/lists/a", b"1")],
        history=[step("RUN |1 API_TOKEN=hush /bin/sh -c curl https://a:hush@example.com -H X_SECRET='hush hush'")],
    )
    (finding,) = findings(image, "apt-lists").found
    assert finding.instruction == "RUN curl https://…@example.com -H X_SECRET=…"
    assert "hush" not in finding.edit
