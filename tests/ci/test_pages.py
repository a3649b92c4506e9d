"""docs/ci and docs/moving.md: what they show is run, with a stand-in for the engine."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import imgscan
from tests.ci.actions import ROOT, Run, action
from tests.ci.conftest import TEMPLATE, Job, schema_problems, shell
from tests.ci.server import Comments
from tests.docs.pages import blocks, page, tables_by_heading
from tests.images import Image, Layer, gzip, oci_layout

GITHUB = [yaml.safe_load(text) for text in blocks(page("ci/github.md"), "yaml")]
WORKFLOWS = [each for each in GITHUB if isinstance(each, dict)]
STEPS = [step for each in GITHUB if isinstance(each, list) for step in each]
SCRIPTS = blocks(page("ci/shell.md"), "sh")
JENKINS = re.findall(r"\bsh '''(.*?)'''|\bsh '([^'\n]+)'", page("ci/jenkins.md"), re.DOTALL)
MOVES = [
    (command.replace("\\|", "|"), "disl" in row[0])
    for rows in tables_by_heading(page("moving.md")).values()
    for row in rows
    for command in re.findall(r"`((?:docker save|imgscan) (?:[^`\\]|\\\|)*)`", row[1])
]


def _problems(workflows: list[dict[Any, Any]], folder: Path) -> str:
    paths = [folder / f"{number}.yml" for number in range(len(workflows))]
    for workflow, path in zip(workflows, paths, strict=True):
        path.write_text(yaml.safe_dump({("on" if key is True else key): value for key, value in workflow.items()}))
    return schema_problems("vendor.github-workflows", *paths)


def test_workflows_keep_to_the_schema(tmp_path: Path) -> None:
    assert len(WORKFLOWS) == 2
    (job,) = WORKFLOWS[0]["jobs"].values()
    jobs = [{**job, "steps": [*job["steps"], step]} for step in STEPS]
    assert _problems([*WORKFLOWS, *({**WORKFLOWS[0], "jobs": {"gate": each}} for each in jobs)], tmp_path) == ""
    assert _problems([{**WORKFLOWS[0], "jobs": {"gate": {"steps": [{"use": "x"}]}}}], tmp_path) != ""


def test_the_workflow_of_the_page(workspace: Path, machine: dict[str, str], runner_temp: Path) -> None:
    """Its scripts one after the other, the action with its inputs, and then the comment."""
    with Comments([]) as server:
        machine |= {"GITHUB_API_URL": server.url, "GITHUB_REPOSITORY": "acme/app"}
        (job,) = WORKFLOWS[0]["jobs"].values()
        for step in job["steps"]:
            if "run" in step:
                done = shell(step["run"], workspace, machine)
                assert done.returncode == 0, done.stderr
            elif step["uses"] == "OWNER/imgscan@COMMIT":
                run = Run(workspace, runner_temp, machine, step["with"], event=7)
                assert run.steps("Judge", "Comment", "Verdict") == 0, run.log
        assert "passed  growth.rootfs_bytes" in run.log
        assert [body.splitlines()[2] for body in server.bodies] == [
            "### ✅ passed: `acme/app:2.0`, against `acme/app:1.0`"
        ]


def test_the_second_workflow_writes_the_comment(workspace: Path, machine: dict[str, str]) -> None:
    (job,) = WORKFLOWS[1]["jobs"].values()
    (script,) = (step["run"] for step in job["steps"] if step.get("name") == "Comment")
    (workspace / "ci").symlink_to(ROOT / "ci")
    (workspace / "gate.md").write_text("<!-- imgscan gate -->\nof a fork\n")
    with Comments(["<!-- imgscan gate -->\nbefore\n"]) as server:
        environment = {**machine, "GITHUB_API_URL": server.url, "GITHUB_REPOSITORY": "acme/app", "GITHUB_TOKEN": "t"}
        for number in ("7", ""):
            done = shell(script, workspace, {**environment, "PULL_REQUEST": number})
            assert done.returncode == 0, done.stderr
        assert server.bodies == ["<!-- imgscan gate -->\nof a fork\n"]
        assert "there is no pull request" in done.stdout


def test_the_step_without_the_action(workspace: Path, machine: dict[str, str]) -> None:
    (script,) = (step["run"] for step in STEPS if "run" in step)
    (workspace / "main.tar").symlink_to(workspace / "old.tar")
    summary = workspace / "summary.md"
    assert shell(script, workspace, {**machine, "GITHUB_STEP_SUMMARY": str(summary)}).returncode == 0
    assert summary.read_text().startswith("<!-- imgscan gate -->")


def test_outputs_that_the_page_names_are_there() -> None:
    named = set(re.findall(r"steps\.gate\.outputs\.(\w+)", page("ci/github.md")))
    assert named
    assert named <= set(action()["outputs"])


def test_the_job_of_the_page_on_gitlab(job: Job, workspace: Path, machine: dict[str, str]) -> None:
    """With the baseline that the page says how to make."""
    text = page("ci/gitlab.md")
    (pipeline,) = (yaml.safe_load(each) for each in blocks(text, "yaml"))
    (report,) = re.findall(r"^    (imgscan report .*)$", text, re.MULTILINE)
    (workspace / "ci").mkdir()
    (workspace / "image.tar").symlink_to(workspace / "old.tar")
    assert shell(report, workspace, machine).returncode == 0
    (workspace / "image.tar").unlink()
    (workspace / "image.tar").symlink_to(workspace / "new.tar")
    (workspace / "imgscan.toml").write_text('[gate.growth]\nrootfs_bytes = "50 kB"\n')
    done = job(**pipeline["image-size"]["variables"])
    assert (done.returncode, done.stderr) == (1, "")
    (issue,) = json.loads((workspace / "gl-code-quality-report.json").read_text())
    assert issue["location"]["path"] == "Dockerfile"
    named = {row[0].strip("`") for row in tables_by_heading(text)["The gate on GitLab"]}
    assert named == set(re.findall(r"IMGSCAN_\w+", TEMPLATE.read_text()))


def test_the_pipeline_of_the_page_on_jenkins(workspace: Path, machine: dict[str, str]) -> None:
    assert len(JENKINS) == 3
    for script in map("".join, JENKINS):
        done = shell(script, workspace, machine)
        assert done.returncode == 0, done.stderr
    assert sorted(each.name for each in workspace.glob("gate.*")) == ["gate.json", "gate.md", "gate.xml"]


@pytest.mark.parametrize("script", SCRIPTS, ids=range(len(SCRIPTS)))
def test_scripts_of_the_page_on_shells(script: str, workspace: Path, machine: dict[str, str]) -> None:
    (workspace / "main.tar").symlink_to(workspace / "old.tar")
    done = shell(script, workspace, machine)
    assert (done.returncode, done.stdout.partition(":")[0]) == (0, "passed"), done.stderr


def test_the_last_script_tells_failure_and_trouble_apart(workspace: Path, machine: dict[str, str]) -> None:
    script = SCRIPTS[-1]
    for rule, told in (("300 MB", "go on"), ("300 kB", "too large"), ("300 mb", "not judged")):
        assert shell(script.replace("300 MB", rule), workspace, machine).stdout.endswith(f"{told}\n")


@pytest.mark.parametrize(("command", "is_disl"), MOVES)
def test_commands_that_take_the_place_of_others(
    command: str, is_disl: bool, workspace: Path, machine: dict[str, str]
) -> None:
    """All are judged, and passed by a small image; those in place of disl fail beyond the limit."""
    (workspace / "main.tar").symlink_to(workspace / "old.tar")
    oci_layout(workspace / "build", Image([Layer().file("a", b"1")], compression=gzip))
    assert shell(command, workspace, machine).returncode == 0
    if is_disl:
        expected = 0 if "--report-only" in command else 1
        small = re.sub(r"file_bytes=\d+", "file_bytes=1", command)
        assert shell(small.replace(" MiB", " B"), workspace, machine).returncode == expected


def test_the_python_that_takes_the_place_of_another(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (expression,) = re.findall(r"`(imgscan\.open.*?) - limit`", page("moving.md"))
    monkeypatch.chdir(workspace)
    assert eval(expression, {"imgscan": imgscan}) == imgscan.open("new.tar").size.file_bytes
