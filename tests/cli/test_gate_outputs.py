"""What `imgscan gate` writes: formats and files of one run, places in Dockerfiles, and what must not be lost."""

import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.gating import NEW, OLD, PARENT, SAMPLES
from tests.images import Image, Layer, docker_archive


def test_formats_of_one_run_tell_the_same(gate, folder: Path) -> None:
    rules = ("-r", "growth.rootfs_bytes=50 kB", "-r", "layers=20", "--baseline", OLD)
    files = [folder / name for name in ("gate.md", "gate.xml", "gate.json", "gate.txt")]
    done = gate(NEW, *rules, *(word for file in files for word in ("-o", file)), "-f", "github")
    assert done.status == 1
    markdown, junit, document, text = (file.read_text() for file in files)
    assert markdown.splitlines()[0] == "<!-- imgscan gate -->"
    assert "| ❌ failed | `growth.rootfs_bytes` | 383 kB | 433 kB | 464 kB | -30.9 kB |" in markdown
    assert "`srv/app/export.sql`" in markdown
    (suite,) = ET.fromstring(junit)
    assert dict(suite.attrib) == {
        "name": "acme/app:2.0", "errors": "0", "tests": "2", "failures": "1", "skipped": "0",
    }  # fmt: skip
    cases = {case.get("name"): [each.tag for each in case] for case in suite}
    assert cases == {"growth.rootfs_bytes": ["failure"], "limits.layers": []}
    assert json.loads(document)[0]["status"] == "failed"
    assert text == gate(NEW, *rules).out
    assert done.out.startswith(
        "::error title=imgscan gate%3A acme/app%3A2.0::growth.rootfs_bytes: 464 kB, limit 433 kB, before 383 kB; "
        "most of it: layer 17 RUN cat catalogue.csv"
    )


DOCKERFILE = SAMPLES / "dockerfiles" / "app-2.0" / "Dockerfile"


def _places(document: str) -> dict[str, tuple[str, int]]:
    (verdict,) = json.loads(document)
    return {each["rule"]: (each["place"]["file"], each["place"]["line"]) for each in verdict["outcomes"]}


def test_annotations_stand_on_the_line_of_the_instruction_that_is_to_blame(gate, folder: Path) -> None:
    """Lines as `imgscan history --dockerfile` has them."""
    (folder / "docker").mkdir()
    (folder / "docker" / "Dockerfile").write_bytes(DOCKERFILE.read_bytes())
    (folder / "imgscan.toml").write_text(
        '[gate.forbidden]\npaths = ["srv/app/bin/**"]\npaths-in-any-layer = ["**/id_ed25519"]\n'
        'findings = ["secret-files"]\n[gate.required]\nlabels = ["not.there"]\n'
        '[gate.paths]\n"srv/app/*.csv" = 1\n[gate.limits]\nwaste_bytes = 1\n"own.file_bytes" = 1\nfile_bytes = 1\n'
    )
    rules = ("-r", "growth.rootfs_bytes=1", "--dockerfile", "docker/Dockerfile", "--parent", PARENT)
    done = gate(NEW, *rules, "--baseline", OLD, "-f", "json", "-o", "github:annotations")
    places = _places(done.out)
    assert {rule: line for rule, (file, line) in places.items() if file == "docker/Dockerfile"} == {
        "growth.rootfs_bytes": 36,  # RUN cat ... > export.sql
        "limits.file_bytes": 2,  # FROM: most of it is the parent image's
        "limits.own.file_bytes": 29,  # RUN chown -R
        "limits.waste_bytes": 29,
        "paths.srv/app/*.csv": 30,  # RUN chmod stored the larger one again
        "forbidden.paths": 13,  # COPY application/, whoever stored it again
        "forbidden.paths-in-any-layer": 16,  # COPY deploy/id_ed25519
        "forbidden.findings": 16,
    }
    assert places["required.labels"] == ("imgscan.toml", 6)  # labels = ["not.there"]
    annotations = (folder / "annotations").read_text().splitlines()
    assert sorted(each.partition(",title")[0] for each in annotations) == sorted(
        f"::error file={file},line={line}" for file, line in places.values()
    )


def test_paths_of_annotations_begin_at_the_root_of_the_repository(imgscan_command, environment, folder: Path) -> None:
    (folder / "app").mkdir()
    (folder / "app" / "Dockerfile").write_bytes(DOCKERFILE.read_bytes())
    command = [*imgscan_command, "gate", NEW, "-r", "files=1", "--dockerfile", "Dockerfile", "-f", "json"]
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        seen = {**environment, name: str(folder)}
        done = subprocess.run(command, cwd=folder / "app", env=seen, capture_output=True, text=True, check=False)
        assert [file for file, _ in _places(done.stdout).values()] == ["app/Dockerfile"]


