"""`imgscan gate`: exit status, what is printed, and what is said of settings that make no sense."""

import json
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

from tests.cli.conftest import ROOT
from tests.images import Image, Layer, docker_archive

SAMPLES = ROOT / "sample_images"
PARENT = str(SAMPLES / "parent.tar")
OLD, NEW = str(SAMPLES / "app-1.0.tar"), str(SAMPLES / "app-2.0.tar")  # 383,064 and 463,954 bytes of rootfs


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def gate(run) -> Callable[..., Done]:
    """Run `imgscan gate` as a user does."""

    def run_it(*arguments: str | Path) -> Done:
        done = run("gate", *arguments)
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run_it


def test_passed_is_0_failed_is_1_and_trouble_is_2(gate) -> None:
    assert gate(NEW, "-r", "rootfs_bytes=463954").status == 0
    assert gate(NEW, "-r", "rootfs_bytes=463953").status == 1
    assert gate(NEW, "-r", "rootfs_bytes=463953", "--report-only").status == 0
    assert gate("missing.tar", "-r", "rootfs_bytes=1").status == 2
    assert gate(NEW, "-r", "pull_bytes=1 GB").status == 2
    assert gate(NEW, "-r", "nothing=1").status == 2


def test_several_images_are_judged_in_one_run(gate) -> None:
    done = gate(OLD, NEW, "-r", "rootfs_bytes=400 kB", "-f", "json")
    assert done.status == 1
    assert [(each["image"], each["status"]) for each in json.loads(done.out)] == [
        ("acme/app:1.0", "passed"),
        ("acme/app:2.0", "failed"),
    ]


def test_the_screen_has_the_verdict_the_rules_and_why_it_grew(gate) -> None:
    done = gate(NEW, "--baseline", OLD, "-r", "growth.rootfs_bytes=max(50 kB, 5%)", "-r", "layers=20")
    assert done.status == 1
    first, _, _, failed, passed, *why = done.out.replace("rules: --rule\n", "").splitlines()
    assert first == "failed: acme/app:2.0, against acme/app:1.0"
    assert failed.split() == ["failed", "growth.rootfs_bytes", "383", "kB", "433", "kB", "464", "kB", "-30.9", "kB"]
    assert passed.split() == ["passed", "limits.layers", "20", "18", "2"]
    assert why[1] == "The root filesystem grew by 80.9 kB (+21.1%), to 464 kB:"
    assert why[2].startswith("  +51.1 kB  layer 17  RUN cat catalogue.csv > /tmp/part")
    assert why[3] == "      +51.1 kB  srv/app/export.sql"
    assert "12 findings would win back 286 kB, all together:" in why
    assert len(done.out.splitlines()) < 25
    assert "grew" not in gate(NEW, "--baseline", OLD, "-r", "growth.rootfs_bytes=100 kB").out


def test_a_saved_report_is_a_baseline_too(gate, run, folder: Path) -> None:
    run("report", OLD, "--quiet", "-o", folder / "old.json")
    rules = (
        "-r",
        "growth.rootfs_bytes=80890",
        "-r",
        "growth.own.rootfs_bytes=80890",
        "-r",
        "growth.largest_file=100 kB",
    )
    by_report = json.loads(gate(NEW, "--baseline", folder / "old.json", *rules, "-f", "json").out)
    by_image = json.loads(gate(NEW, "--baseline", OLD, *rules, "-f", "json").out)
    assert by_report[0]["outcomes"] == by_image[0]["outcomes"]
    assert by_report[0]["why"] is None
    assert [(each["rule"], each["margin"]) for each in by_image[0]["outcomes"] if each["status"] == "failed"] == [
        ("growth.rootfs_bytes", -10),
        ("growth.own.rootfs_bytes", -10),
    ]


