"""action.yml: its steps are run as they stand, with what a runner gives them."""

import json
import re
from pathlib import Path

import pytest

from tests.ci.actions import EXPRESSION, ROOT, action
from tests.ci.conftest import schema_problems
from tests.ci.server import Comments
from tests.images import Image, Layer, docker_archive

STEPS = action()["runs"]["steps"]
RULES = "growth.rootfs_bytes=50 kB\nlimits.layers=20\n"


def test_it_keeps_to_the_schema_of_actions(tmp_path: Path) -> None:
    assert schema_problems("vendor.github-actions", ROOT / "action.yml") == ""
    wrong = tmp_path / "action.yml"
    wrong.write_text((ROOT / "action.yml").read_text().replace("using: composite", "using: shell"))
    assert schema_problems("vendor.github-actions", wrong) != ""


def test_inputs_never_get_into_the_text_of_a_script() -> None:
    """A title of a pull request, or the name of a file, would be run."""
    assert [step["name"] for step in STEPS if "${{" in step["run"]] == []
    assert {step["shell"] for step in STEPS} == {"bash"}


def test_every_input_is_used_and_every_output_is_made() -> None:
    text = (ROOT / "action.yml").read_text()
    used = {name for name in EXPRESSION.findall(text) if name.startswith("inputs.")}
    used |= {f"inputs.{name}" for name in re.findall(r"if: .*inputs\.([\w-]+)", text)}
    assert used == {f"inputs.{name}" for name in action()["inputs"]}
    (judge,) = (step for step in STEPS if step.get("id") == "gate")
    made = set(re.findall(r'echo "(\w+)=', judge["run"]))
    assert made - {"code"} == set(action()["outputs"])


def test_a_broken_rule_fails_after_everything_is_told(used, workspace: Path) -> None:
    status, run = used(image="new.tar", baseline="old.tar", rules=RULES, dockerfile="Dockerfile")
    assert (status, run.output("status")) == (1, "failed")
    assert "failed  growth.rootfs_bytes" in run.log
    annotations = [line for line in run.log.splitlines() if line.startswith("::error ")]
    assert [line.partition(",title")[0] for line in annotations] == ["::error file=Dockerfile,line=36"]
    assert run.summary.startswith("<!-- imgscan gate -->")
    assert Path(run.output("markdown")).read_text() == run.summary
    assert json.loads(Path(run.output("json")).read_text())[0]["status"] == "failed"
    assert json.loads(Path(run.output("sarif")).read_text())["version"] == "2.1.0"
    assert Path(run.output("junit")).read_text().startswith("<?xml")
    assert sorted(each.name for each in workspace.iterdir()) == ["Dockerfile", "new.tar", "old.tar"]


def test_passed_trouble_and_report_only(used) -> None:
    assert used(image="new.tar", rules="layers=20")[0] == 0
    status, run = used(image="new.tar", rules="files=1", report_only="true")
    assert (status, run.output("status")) == (0, "failed")
    status, run = used(image="new.tar", rules="pull_bytes=1", report_only="true", comment="true", event=3)
    assert (status, run.output("status")) == (2, "trouble")
    assert "pull_bytes is not known" in run.log
    assert "Comment" in run.skipped


def test_several_images_and_settings_of_a_folder(used, workspace: Path) -> None:
    (workspace / "app").mkdir()
    (workspace / "app" / "imgscan.toml").write_text("[gate.limits]\nfiles = 36\n")
    status, run = used(image="../old.tar\n../new.tar\n", working_directory="app")
    assert status == 1
    verdicts = json.loads(Path(run.output("json")).read_text())
    assert [(each["image"], each["status"]) for each in verdicts] == [
        ("acme/app:1.0", "passed"),
        ("acme/app:2.0", "failed"),
    ]
    assert "::error file=app/imgscan.toml,line=" in run.log


