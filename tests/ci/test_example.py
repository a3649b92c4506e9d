"""examples/ci: what its README tells happens, with images that are built from its Dockerfile."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from tests.ci.actions import ROOT, Run
from tests.ci.building import build, noise
from tests.ci.conftest import schema_problems, shell
from tests.ci.server import Comments
from tests.docs.pages import page

EXAMPLE = ROOT / "examples" / "ci"
README = "../examples/ci/README.md"
WORKFLOW = Path(".github", "workflows", "image-size.yml")
ORDERS = noise("orders", 5_000_000)
EXCEPTION = """
[[gate.allow]]
rule = "growth.rootfs_bytes"
reason = "orders ship with the shop until the store is ready"
until = 2027-01-31
"""
BEFORE, LAST, AFTER = "1796083200", "1801439999", "1801440000"  # 2026-12-01, the end of 2027-01-31, the day after


class Checked(NamedTuple):
    status: int
    log: str
    comment: str
    verdict: dict


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The example as a checkout."""
    folder = tmp_path / "repository"
    shutil.copytree(EXAMPLE, folder)
    return folder


@pytest.fixture
def checked(repository: Path, machine: dict[str, str], runner_temp: Path) -> Callable[..., Checked]:
    """Run the example's workflow on what is in the repository now, on the day that is given."""

    def run(day: str = BEFORE) -> Checked:
        (repository / "new.tar").write_bytes(build(repository, "acme/shop:new"))
        (job,) = yaml.safe_load((repository / WORKFLOW).read_text())["jobs"].values()
        with Comments([]) as server:
            around = {"GITHUB_API_URL": server.url, "GITHUB_REPOSITORY": "acme/shop", "SOURCE_DATE_EPOCH": day}
            for step in job["steps"]:
                if "run" in step:
                    assert shell(step["run"], repository, machine).returncode == 0
                elif step["uses"].startswith("OWNER/imgscan@"):
                    used = Run(repository, runner_temp, {**machine, **around}, step["with"], event=7)
                    status = used.steps("Judge", "Comment", "Verdict")
            (comment,) = server.bodies
        (verdict,) = json.loads(Path(used.output("json")).read_text())
        return Checked(status, used.log, comment, verdict)

    return run


def test_the_workflow_keeps_to_the_schema() -> None:
    assert schema_problems("vendor.github-workflows", EXAMPLE / WORKFLOW) == ""


def test_the_baseline_is_what_the_command_of_the_page_writes(repository: Path, machine: dict[str, str]) -> None:
    committed = (repository / "imgscan-baseline.toml").read_bytes()
    (repository / "imgscan-baseline.toml").unlink()
    (repository / "shop.tar").write_bytes(build(repository, "acme/shop:main"))
    (command,) = re.findall(r"^    (imgscan baseline update shop\.tar)$", page(README), re.MULTILINE)
    assert shell(command, repository, {**machine, "SOURCE_DATE_EPOCH": BEFORE}).returncode == 0
    assert (repository / "imgscan-baseline.toml").read_bytes() == committed


def test_nothing_changed_passes(checked: Callable[..., Checked]) -> None:
    done = checked()
    assert done.status == 0, done.log
    assert "### ✅ passed" in done.comment
    assert {each["status"] for each in done.verdict["outcomes"]} == {"passed"}