def test_settings_of_the_folder_hold(gate, folder: Path) -> None:
    (folder / "imgscan.toml").write_text(
        '[gate.limits]\nlayers = { limit = 17, level = "warn" }\nrootfs_bytes = "1 MB"\n'
        '[[gate.allow]]\nrule = "limits.files"\nreason = "until the next parent"\nuntil = 2020-01-31\n'.replace(
            "\\\n", "\n"
        )
    )
    done = gate(NEW, "-r", "files=1")
    assert done.status == 1
    assert "warned  limits.layers" in done.out
    assert "limits.files: the exception ran out on 2020-01-31: until the next parent" in done.out


BAD_SETTINGS = {
    "[gate.limit]\nlayers = 1": "gate.limit",
    '[gate.limits]\nlayers = { limit = 1, lvl = "warn" }': "gate.limits.layers",
    "[gate.limits]\nlayer = 1": "limits.layer: there is no such figure",
    '[gate.limits]\nrootfs_bytes = "5 MX"': "limits.rootfs_bytes: '5 MX' has no unit of bytes",
    '[gate.growth]\nefficiency = "5%"': "growth.efficiency: growth is counted in bytes only",
    '[[gate.allow]]\nrule = "x"\nreason = "y"\nuntil = "soon"': "gate.allow",
}


@pytest.mark.parametrize("settings", BAD_SETTINGS)
def test_settings_that_make_no_sense_are_one_line(gate, folder: Path, settings: str) -> None:
    (folder / "imgscan.toml").write_text(settings.replace("\\\n", "\n"))
    done = gate(NEW)
    assert (done.status, done.out) == (2, "")
    first, *more = done.err.splitlines()
    assert first.startswith("imgscan: error: ")
    assert BAD_SETTINGS[settings] in first
    assert [line for line in more if not line.startswith("hint: ")] == []


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


def test_rules_of_dive_are_judged_beside_others(gate, folder: Path) -> None:
    """The figures that dive 0.13.1 prints of this image are in docs/comparison.md's tests."""
    (folder / ".dive-ci").write_text("rules:\n  lowestEfficiency: 0.99\n  highestUserWastedPercent: disabled\n")
    done = gate(NEW, "--dive-ci", folder / ".dive-ci", "-r", "layers=20", "-f", "json")
    assert done.status == 1
    (document,) = json.loads(done.out)
    assert [(each["rule"], each["status"]) for each in document["outcomes"]] == [
        ("dive.lowestEfficiency", "failed"),
        ("limits.layers", "passed"),
    ]
    (folder / ".dive-ci").write_text("rules:\n  lowestEfficiency: much\n")
    assert gate(NEW, "--dive-ci", folder / ".dive-ci").status == 2
    assert gate(NEW, "--dive-ci", folder / "missing").err.startswith("imgscan: error: cannot read ")


def test_a_share_that_dive_finds_infinite_is_null_in_json(gate, folder: Path) -> None:
    image = folder / "one.tar"
    image.write_bytes(docker_archive(Image([Layer().file("a", b"1").file(".wh.a")])))
    (folder / ".dive-ci").write_text("rules:\n  lowestEfficiency: disabled\n")
    done = gate(image, "--dive-ci", folder / ".dive-ci", "-f", "json", "-o", folder / "gate.txt")
    (outcome,) = json.loads(done.out)[0]["outcomes"]
    assert (outcome["status"], outcome["found"], outcome["margin"]) == ("failed", None, None)
    assert "infinite" in (folder / "gate.txt").read_text()


def test_a_gate_that_would_judge_nothing_is_trouble(gate, folder: Path) -> None:
    for settings in ("", "[findings]\nignore = []\n", "[gate.limits]\n"):
        (folder / "imgscan.toml").write_text(settings)
        done = gate(NEW, "--baseline", OLD)
        assert (done.status, done.out) == (2, "")
        assert "no rules" in done.err
    (folder / "imgscan.toml").unlink()
    (folder / "imgscan.toml").mkdir()
    done = gate(NEW, "-r", "files=100")
    assert (done.status, done.out) == (2, "")
    assert "imgscan.toml is no file" in done.err