HOSTILE = "$(touch pwned) `touch pwned`; touch pwned\t\"'&& touch pwned ${{ github.token }}"


@pytest.mark.parametrize("name", [each for each in action()["inputs"] if each not in ("python", "working-directory")])
def test_no_input_is_run(used, workspace: Path, name: str) -> None:
    """Each is a word of the command, whatever it holds."""
    inputs = {"image": "new.tar", "rules": "files=1", name.replace("-", "_"): HOSTILE}
    status, run = used(**inputs)
    assert status in (1, 2)
    assert "pwned" not in {each.name for each in workspace.iterdir()}
    assert run.output("status") in ("failed", "trouble")


def test_names_in_an_image_are_no_commands(used, workspace: Path) -> None:
    """Of either form that the runner knows: `::name::` at the start of a line, `##[name]` anywhere in one."""
    names = ["\n::error::x", "##[error]x", "::warning::x"]
    layer = Layer()
    for name in names:
        layer.file(f"evil/{name}", b"1")
    (workspace / "evil.tar").write_bytes(docker_archive(Image([layer], tags=["##[error]x:1"])))
    (workspace / "imgscan.toml").write_text('[gate.forbidden]\npaths = ["evil/*"]\n')
    status, run = used(image="evil.tar")
    assert status == 1
    before, _, rest = run.log.partition("::stop-commands::")
    token, _, rest = rest.partition("\n")
    stopped, _, after = rest.partition(f"\n::{token}::\n")
    assert (before, len(token)) == ("", 32)
    assert "\\x23#[error]x" in stopped
    assert "##[" not in run.log
    commands = [line for line in after.splitlines() if line]
    assert [line.partition(" ")[0] for line in commands] == ["::error"]


def test_the_comment_is_written_once_and_then_replaced(used) -> None:
    with Comments(["hello", "<!-- other -->"]) as server:
        inputs = {"image": "new.tar", "baseline": "old.tar", "comment": "true", "event": 7}
        inputs["environment"] = {"GITHUB_API_URL": server.url, "GITHUB_REPOSITORY": "acme/app"}
        assert used(rules="growth.rootfs_bytes=50 kB", **inputs)[0] == 1
        assert len(server.bodies) == 3
        assert "❌ failed: `acme/app:2.0`" in server.bodies[2]
        assert used(rules="growth.rootfs_bytes=5 MB", **inputs)[0] == 0
        assert len(server.bodies) == 3
        assert "✅ passed: `acme/app:2.0`" in server.bodies[2]
        assert server.bodies[:2] == ["hello", "<!-- other -->"]
        assert server.asked[0] == "GET /repos/acme/app/issues/7/comments?per_page=100&page=1"
        assert server.tokens == {"Bearer token-of-the-job"}


def test_the_comment_is_found_among_many(used) -> None:
    with Comments([*(f"comment {at}" for at in range(150)), "<!-- imgscan gate -->\nold", *["x"] * 60]) as server:
        environment = {"GITHUB_API_URL": server.url, "GITHUB_REPOSITORY": "acme/app"}
        assert used(image="new.tar", rules="files=100", comment="true", event=7, environment=environment)[0] == 0
        assert len(server.bodies) == 211
        assert "✅ passed" in server.bodies[150]


def test_a_run_from_a_fork_goes_without_a_comment(used) -> None:
    """Its token may only read. The verdict is what the job ends with all the same."""
    with Comments([], may_write=False) as server:
        environment = {"GITHUB_API_URL": server.url, "GITHUB_REPOSITORY": "acme/app"}
        status, run = used(image="new.tar", rules="files=1", comment="true", event=7, environment=environment)
        assert status == 1
        assert "::notice::no comment: the token may not write one (403)" in run.log
        assert server.bodies == []


def test_a_push_has_no_comment(used) -> None:
    status, run = used(image="new.tar", rules="files=100", comment="true")
    assert (status, run.skipped) == (0, ["Comment"])
