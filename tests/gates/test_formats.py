"""Verdicts in all formats, of images that choose the names in them."""

from xml.etree import ElementTree as ET

import pytest

from analyzer.gates.outcome import Outcome
from reports import gate_github, gate_junit, gate_markdown, gate_terminal
from reports.gate_document import Verdict, as_json, build_gate

HOSTILE = "a\n::error::x\x1b[2J]]><script>|`@octocat`,:%0A\udcff"


def verdict(*statuses: str, name: str = "acme/app:1.0") -> Verdict:
    outcomes = [
        Outcome(f"forbidden.{name}", each, "count", 0, 1, paths=(name,), reason=name) for each in statuses
    ]  # fmt: skip
    return Verdict(build_gate(name, name, outcomes, [name]), None)


@pytest.mark.parametrize("render", [gate_terminal.render, gate_markdown.render, gate_github.render, gate_junit.render])
def test_names_begin_no_line_and_leave_no_control_characters(render) -> None:
    text = render([verdict("failed", "warned", "allowed", "passed", name=HOSTILE)])
    text.encode()
    assert [each for each in text if each < " " and each != "\n"] == []
    assert [line for line in text.splitlines() if "::error::x" in line and line.startswith("::error::")] == []


def test_names_in_markdown_stand_in_code() -> None:
    text = gate_markdown.render([verdict("failed", name="`@octocat` <b>|x|</b>")])
    assert text.count("@octocat") == 8
    for line in text.splitlines()[1:]:
        bare = "".join(line.split("``")[::2])
        assert "@octocat" not in bare
        assert "<b>" not in bare


def test_junit_counts_each_rule_once() -> None:
    root = ET.fromstring(gate_junit.render([verdict("failed", "warned", "allowed", "passed", name=HOSTILE)]))
    (suite,) = root
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("4", "1", "1")
    assert [[child.tag for child in case] for case in suite] == [["failure"], ["system-out"], ["skipped"], []]


def test_annotations_are_one_line_each_and_escaped() -> None:
    """The characters that a workflow command gives a meaning: actions/toolkit, command.ts."""
    lines = gate_github.render([verdict("failed", "warned", "allowed", "passed", name=HOSTILE)]).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning", "::notice"]
    for line in lines:
        title, message = line.split("::", 2)[1:]
        assert "%250A" in message
        assert "," not in title
        assert ":" not in title.replace("title=", "")


def test_markdown_of_many_images_fits_into_a_comment_failed_ones_first() -> None:
    verdicts = [verdict("passed", name=f"acme/{'x' * 90}:{at}") for at in range(400)] + [verdict("failed")]
    text = gate_markdown.render(verdicts)
    assert len(text) <= 65_536
    assert text.splitlines()[2].startswith("### ❌ failed: `acme/app:1.0`")
    shown = text.count("\n### ")
    assert f"and {401 - shown} more images" in text


def test_json_is_a_list_whatever_the_names_are() -> None:
    assert as_json([]).strip() == "[]"
