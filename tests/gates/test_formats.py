"""Verdicts in all formats, of images that choose the names in them."""

import json
import re
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from reports.gate import codequality, github, junit, markdown, sarif, terminal
from reports.gate import json as gate_json
from reports.gate.annotations import annotated
from reports.markdown_parts import LIMIT
from tests.gates.verdicts import HOSTILE, savings, verdict

STATUSES = ("failed", "warned", "allowed", "passed")
PRINTED = (terminal, markdown, github, junit, sarif, codequality)
each_format = pytest.mark.parametrize("module", PRINTED, ids=lambda module: module.__name__.rpartition("_")[2])


@each_format
def test_names_begin_no_line_and_leave_no_control_characters(module) -> None:
    text = module.render([verdict(*STATUSES, name=HOSTILE)])
    text.encode()
    assert [each for each in text if not each.isprintable() and each != "\n"] == []
    assert [line for line in text.splitlines() if line.lstrip().startswith("::error::")] == []


@each_format
def test_equal_verdicts_are_equal_bytes_and_no_verdicts_are_no_error(module) -> None:
    assert module.render([verdict(*STATUSES)]) == module.render([verdict(*STATUSES)])
    module.render([])
    module.render([verdict()])


def test_json_has_names_as_they_are_without_control_characters() -> None:
    name = HOSTILE.removesuffix("\udcff")  # no image has that in a name: bytes that are not UTF-8 are spelled out
    text = gate_json.render([verdict(*STATUSES, name=name)])
    assert [each for each in text if (each < " " and each != "\n") or "\x7f" <= each <= "\x9f"] == []
    assert json.loads(text)[0]["image"] == name
    assert gate_json.render([]).strip() == "[]"


def test_the_terminal_is_one_screen() -> None:
    """Whatever there is to tell: 100 columns, and fewer lines than a window has."""
    *lines, accepting = terminal.render([verdict(*STATUSES * 30, name=HOSTILE * 9)]).splitlines()
    assert max(map(len, lines)) <= 100 < len(accepting)  # a command to copy is whole
    assert len(terminal.render([verdict(*STATUSES, name=HOSTILE)]).splitlines()) <= 50


def test_long_names_leave_room_for_numbers() -> None:
    lines = terminal.render([verdict("failed", name="x" * 300)]).splitlines()
    assert lines[3].split()[-8:] == ["1", "B", "1,000", "B", "1,001", "B", "-1", "B"]
    (remark,) = [line for line in lines if line.endswith("more")]
    assert remark.endswith("xx… and 1,000 more")


def test_the_terminal_counts_the_rules_that_it_leaves_out() -> None:
    text = terminal.render([verdict(*["failed"] * 10, *["warned"] * 10)])
    assert "and 25 more rules, the worst of them failed" in text


def test_growth_has_a_number_before_and_what_is_forbidden_is_only_counted() -> None:
    head, growth, forbidden = terminal.render([verdict("failed")]).splitlines()[2:5]
    assert head.split() == ["rule", "before", "limit", "found", "left"]
    assert growth.split() == ["failed", "growth.acme/app:1.0", "1", "B", "1,000", "B", "1,001", "B", "-1", "B"]
    assert forbidden.split() == ["failed", "forbidden.acme/app:1.0", "1,001", "found"]


def test_a_limit_that_would_look_like_what_was_found_is_told_to_the_byte() -> None:
    """What was before is another number at sight, and stays short."""
    (failed, _) = verdict("failed").outcomes
    close = replace(failed, before=48_000_000, limit=350_000_000, found=350_000_001)
    for form, between in ((terminal, "  "), (markdown, " | ")):
        told = between.join(["48.0 MB", "350,000,000 B", "350,000,001 B", "-1 B"])
        assert told in form.render([replace(verdict(), outcomes=[close])])