def test_a_dockerfile_that_is_none_is_trouble_whether_or_not_a_rule_is_broken(gate, folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM\n")
    for arguments in (("--dockerfile", "missing"), ("--dockerfile", "Dockerfile"), ("--target", "x")):
        for rule in ("files=1", "files=100"):
            done = gate(NEW, "-r", rule, *arguments)
            assert (done.status, done.out) == (2, "")
            assert done.err.startswith("imgscan: error: ")


def test_a_dockerfile_of_another_image_gives_no_lines(gate, folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY a /a\n")
    done = gate(NEW, "-r", "files=1", "--dockerfile", "Dockerfile", "-f", "github")
    assert done.status == 1
    assert "file=" not in done.out
    assert "was not built from Dockerfile as it is" in done.err


def test_a_format_may_stand_before_the_file(gate, folder: Path) -> None:
    """As the names that hosts expect end in what says nothing."""
    gate(NEW, "-r", "files=1", "-o", "codequality:gl-code-quality-report.json", "-o", "g.sarif", "-o", "./text:x.md")
    (issue,) = json.loads((folder / "gl-code-quality-report.json").read_text())
    assert issue["check_name"] == "imgscan.gate.limits.files"
    assert json.loads((folder / "g.sarif").read_text())["version"] == "2.1.0"
    assert (folder / "text:x.md").read_text().startswith("<!-- imgscan gate -->")


def test_the_summary_of_a_job_is_added_to(imgscan_command, environment, folder: Path) -> None:
    def with_summary(file: Path) -> subprocess.CompletedProcess[str]:
        command = [*imgscan_command, "gate", NEW, "-r", "layers=20"]
        seen = {**environment, "GITHUB_STEP_SUMMARY": str(file)}
        return subprocess.run(command, env=seen, capture_output=True, text=True, timeout=60, check=False)

    summary = folder / "summary.md"
    summary.write_text("before\n")
    assert with_summary(summary).returncode == 0
    assert summary.read_text().startswith("before\n<!-- imgscan gate -->\n")
    done = with_summary(folder / "missing" / "summary.md")
    assert (done.returncode, done.stdout[:6]) == (2, "passed")
    assert "cannot write to $GITHUB_STEP_SUMMARY" in done.stderr


def test_an_ending_that_is_no_format_is_said_before_anything_is_read(gate, folder: Path) -> None:
    done = gate("missing.tar", "-o", folder / "gate.pdf")
    assert (done.status, done.err.splitlines()[0]) == (2, "imgscan: error: no format is called .pdf")


def test_an_estimate_says_so_wherever_it_stands(gate, folder: Path) -> None:
    files = [folder / name for name in ("gate.md", "gate.xml", "gate.json", "gate.txt")]
    done = gate(
        NEW,
        "--estimate-pull",
        "-r",
        "pull_bytes=1 kB",
        "-f",
        "github",
        *(word for file in files for word in ("-o", file)),
    )
    assert done.status == 1
    for text in (done.out, *(file.read_text() for file in files)):
        assert "estimated" in text
    assert gate(NEW, "--estimate-pull", "-r", "layers=100", "-f", "json").out.count('"estimated": false') == 1


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("settings.toml", ["--config", "settings.toml"]),
        ("before.tar", ["--baseline", "before.tar"]),
        ("Dockerfile", ["--dockerfile", "Dockerfile"]),
        (".dive-ci", ["--dive-ci", ".dive-ci"]),
        ("runs.jsonl", ["--record", "runs.jsonl"]),
    ],
)
def test_no_output_takes_the_place_of_what_is_read(gate, folder: Path, name: str, options: list[str]) -> None:
    (folder / name).write_bytes(b"kept")
    if name == "settings.toml":
        (folder / name).write_bytes(b"[gate.limits]\nlayers = 99\n")
    if name == ".dive-ci":
        (folder / name).write_bytes(b"rules: {highestWastedBytes: 1MB}\n")
    before = (folder / name).read_bytes()
    done = gate(NEW, "-r", "layers=99", *options, "-o", f"json:{name}")
    assert (done.status, done.out, (folder / name).read_bytes()) == (2, "", before)
    assert "itself: it would be lost" in done.err


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["-o", "codequalty:x.json"], "--output: there is no format codequalty"),
        (["-o", "json:x.json", "-o", "x.json"], "--output: x.json would be written 2 times"),
        (["--baseline", ""], "--baseline: it is empty"),
        (["--config", ""], "--config: it is empty"),
        (["--record", ""], "--record: it is empty"),
        (["-o", ""], "--output: it is empty"),
        (["-o", "x.json", "-o", ""], "--output: it is empty"),
        (["-o", "json:"], "--output: json: names no file"),
        (["-o", "json:-"], "--output: standard output has what --format names"),
        (["-o", "-"], "--output: standard output has what --format names"),
    ],
)
def test_outputs_and_baselines_are_what_was_meant(gate, folder: Path, options: list[str], error: str) -> None:
    done = gate(NEW, "-r", "layers=99", *options)
    assert (done.status, done.out, [*folder.iterdir()]) == (2, "", [])
    assert done.err.startswith(f"imgscan: error: {error}")