MISSPELT = {
    '[gate.forbidden]\nfindings = ["secret-file"]': "did you mean secret-files?",
    '[gate.forbidden]\npaths = [""]': "forbidden.paths: an empty word names nothing",
    '[gate.packages]\n"pyhton:numpy" = "1 kB"': "there is no type of package 'pyhton'",
    '[gate.packages]\n"python:" = "1 kB"': "names no package",
    "[gate.limits]\nrootfs_bytes = nan": "rootfs_bytes: nan is no number of bytes",
    "[gate.limits]\nrootfs_bytes = inf": "rootfs_bytes: inf is no number of bytes",
    '[gate.limits]\nrootfs_bytes = "99999999999999999999 TB"': "more than any image has",
    '[gate.growth]\nrootfs_bytes = "max(5 MB)"': "needs two amounts",
    '[gate.limits]\nrootfs_bytes = "5 mb"': "did you mean MB?",
    '[[gate.allow]]\nrule = "limits.rootfs_byte"\nreason = "x"\nuntil = 2030-01-01': "did you mean rootfs_bytes?",
    '[[gate.allow]]\nrule = "rootfs_bytes"\nreason = "x"\nuntil = 2030-01-01': "there is no rule 'rootfs_bytes'",
    '[[gate.allow]]\nrule = "limits.files"\nreason = ""\nuntil = 2030-01-01': "allow: reason is empty",
}


@pytest.mark.parametrize("settings", MISSPELT)
def test_a_rule_that_could_never_hold_or_break_is_an_error(gate, folder: Path, settings: str) -> None:
    (folder / "imgscan.toml").write_text(settings)
    done = gate(NEW, "-r", "files=100")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("imgscan: error: imgscan.toml, line ")
    assert MISSPELT[settings] in done.err


def test_a_limit_beyond_what_numbers_hold_is_an_error(gate) -> None:
    for rule in (
        "rootfs_bytes=" + "9" * 47,
        "growth.rootfs_bytes=" + "9" * 26 + "%",
        "files=" + "9" * 30,
        "files=" + "9" * 4000,
        "efficiency=" + "9" * 4000,
        "efficiency=inf",
        "files=-" + "9" * 4000,
    ):
        assert gate(NEW, "-r", rule).err.startswith("imgscan: error: ")


def test_own_means_own_layers_in_every_rule(gate) -> None:
    def found(*arguments: str) -> dict[str, float]:
        outcomes = json.loads(gate(NEW, "--parent", PARENT, *arguments, "-f", "json").out)[0]["outcomes"]
        return {each["rule"].removeprefix("limits.").removeprefix("own."): each["found"] for each in outcomes}

    names = ("rootfs_bytes", "layers", "waste_bytes")
    named = found(*(word for name in names for word in ("-r", f"own.{name}=1")))
    assert found("--own", *(word for name in names for word in ("-r", f"{name}=1"))) == named
    assert named["layers"] == 15


def test_what_was_found_is_named_and_paths_may_be_left_out(gate, folder: Path) -> None:
    rules = '[gate.forbidden]\nfindings = ["secret-files"]\n'
    (folder / "imgscan.toml").write_text(rules)
    done = gate(NEW)
    assert done.status == 1
    assert "forbidden.findings: secret-files in layer" in done.out
    (folder / "imgscan.toml").write_text(rules + '[findings.ignore-paths]\nsecret-files = ["**"]\n')
    assert gate(NEW).status == 0


def test_packages_go_by_name_or_by_ecosystem_and_name(gate, folder: Path) -> None:
    for name in ("acme-prices", "python:ACME-prices", "python:acme-p*"):
        (folder / "imgscan.toml").write_text(f'[gate.packages]\n"{name}" = 1\n')
        assert gate(SAMPLES / "packages.tar").status == 1, name


