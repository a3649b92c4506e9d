"""`imgscan gate`: exit status, and what is printed of one image and of several."""

import json
import tarfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.gating import NEW, OLD, PARENT, SAMPLES


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
    assert "9 findings would win back 286 kB, all together:" in why
    assert len(done.out.splitlines()) < 25
    assert "grew" not in gate(NEW, "--baseline", OLD, "-r", "growth.rootfs_bytes=100 kB").out


@pytest.mark.parametrize(
    ("rule", "grew"),
    [
        ("growth.waste_bytes=1 kB", ["Waste grew by 65.5 kB (+30.6%), to 280 kB:"]),
        ("efficiency=99%", ["Waste grew by 65.5 kB (+30.6%), to 280 kB:"]),
        ("files=1", ["The root filesystem grew by 80.9 kB (+21.1%), to 464 kB:"]),
        (
            "growth.file_bytes=1 kB",
            ["The root filesystem grew by 80.9 kB (+21.1%), to 464 kB:", "Waste grew by 65.5 kB (+30.6%), to 280 kB:"],
        ),
        ("layers=1", []),
    ],
)
def test_the_growth_that_is_told_is_that_of_what_broke_the_rule(gate, rule: str, grew: list[str]) -> None:
    lines = gate(NEW, "--baseline", OLD, "-r", rule).out.splitlines()
    assert [line for line in lines if "grew" in line] == grew


def test_growth_of_waste_is_told_by_the_layers_that_make_it(gate) -> None:
    """The catalogue and the server, which chown, chmod and a hard link store again, grew by 19.8 and by 8 kB."""
    lines = gate(NEW, "--baseline", OLD, "-r", "growth.waste_bytes=1 kB").out.splitlines()
    at = lines.index("Waste grew by 65.5 kB (+30.6%), to 280 kB:")
    told = [line.split("  ") for line in lines[at + 3 : at + 7]]
    assert [each[1:3] for each in told[::2]] == [["+27.8 kB", "layer 15"], ["+8.00 kB", "layer 16"]]
    assert told[1][-1] == "recopied > srv/app/catalogue.csv +19.8 kB"
    assert told[3][-1] == "recopied > srv/app/bin/server"


def test_each_finding_wins_bytes_back_or_is_not_counted(gate, run) -> None:
    """As many as `imgscan findings` has, one of which is in a layer of the parent."""
    savings = json.loads(gate(NEW, "-r", "files=1", "-f", "json").out)[0]["savings"]
    findings = json.loads(run("findings", NEW, "-f", "json").stdout)
    told = [len(savings["found"]) + savings["omitted"], savings["save_nothing"], savings["inherited"]]
    assert told == [9, 0, 1]
    assert len(findings) == sum(told)
    assert "and 6 more findings: see imgscan findings; not counted: 1 of parents\n" in gate(NEW, "-r", "files=1").out


def test_own_means_own_layers_in_every_rule(gate) -> None:
    def found(*arguments: str) -> dict[str, float]:
        outcomes = json.loads(gate(NEW, "--parent", PARENT, *arguments, "-f", "json").out)[0]["outcomes"]
        return {each["rule"].removeprefix("limits.").removeprefix("own."): each["found"] for each in outcomes}

    names = ("rootfs_bytes", "layers", "waste_bytes")
    named = found(*(word for name in names for word in ("-r", f"own.{name}=1")))
    assert found("--own", *(word for name in names for word in ("-r", f"{name}=1"))) == named
    assert named["layers"] == 15


def test_standard_input_is_read_once(gate) -> None:
    for arguments in (("-", "-"), ("-", "--baseline", "-"), ("-", "--parent", "-")):
        done = gate(*arguments, "-r", "files=1")
        assert done.status == 2
        assert "only one of the images can be standard input" in done.err


def test_an_export_that_may_be_cut_off_is_trouble(gate, folder: Path) -> None:
    """Between two files nothing but the end mark could tell, and no digest vouches for an export."""
    whole = (SAMPLES / "app-2.0-rootfs.tar").read_bytes()
    with tarfile.open(SAMPLES / "app-2.0-rootfs.tar") as tar:
        between = tar.getmembers()[40].offset
    (folder / "cut.tar").write_bytes(whole[:between])
    done = gate("cut.tar", "-r", "files=100")
    assert (done.status, done.out.startswith("trouble: cut.tar")) == (2, True)
    assert "error: the archive has no end mark: it may be cut off, and what it holds is not known" in done.err
    assert gate(SAMPLES / "app-2.0-rootfs.tar", "-r", "files=100").status == 0


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


def test_trouble_of_many_lines_is_told_without_escapes(gate) -> None:
    done = gate(SAMPLES / "multi-image.tar", "-r", "layers=100")
    assert done.status == 2
    assert "\\x0a" not in done.out
    assert "several images: 0: acme/base:1.0, acme/base:latest for linux/amd64; 1:" in done.out
    assert max(map(len, done.out.splitlines())) <= 100


def test_what_was_written_is_told(gate, run, folder: Path) -> None:
    rule = ("-r", "files=99")
    assert gate(NEW, *rule, "-o", "gate.md", "--record", "runs.jsonl").err == (
        "imgscan: wrote gate.md\nimgscan: wrote runs.jsonl\n"
    )
    assert gate(NEW, "--init", "-o", "imgscan.toml").err == "imgscan: wrote imgscan.toml\n"
    assert run("trend", "runs.jsonl", "-o", "trend.md").stderr == b"imgscan: wrote trend.md\n"
    assert gate(NEW, *rule, "-o", "gate.md", "--record", "runs.jsonl", "--quiet").err == ""
    assert run("trend", "runs.jsonl", "-o", "trend.md", "--quiet").stderr == b""


def test_one_of_several_images_is_chosen(gate) -> None:
    several = SAMPLES / "multi-image.tar"
    assert gate(several, "-r", "layers=100").status == 2
    done = gate(several, "--image", "0", "-r", "layers=100")
    assert (done.status, done.out.partition(":")[0]) == (0, "passed")