def test_five_megabytes_in_a_folder_that_is_copied_fail_with_their_cause_first(
    checked: Callable[..., Checked], repository: Path
) -> None:
    (repository / "shop" / "orders").mkdir()
    (repository / "shop" / "orders" / "2026.csv").write_bytes(ORDERS)
    done = checked()
    assert done.status == 1
    layer, *_ = done.verdict["why"]["causes"]
    assert (layer["name"], layer["bytes"], layer["line"]) == ("COPY shop/ /srv/shop/shop/", 5_000_000, 4)
    assert [each["name"] for each in layer["causes"]] == ["srv/shop/shop/"]
    first = done.log.partition("The root filesystem grew by 5.00 MB")[2].splitlines()[1:3]
    assert first == [
        "  +5.00 MB  layer 3, Dockerfile:4  COPY shop/ /srv/shop/shop/",
        "      +5.00 MB  srv/shop/shop/",
    ]
    assert "- **+5.00 MB** layer 3, Dockerfile:4 `COPY shop/ /srv/shop/shop/`" in done.comment
    (annotation,) = [line for line in done.log.splitlines() if line.startswith("::error")]
    assert annotation.startswith("::error file=Dockerfile,line=4,")
    assert "acme/shop%3Anew::growth.rootfs_bytes: 5.13 MB, limit 1.13 MB, before 130 kB" in annotation


def test_five_megabytes_by_a_new_instruction_are_on_its_line(checked: Callable[..., Checked], repository: Path) -> None:
    (repository / "orders").mkdir()
    (repository / "orders" / "2026.csv").write_bytes(ORDERS)
    text = (repository / "Dockerfile").read_text()
    (repository / "Dockerfile").write_text(text.replace("ENV ", "COPY orders/ /srv/shop/orders/\nENV "))
    done = checked()
    assert done.status == 1
    assert done.verdict["why"]["causes"][0]["line"] == 5
    assert "::error file=Dockerfile,line=5," in done.log


def test_an_exception_with_a_reason_passes_until_it_runs_out(checked: Callable[..., Checked], repository: Path) -> None:
    (repository / "shop" / "orders.csv").write_bytes(ORDERS)
    with (repository / "imgscan.toml").open("a") as settings:
        settings.write(EXCEPTION)
    for day in (BEFORE, LAST):
        done = checked(day)
        assert done.status == 0
        assert "⏸️ allowed | `growth.rootfs_bytes`" in done.comment
        assert "orders ship with the shop until the store is ready" in done.comment
    done = checked(AFTER)
    assert done.status == 1
    assert "the exception ran out on 2027-01-31: orders ship with the shop" in done.comment
    assert done.verdict["why"]["causes"][0]["name"] == "COPY shop/ /srv/shop/shop/"


def test_what_is_approved_of_passes_and_is_seen_in_the_commit(
    checked: Callable[..., Checked], repository: Path, machine: dict[str, str]
) -> None:
    (repository / "shop" / "orders.csv").write_bytes(ORDERS)
    (repository / "shop.tar").write_bytes(build(repository, "acme/shop:new"))
    (command,) = re.findall(r"^    (imgscan baseline update .* --reason .*)$", page(README), re.MULTILINE)
    assert shell(command, repository, machine).returncode == 0
    assert 'reason = "orders ship with the shop"' in (repository / "imgscan-baseline.toml").read_text()
    assert checked().status == 0


def test_the_exception_in_the_comment_of_the_settings_is_that_one() -> None:
    commented = [line[2:] for line in (EXAMPLE / "imgscan.toml").read_text().splitlines() if line.startswith("# ")]
    assert "\n".join(commented).endswith(EXCEPTION.strip())


@pytest.mark.parametrize(
    ("path", "rule"),
    [("shop/__pycache__/shop.pyc", "forbidden.paths"), ("shop/.git/config", "forbidden.paths")],
)
def test_what_is_forbidden_fails(checked: Callable[..., Checked], repository: Path, path: str, rule: str) -> None:
    (repository / path).parent.mkdir()
    (repository / path).write_bytes(b"1")
    done = checked()
    assert done.status == 1
    assert [each["rule"] for each in done.verdict["outcomes"] if each["status"] == "failed"] == [rule]


def test_what_is_required_fails_when_it_goes(checked: Callable[..., Checked], repository: Path) -> None:
    lines = (repository / "Dockerfile").read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("USER", "LABEL"))]
    (repository / "Dockerfile").write_text("".join(kept))
    done = checked()
    failed = [each["rule"] for each in done.verdict["outcomes"] if each["status"] == "failed"]
    assert (done.status, failed) == (1, ["required.labels", "required.user"])