def test_standard_input_is_read_once(gate) -> None:
    for arguments in (("-", "-"), ("-", "--baseline", "-"), ("-", "--parent", "-")):
        done = gate(*arguments, "-r", "files=1")
        assert done.status == 2
        assert "only one of the images can be standard input" in done.err


def test_an_export_that_may_be_cut_off_says_so(gate, folder: Path) -> None:
    """Between two files nothing but the end mark could tell, and no digest vouches for an export."""
    whole = (SAMPLES / "app-2.0-rootfs.tar").read_bytes()
    with tarfile.open(SAMPLES / "app-2.0-rootfs.tar") as tar:
        between = tar.getmembers()[40].offset
    (folder / "cut.tar").write_bytes(whole[:between])
    assert "note: the archive has no end mark: it may be cut off" in gate("cut.tar", "-r", "files=100").out
    assert "cut off" not in gate(SAMPLES / "app-2.0-rootfs.tar", "-r", "files=100").out


def test_an_image_that_cannot_be_read_is_told_at_its_place(gate, folder: Path) -> None:
    (folder / "broken.tar").write_bytes(b"no tar")
    files = [folder / name for name in ("gate.md", "gate.xml", "gate.json", "gate.txt")]
    rules = ("-r", "rootfs_bytes=463953", *(word for file in files for word in ("-o", file)))
    done = gate("broken.tar", NEW, "missing.tar", *rules, "-f", "github", "--report-only")
    assert done.status == 2
    assert [line.partition(":")[0] for line in done.err.splitlines() if "error" in line] == ["imgscan", "imgscan"]
    markdown, junit, document, text = (file.read_text() for file in files)
    statuses = [(each["image"], each["status"]) for each in json.loads(document)]
    assert statuses == [("broken.tar", "trouble"), ("acme/app:2.0", "failed"), ("missing.tar", "trouble")]
    assert json.loads(document)[2]["error"] == "no such file or directory: missing.tar"
    assert text.startswith("trouble: broken.tar\n")
    assert "### 🚫 trouble: `missing.tar`" in markdown
    assert [suite.get("errors") for suite in ET.fromstring(junit)] == ["1", "0", "1"]
    assert done.out.count("::error ") == 3


def test_one_of_several_images_is_chosen(gate) -> None:
    several = SAMPLES / "multi-image.tar"
    assert gate(several, "-r", "layers=100").status == 2
    done = gate(several, "--image", "0", "-r", "layers=100")
    assert (done.status, done.out.partition(":")[0]) == (0, "passed")


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


def test_sections_hold_for_the_images_they_name(gate, folder: Path) -> None:
    (folder / "imgscan.toml").write_text(
        '[[gate.image]]\nname = "acme/app:1*"\nlimits = { layers = 1 }\n'
        '[[gate.image]]\nname = "acme/app:2*"\nplatform = "linux/*"\nlimits = { layers = 100 }\n'
    )
    assert gate(OLD).status == 1
    done = gate(NEW)
    assert done.status == 0
    assert "rules: imgscan.toml" in done.out
    done = gate(PARENT)
    assert done.status == 2
    assert "no rules for this image" in done.err


def test_only_growth_without_a_baseline_passes_and_says_that_it_is_not_judged(gate) -> None:
    done = gate(NEW, "-r", "growth.rootfs_bytes=1")
    assert done.status == 0
    assert done.out.splitlines() == [
        "passed: acme/app:2.0", "", "no baseline: growth is not judged", "rules: --rule",
    ]  # fmt: skip
    done = gate(NEW, "-r", "growth.rootfs_bytes=1", "--format", "markdown")
    assert done.status == 0
    assert done.out.splitlines()[2:] == ["### ✅ passed: `acme/app:2.0`", "", "`no baseline: growth is not judged`"]