def test_terminal_and_markdown_tell_the_same() -> None:
    """Numbers and words of ours; names are dressed in each its own way."""
    text, comment = (each.render([verdict(*STATUSES)]) for each in (terminal, markdown))
    for told in (
        "The root filesystem grew by 10 B (+10.0%), to 110 B",
        "Waste shrank by 4 B (-4.0%), to 96 B",
        "2 findings would win back 1.50 kB, all together",
        "not counted: 1 that save nothing, 2 of parents",
        "3 forbidden findings to mend",
        "and 2 more findings",
        "made by layer 3, Dockerfile:7",
        "layer 3, Dockerfile:7  apt-lists: Package lists",
        "and 1,000 more",
    ):
        assert told in text, told
        assert told in comment, told


LONG = "RUN apt-get install -y ca-certificates python3 python3-venv build-essential nodejs npm git curl"


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (f"{LONG} && apt-get clean", "RUN apt-get install -y ca-certificates… && apt-get clean"),
        (f"D:6\n-{LONG}\n+{LONG} && apt-get clean", "RUN apt-get install -y ca-certificates… && apt-get clean"),
        (f"D:6 (a has all edits)\n-{LONG}\n+{LONG} -x", "RUN apt-get install -y ca-certificates… -x"),
        ("D:6\n RUN a \\\n-  && b\n+  && b \\\n+  && c\nor, for z, too:\n-  && b\n+  && z", "&& b \\ && c"),
        ("a/D:6\n-RUN chmod 1 /a", "drop RUN chmod 1 /a"),
        (
            f"drop {LONG} and set the mode:\nD:6\n-{LONG}",
            "drop RUN apt-get install -y ca-certificates… and set the mode",
        ),
        ("make one RUN of a:1\nand b", "make one RUN of a:1"),
    ],
)
def test_an_edit_is_told_in_a_line_that_shows_the_change(edit, told) -> None:
    """Whether it is a sentence, or the lines of a Dockerfile: of these the ones that come, of one finding."""
    made = savings("a")
    found = replace(made.found[0], instruction=LONG, edit=edit)
    document = replace(verdict("failed"), savings=replace(made, found=[found]))
    assert f"            => {told}\n" in terminal.render([document])
    assert f"<br>`{told}`\n" in markdown.render([document])


def test_names_in_markdown_stand_in_code() -> None:
    text = markdown.render([verdict(*STATUSES, name="`@octocat` <b>|x|</b>")])
    assert text.count("@octocat") > 20
    for line in text.splitlines()[1:]:
        bare = "".join(line.split("``")[::2])
        assert "@octocat" not in bare
        assert "<b>" not in bare


def test_markdown_of_many_images_fits_into_a_comment_failed_ones_first() -> None:
    verdicts = [verdict("passed", name=f"acme/{'x' * 90}:{at}") for at in range(400)] + [verdict("failed")]
    text = markdown.render(verdicts)
    assert len(text) <= LIMIT
    assert text.splitlines()[0] == "<!-- imgscan gate -->"
    assert text.splitlines()[2].startswith("### ❌ failed: `acme/app:1.0`")
    shown = text.count("\n### ")
    assert f"and {401 - shown} more images" in text


def test_junit_counts_each_rule_once() -> None:
    root = ET.fromstring(junit.render([verdict(*STATUSES, name=HOSTILE)]))
    (suite,) = root
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("8", "2", "2")
    tags = [[child.tag for child in case] for case in suite]
    assert tags == [["failure"]] * 2 + [["system-out"]] * 2 + [["skipped"]] * 2 + [[]] * 2


def test_github_commands_are_one_line_each_and_escaped() -> None:
    """The characters that a workflow command gives a meaning: actions/toolkit, command.ts."""
    lines = github.render([verdict(*STATUSES, name=HOSTILE)]).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error"] * 2 + ["::warning"] * 2 + ["::notice"] * 3
    for line in lines:
        command, message = line.removeprefix("::").split("::", 1)
        assert "%250A" in message
        properties = dict(each.split("=", 1) for each in command.partition(" ")[2].split(","))
        assert list(properties) == (["title"] if line == lines[-1] else ["file", "line", "title"])  # the note's
        assert [each for each in properties.values() if ":" in each or "\n" in each] == []