def test_an_output_that_cannot_be_written_costs_no_other(gate, folder: Path) -> None:
    done = gate(NEW, "-r", "layers=99", "-o", "json:missing/x.json", "-o", "verdict.md")
    assert done.status == 2
    assert done.out.startswith("passed: acme/app:2.0")
    assert (folder / "verdict.md").read_text().startswith("<!-- imgscan gate -->")
    assert "missing/x.json" in done.err


def test_a_share_that_dive_finds_infinite_is_null_in_json(gate, folder: Path) -> None:
    image = folder / "one.tar"
    image.write_bytes(docker_archive(Image([Layer().file("a", b"1").file(".wh.a")])))
    (folder / ".dive-ci").write_text("rules:\n  lowestEfficiency: disabled\n")
    done = gate(image, "--dive-ci", folder / ".dive-ci", "-f", "json", "-o", folder / "gate.txt")
    (outcome,) = json.loads(done.out)[0]["outcomes"]
    assert (outcome["status"], outcome["found"], outcome["margin"]) == ("failed", None, None)
    assert "infinite" in (folder / "gate.txt").read_text()


def test_rules_stand_by_what_became_of_them_and_then_by_table(gate, folder: Path) -> None:
    """In the order that docs/gates.md promises; in JUnit's XML too."""
    (folder / "imgscan.toml").write_text(
        '[gate.growth-of-packages]\n"x" = 1\n[gate.growth-of-paths]\n"srv" = 1\n[gate.growth]\nrootfs_bytes = 1\n'
        "[gate.required]\nuser = true\nlabels = ['a']\n[gate.forbidden]\nsecrets = true\npaths = ['srv']\n"
        '[gate.layers]\n"RUN *" = "9 GB"\n[gate.packages]\n"x" = 1\n[gate.paths]\n"usr" = "9 GB"\n"srv" = 1\n'
        '[gate.limits]\nlayers = { limit = 1, level = "warn" }\nfiles = 1\n'
    )
    done = gate(NEW, "--baseline", OLD, "-r", "waste_bytes=1", "-f", "json", "-o", "gate.xml")
    order = [(each["status"], each["rule"]) for each in json.loads(done.out)[0]["outcomes"]]
    failed = "limits.files limits.waste_bytes paths.srv forbidden.paths forbidden.secrets required.labels"
    passed = "paths.usr packages.x layers.RUN * required.user growth-of-packages.x"
    assert " ".join(rule for status, rule in order if status == "failed") == (
        f"{failed} growth.rootfs_bytes growth-of-paths.srv"
    )
    assert " ".join(rule for status, rule in order if status == "passed") == passed
    assert [status for status, _ in order] == sorted([status for status, _ in order], key="failed warned passed".index)
    cases = ET.parse(folder / "gate.xml").getroot()[0]
    assert [case.get("name") for case in cases] == [rule for _, rule in order]


@pytest.mark.parametrize(
    ("name", "options", "above"),
    [("cfg/my.toml", ["--config", "cfg/my.toml"], ""), ("pyproject.toml", [], "tool.imgscan.")],
)
def test_what_has_no_line_stands_in_the_settings_file_that_was_read(
    gate, folder: Path, name: str, options: list[str], above: str
) -> None:
    (folder / "cfg").mkdir()
    (folder / name).write_text(f"# one\n\n[{above}gate.limits]\nfiles = 1\n")
    done = gate(NEW, "missing.tar", *options, "-r", "layers=1", "-f", "codequality", "-o", "gate.sarif")
    places = {each["check_name"]: each["location"] for each in json.loads(done.out)}
    lines = {"imgscan.gate.limits.files": 4, "imgscan.gate.limits.layers": 3, "imgscan.gate.image": 3}
    assert places == {rule: {"path": name, "lines": {"begin": line}} for rule, line in lines.items()}
    results = json.loads((folder / "gate.sarif").read_text())["runs"][0]["results"]
    found = [each["locations"][0]["physicalLocation"] for each in results]
    assert {each["artifactLocation"]["uri"] for each in found} == {name}