def test_a_first_run_with_rules_about_growth_only_says_so(gate) -> None:
    for form in ("text", "markdown"):
        done = gate(NEW, "-r", "growth.rootfs_bytes=1", "--baseline", "none-yet.toml", "--format", form)
        assert done.status == 0
        assert "a first run: none-yet.toml has nothing on this image yet, so growth is not judged" in done.out
        assert "no rule" not in done.out
    assert "note: no baseline: growth is not judged" in gate(NEW, "-r", "growth.rootfs_bytes=1", "-r", "files=99").out
    (verdict,) = json.loads(gate(NEW, "-r", "growth.rootfs_bytes=1", "--format", "json").out)
    assert (verdict["unjudged"], verdict["outcomes"]) == ("no baseline: growth is not judged", [])


def test_a_section_that_fits_no_image_is_told_once(gate, folder: Path) -> None:
    (folder / "imgscan.toml").write_text(
        "[gate.limits]\nlayers = 100\n"
        '[[gate.image]]\nname = "acme/app:1*"\nlimits = { layers = 90 }\n'
        '[[gate.image]]\nname = "acme/ap:*"\nplatform = "linux/arm64"\nlimits = { layers = 90 }\n'
    )
    done = gate(OLD, NEW)
    assert done.status == 0
    assert [line for line in done.out.splitlines() if line.startswith("note: ")] == [
        "note: no image of this run fits [[gate.image]] acme/ap:* on linux/arm64"
    ]
    assert "fits [[gate.image]] acme/app:1*, acme/ap:* on linux/arm64" in gate(NEW).out
    assert gate(OLD, "missing.tar").status == 2


def test_an_image_whose_instructions_nobody_knows_names_each_layer_once(gate, folder: Path) -> None:
    layers = [Layer().file("a", b"1"), Layer().file("b/x", b"2" * 5000)]
    for name, there in (("before.tar", layers[:1]), ("after.tar", layers)):
        (folder / name).write_bytes(docker_archive(Image(there, history=[])))
    done = gate(folder / "after.tar", "--baseline", folder / "before.tar", "-r", "growth.rootfs_bytes=1 kB")
    assert "  +5.00 kB  layer 1\n" in done.out


def test_a_first_settings_file_may_estimate_what_is_to_be_pulled(gate, folder: Path) -> None:
    (folder / "imgscan.toml").write_text(gate("--init", NEW, "--estimate-pull").out)
    (line,) = [each for each in (folder / "imgscan.toml").read_text().splitlines() if "pull_bytes" in each]
    assert line.startswith('pull_bytes = "')
    assert line.endswith("# estimated: judge it with --estimate-pull")
    assert gate(NEW, "--estimate-pull").status == 0
    assert "pull_bytes is not known" in gate(NEW).err


def test_a_first_settings_file_is_written_once(gate, folder: Path) -> None:
    done = gate("--init", NEW, "-o", "imgscan.toml")
    assert (done.status, done.out) == (0, "")
    written = (folder / "imgscan.toml").read_text()
    assert gate("--init", NEW).out == written
    assert gate(NEW).status == 0
    done = gate("--init", OLD, "-o", "imgscan.toml")
    assert (done.status, done.err.splitlines()[0]) == (2, "imgscan: error: imgscan.toml is there already")
    assert (folder / "imgscan.toml").read_text() == written
    assert gate("--init", OLD, NEW).status == 2


def test_a_rule_is_explained_without_an_image(gate) -> None:
    done = gate("--explain", "growth.pull_delta_bytes")
    assert (done.status, done.out.splitlines()[0]) == (0, "growth.pull_delta_bytes")
    assert gate("--explain", "layer").err.startswith("imgscan: error: there is no rule 'layer'\nhint: did you mean")
    assert gate("-r", "layers=1").err.startswith("imgscan: error: imgscan gate needs IMAGE")


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
        (["--baseline", ""], "--baseline names no file"),
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