def _as_the_runner_reads(line: str) -> tuple[str, dict[str, str], str]:
    """What actions/runner makes of a command: ActionCommand.TryParseV2, in its order of replacements."""
    found = re.fullmatch(r"::(\w+)(?: (.*?))?::(.*)", line)
    assert found is not None
    plain = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}

    def unescaped(text: str, *codes: str) -> str:
        for code in codes:
            text = text.replace(code, plain[code])
        return text

    pairs = (each.split("=", 1) for each in (found[2] or "").split(","))
    properties = {name: unescaped(value, *plain) for name, value in pairs}
    return found[1], properties, unescaped(found[3], "%0D", "%0A", "%25")


def test_github_gets_back_what_was_meant() -> None:
    name = "100%:a,b%0A::x"
    (first, *_) = github.render([verdict("failed", name=name)]).splitlines()
    command, properties, message = _as_the_runner_reads(first)
    assert command == "error"
    assert properties == {"file": name, "line": "7", "title": f"imgscan gate: {name}"}
    assert message.startswith(f"growth.{name}: 1,001 B, limit 1,000 B, before 1 B ({name}); {name}; most of it: ")


def test_a_rule_without_a_place_stands_where_rules_do_if_hosts_want_a_file() -> None:
    assert "file=" not in github.render([verdict("failed", line=None)])
    log = json.loads(sarif.render([verdict("failed", line=None)]))
    places = [place["physicalLocation"] for each in log["runs"][0]["results"] for place in each["locations"]]
    assert [(each["artifactLocation"]["uri"], each["region"]) for each in places] == [
        ("imgscan.toml", {"startLine": 1})
    ] * 2
    issues = json.loads(codequality.render([verdict("failed", line=None)]))
    assert [each["location"] for each in issues] == [{"path": "imgscan.toml", "lines": {"begin": 1}}] * 2


def test_growth_names_its_cause() -> None:
    growth, forbidden = (each.message for each in annotated([verdict("failed")]))
    assert growth.endswith("; most of it: layer 3, Dockerfile:7 acme/app:1.0 +7 B, acme/app:1.0 +4 B")
    assert "most of it" not in forbidden


def test_fingerprints_outlive_tags_lines_and_figures_and_are_each_there_once() -> None:
    def of(name: str, *more: str, line: int = 7) -> list[str]:
        verdicts = [verdict("failed", name="x")]
        rules = verdicts[0].outcomes
        made = [verdict("failed", name=each, line=line) for each in (name, *more)]
        made = [type(each)(**{**_fields(each), "outcomes": rules, "platform": "linux/amd64"}) for each in made]
        return [each.fingerprint for each in annotated(made)]

    assert of("acme/app:1.0") == of("acme/app:2.0", line=9) == of("docker.io/acme/app@sha256:00")
    assert not set(of("acme/app:1.0")) & set(of("acme/other:1.0"))
    both = of("acme/app:1.0", "acme/app:2.0")
    assert len(set(both)) == len(both) == 4
    assert both[:2] == of("acme/app:1.0")
    assert {len(each) for each in both} == {64}


def _fields(document) -> dict[str, object]:
    return {name: getattr(document, name) for name in document.__struct_fields__}


def test_sarif_messages_hold_no_links_and_no_placeholders() -> None:
    """SARIF 2.1.0, 3.11.5 and 3.11.6: of brackets and braces in a message only those that are escaped are text."""
    log = json.loads(sarif.render([verdict("failed", name="[x](http://evil) {0}")]))
    for result in log["runs"][0]["results"]:
        text = result["message"]["text"]
        assert re.findall(r"(?<!\\)[\[\]]", text) == []
        assert re.findall(r"[{}]", text.replace("{{", "").replace("}}", "")) == []


def test_an_exception_that_holds_is_a_suppression() -> None:
    log = json.loads(sarif.render([verdict("allowed", "failed")]))
    suppressions = [each["suppressions"] for each in log["runs"][0]["results"]]
    allowed = {"kind": "external", "status": "accepted", "justification": "acme/app:1.0"}
    assert suppressions == [[], [], [allowed], [allowed]]
