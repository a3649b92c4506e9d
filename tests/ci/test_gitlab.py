"""ci/gitlab-ci.yml: its lines are run as GitLab's runner runs them, one after the other in one shell."""

import json
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.ci.actions import ROOT
from tests.ci.conftest import TEMPLATE, Job, schema_problems, shell, template


def test_it_keeps_to_the_schema_of_gitlab(tmp_path: Path) -> None:
    used = tmp_path / "gitlab-ci.yml"
    used.write_text(TEMPLATE.read_text().replace(".imgscan-gate:", "image-size:"))  # jobs that are hidden pass unread
    assert schema_problems("vendor.gitlab-ci", used) == ""
    used.write_text(used.read_text().replace("when: always", "when: sometimes"))
    assert schema_problems("vendor.gitlab-ci", used) != ""


def test_a_broken_rule_fails_the_job_with_all_its_reports(job: Job, workspace: Path) -> None:
    (workspace / "imgscan.toml").write_text('[gate.growth]\nrootfs_bytes = "50 kB"\n[gate.limits]\nlayers = 20\n')
    done = job(IMGSCAN_IMAGE="new.tar", IMGSCAN_BASELINE="old.tar", IMGSCAN_DOCKERFILE="Dockerfile")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("failed: acme/app:2.0, against acme/app:1.0\n")
    artifacts = template()["artifacts"]
    files = [*artifacts["paths"], *artifacts["reports"].values()]
    assert [name for name in files if not (workspace / name).is_file()] == []
    (issue,) = json.loads((workspace / artifacts["reports"]["codequality"]).read_text())
    assert issue["location"] == {"path": "Dockerfile", "lines": {"begin": 36}}
    (suite,) = ET.parse(workspace / artifacts["reports"]["junit"]).getroot()
    assert suite.get("failures") == "1"


def test_without_a_baseline_and_with_options(job: Job, workspace: Path) -> None:
    """Variables that are empty are no words of the command."""
    assert job(IMGSCAN_IMAGE="new.tar", IMGSCAN_OPTIONS="--rule files=100 --rule layers=20").returncode == 0
    assert job(IMGSCAN_IMAGE="new.tar", IMGSCAN_OPTIONS="--rule files=1").returncode == 1
    assert job(IMGSCAN_IMAGE="new.tar", IMGSCAN_OPTIONS="--rule files=1 --report-only").returncode == 0
    assert job(IMGSCAN_IMAGE="missing.tar", IMGSCAN_OPTIONS="--rule files=1").returncode == 2


def test_names_with_spaces_and_signs_are_names(job: Job, workspace: Path) -> None:
    name = "$(touch pwned); it's new.tar"
    (workspace / name).symlink_to(workspace / "new.tar")
    done = job(IMGSCAN_IMAGE=name, IMGSCAN_BASELINE=name, IMGSCAN_OPTIONS="--rule growth.rootfs_bytes=0")
    assert done.returncode == 0
    assert not (workspace / "pwned").exists()


def test_installation(workspace: Path, offline: dict[str, str]) -> None:
    """It says what is missing, and installs what it is given."""
    script = "\n".join(template()["before_script"])
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    environment = {**offline, "PATH": path, "HOME": str(workspace)}
    refused = shell(script, workspace, environment)
    assert refused.returncode != 0
    assert "IMGSCAN_PACKAGE: set it to what pip shall install" in refused.stderr
    done = shell(f"{script}\n.imgscan/bin/imgscan --version", workspace, {**environment, "IMGSCAN_PACKAGE": str(ROOT)})
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("imgscan ")
