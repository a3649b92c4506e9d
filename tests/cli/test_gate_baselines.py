"""What growth is counted from: images, saved reports, and nothing at all."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.gating import NEW, OLD, SAMPLES
from tests.images import Image, Layer, docker_archive


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


def test_only_growth_without_a_baseline_passes_and_says_that_it_is_not_judged(gate) -> None:
    done = gate(NEW, "-r", "growth.rootfs_bytes=1")
    assert done.status == 0
    assert done.out.splitlines() == [
        "passed: acme/app:2.0", "", "no baseline: growth is not judged", "rules: --rule",
    ]  # fmt: skip
    done = gate(NEW, "-r", "growth.rootfs_bytes=1", "--format", "markdown")
    assert done.status == 0
    assert done.out.splitlines()[2:] == ["### ✅ passed: `acme/app:2.0`", "", "`no baseline: growth is not judged`"]


def test_creep_that_is_not_judged_is_named(gate, folder: Path) -> None:
    creep, growth = (("-r", f"{table}.rootfs_bytes=1kB") for table in ("creep", "growth"))
    done = gate(NEW, *creep)
    assert done.status == 0
    assert "no baseline: creep is not judged" in done.out
    assert "no baseline: growth and creep are not judged" in gate(NEW, *creep, *growth).out
    (folder / "imgscan.toml").write_text('[gate]\nbaseline = "b.toml"\n')
    assert "so growth and creep are not judged" in gate(NEW, *creep, *growth).out.replace("\n  | ", " ")
    assert gate(NEW, *creep, "--baseline", OLD).status == 2


def test_a_first_run_with_rules_about_growth_only_says_so(gate, folder: Path) -> None:
    (folder / "imgscan.toml").write_text('[gate]\nbaseline = "none-yet.toml"\n')
    for form in ("text", "markdown"):
        done = gate(NEW, "-r", "growth.rootfs_bytes=1", "--format", form)
        assert done.status == 0
        assert "a first run: none-yet.toml has nothing on this image yet, so growth is not judged" in done.out
        assert "no rule" not in done.out
    (folder / "imgscan.toml").unlink()
    assert "note: no baseline: growth is not judged" in gate(NEW, "-r", "growth.rootfs_bytes=1", "-r", "files=99").out
    (verdict,) = json.loads(gate(NEW, "-r", "growth.rootfs_bytes=1", "--format", "json").out)
    assert (verdict["unjudged"], verdict["outcomes"]) == ("no baseline: growth is not judged", [])


def test_every_format_that_can_says_what_is_not_judged(gate, folder: Path) -> None:
    name = "a" * 90 + ".toml"
    (folder / "imgscan.toml").write_text(f'[gate]\nbaseline = "{name}"\n[gate.creep]\nrootfs_bytes = 1\n')
    done = gate(NEW, "-r", "files=99", "-f", "github", "-o", "gate.txt", "-o", "gate.xml", "-o", "gate.sarif")
    told = f"a first run: {name} has nothing on this image yet, so creep is not judged"
    assert done.out == f"::notice title=imgscan gate%3A acme/app%3A2.0::{told}\n"
    text = (folder / "gate.txt").read_text()
    assert f"note: {told}" in " ".join(text.replace("\n  | ", " ").split())
    assert max(map(len, text.splitlines())) <= 100
    (suite,) = ET.parse(folder / "gate.xml").getroot()
    assert (suite.get("tests"), suite.get("skipped")) == ("2", "1")
    assert [each.get("message") for each in suite.iter("skipped")] == [told]
    (run,) = json.loads((folder / "gate.sarif").read_text())["runs"]
    ((notification,),) = [each["toolExecutionNotifications"] for each in run["invocations"]]
    assert notification["message"]["text"] == f"acme/app:2.0: {told}"


def test_an_image_whose_instructions_nobody_knows_names_each_layer_once(gate, folder: Path) -> None:
    layers = [Layer().file("a", b"1"), Layer().file("b/x", b"2" * 5000)]
    for name, there in (("before.tar", layers[:1]), ("after.tar", layers)):
        (folder / name).write_bytes(docker_archive(Image(there, history=[])))
    done = gate(folder / "after.tar", "--baseline", folder / "before.tar", "-r", "growth.rootfs_bytes=1 kB")
    assert "  +5.00 kB  layer 1\n" in done.out


@pytest.mark.parametrize(
    ("tag", "below", "told"),
    [
        pytest.param("acme/other:1", [], True, id="strangers"),
        pytest.param("acme/app:1", [], False, id="of one name"),
        pytest.param("acme/other:1", [Layer().file("a", b"1")], False, id="on one layer"),
    ],
)
@pytest.mark.parametrize("saved", [False, True])
def test_growth_between_strangers_is_told(gate, run, folder: Path, tag, below, told, saved) -> None:
    for name, image in (
        ("before.tar", Image([*below, Layer().file("b", b"2")], tags=(tag,))),
        ("after.tar", Image([Layer().file("a", b"1"), Layer().file("c", b"3")], tags=("acme/app:2",))),
    ):
        (folder / name).write_bytes(docker_archive(image))
    if saved:
        run("report", "before.tar", "--quiet", "-o", "before.json")
    done = gate(
        "after.tar",
        "--baseline",
        "before.json" if saved else "before.tar",
        "-r",
        "growth.rootfs_bytes=1 kB",
        "-f",
        "json",
    )
    (verdict,) = json.loads(done.out)
    note = f"acme/app:2 and the baseline {tag} have no layer in common, and different names: is it the right one?"
    assert (verdict["status"], note in verdict["notes"]) == ("passed", told)


def test_a_verdict_says_which_of_several_platforms_it_is_about(gate) -> None:
    """It is that of the machine, unless somebody chose."""
    several = str(SAMPLES / "multi-platform.tar")
    (verdict,) = json.loads(gate(several, "-r", "layers=9", "-f", "json").out)
    (other,) = {"linux/amd64", "linux/arm64"} - {verdict["platform"]}
    assert f"judged for {verdict['platform']} alone, not for {other}: --platform chooses" in verdict["notes"]
    assert "judged for" not in gate(several, "-r", "layers=9", "--platform", "linux/arm64").out


def _for(platform: str, folder: Path) -> str:
    image = Image([Layer().file("a", b"1" * len(platform))], platform=platform)
    name = platform.replace("/", "-") + ".tar"
    (folder / name).write_bytes(docker_archive(image))
    return name


@pytest.mark.parametrize("saved", [False, True])
def test_a_baseline_of_another_platform_is_trouble(gate, run, folder: Path, saved: bool) -> None:
    def baseline(platform: str) -> str:
        name = _for(platform, folder)
        if saved:
            run("report", name, "--quiet", "-o", f"{name}.json")
        return f"{name}.json" if saved else name

    rule = ("-r", "growth.rootfs_bytes=1 kB")
    here = _for("linux/arm64", folder)
    assert gate(here, "--baseline", baseline("linux/arm64"), *rule).status == 0
    assert gate(here, "--baseline", baseline("linux/arm64/v8"), *rule).status == 0
    for other in ("linux/amd64", "windows/arm64"):
        done = gate(here, "--baseline", baseline(other), *rule)
        assert done.status == 2
        assert f"is for {other}, and " in done.err


def test_a_link_to_nowhere_is_no_first_run(gate, folder: Path) -> None:
    (folder / "link.toml").symlink_to("nowhere.toml")
    done = gate(NEW, "--baseline", "link.toml", "-r", "growth.rootfs_bytes=1")
    assert (done.status, done.out) == (2, "")


def test_a_file_that_the_command_line_names_has_to_be_there(gate, folder: Path) -> None:
    asked = (NEW, "-r", "growth.rootfs_bytes=1", "--baseline", "none-yet.toml")
    done = gate(*asked)
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines() == [
        "imgscan: error: --baseline: none-yet.toml is not there", "hint: --write-baseline makes it",
    ]  # fmt: skip
    assert gate(*asked, "--write-baseline").status == 0
    assert (folder / "none-yet.toml").exists()
    assert gate(*asked).status == 0


def test_a_file_that_is_missing_beside_the_usual_one_is_trouble(gate, folder: Path) -> None:
    (folder / "imgscan.toml").write_text('[gate]\nbaseline = "basline.toml"\n[gate.growth]\nrootfs_bytes = 1\n')
    assert gate(NEW).status == 0
    (folder / "imgscan-baseline.toml").write_text("imgscan-baseline = 1\n")
    done = gate(NEW)
    assert (done.status, done.out) == (2, "")
    assert "basline.toml is not there, though imgscan-baseline.toml is\nhint: name that one" in done.err


def test_two_images_of_one_run_are_not_added_for_one_entry(gate, folder: Path) -> None:
    """As imgscan baseline update refuses it: the second would be the last build of the first."""
    done = gate(OLD, NEW, "--baseline", "b.toml", "--write-baseline", "-r", "growth.rootfs_bytes=1")
    assert done.status == 2
    assert "acme/app:1.0 and acme/app:2.0 are both for the entry acme/app" in done.err
    assert 'image = "acme/app:2.0"' not in (folder / "b.toml").read_text()
