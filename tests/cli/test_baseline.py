"""`imgscan baseline` and `imgscan gate` with a baseline file: what is kept, what is judged, what is said."""

import fcntl
import json
import os
import re
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from shlex import split

import pytest

from analyzer.gates.baseline_file import read_baseline
from tests.cli.gating import NEW, OLD, PARENT, Done
from tests.images import Image, Layer, docker_archive
from tests.packages.databases import database

FILE = "imgscan-baseline.toml"
DAY = 1_780_000_000  # 2026-05-28


@pytest.fixture
def imgscan(warm, environment, folder: Path) -> Callable[..., Done]:
    """Run imgscan in a folder of its own, on a day that tests know."""

    def run_it(*arguments: str | Path, day: int = DAY, **more: str) -> Done:
        seen = environment | {"SOURCE_DATE_EPOCH": str(day), "IMGSCAN_CATALOG": "none"} | more
        done = warm.run([*map(str, arguments)], cwd=folder, env=seen, given=b"")
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run_it


@pytest.fixture
def built(folder: Path) -> Callable[..., str]:
    """An image of one file with so many bytes, beside others; the name of its archive."""

    def build(size: int, *more: Layer, tag: str = "acme/app:1") -> str:
        name = re.sub("[/:]", "-", tag) + f"-{size}.tar"
        (folder / name).write_bytes(docker_archive(Image([Layer().file("srv/data", b"d" * size), *more], tags=(tag,))))
        return name

    return build


def settings(folder: Path, text: str) -> None:
    (folder / "imgscan.toml").write_text(f'[gate]\nbaseline = "{FILE}"\n{text}')


def document(done: Done) -> dict:
    return json.loads(done.out)[0]


def statuses(done: Done) -> dict[str, str]:
    return {each["rule"]: each["status"] for each in document(done)["outcomes"]}


def test_the_same_image_reason_and_day_give_the_same_bytes(imgscan, folder: Path) -> None:
    done = imgscan("baseline", "update", OLD, NEW.replace("app-2.0", "packages"), "--reason", "begin")
    assert done.status == 0
    first = (folder / FILE).read_bytes()
    (folder / FILE).unlink()
    assert imgscan("baseline", "update", NEW.replace("app-2.0", "packages"), OLD, "--reason", "begin").status == 0
    assert (folder / FILE).read_bytes() == first
    assert list(read_baseline(folder / FILE).images) == ["acme/app", "acme/tools"]
    assert sorted(each.name for each in folder.iterdir()) == [FILE]


def test_a_first_run_passes_says_so_and_can_write(imgscan, folder: Path, built) -> None:
    settings(folder, "[gate.growth]\nrootfs_bytes = 0\n")
    note = f"a first run: {FILE} has nothing on this image yet, so growth is not judged"
    done = imgscan("gate", built(100))
    assert (done.status, note in done.out, (folder / FILE).exists()) == (0, True, False)
    done = imgscan("gate", built(100), "--write-baseline")
    assert (done.status, note in done.out) == (0, True)
    assert f"imgscan: added acme/app:1 to {FILE}" in done.err
    for size, status in ((99, 0), (100, 0), (101, 1)):
        assert imgscan("gate", built(size)).status == status
    written = (folder / FILE).read_bytes()
    assert imgscan("gate", built(101), "--write-baseline").status == 1
    assert (folder / FILE).read_bytes() == written


def test_a_baseline_that_is_required(imgscan, folder: Path, built) -> None:
    """Growth that nobody judges does not pass for growth that is in order."""
    (folder / "imgscan.toml").write_text("[gate.required]\nbaseline = true\n[gate.growth]\nrootfs_bytes = 0\n")
    done = imgscan("gate", built(100))
    assert (done.status, "required.baseline" in done.out) == (1, True)
    assert "no baseline has anything on this image" in done.out
    settings(folder, "[gate.required]\nbaseline = true\n[gate.growth]\nrootfs_bytes = 0\n")
    assert imgscan("gate", built(100)).status == 1
    assert imgscan("gate", built(100), "--write-baseline").status == 0
    assert imgscan("gate", built(100)).status == 0


def test_a_baseline_that_nothing_names_is_told_of(imgscan) -> None:
    rule = ("-r", "growth.rootfs_bytes=1")
    assert "growth is not judged\n" in imgscan("gate", NEW, *rule).out
    imgscan("baseline", "update", OLD)
    assert f"growth is not judged, though {FILE} is here: name it below [gate]\n" in imgscan("gate", NEW, *rule).out


def test_what_fails_is_not_added(imgscan, folder: Path, built) -> None:
    settings(folder, "[gate.growth]\nrootfs_bytes = 0\n[gate.limits]\nrootfs_bytes = 99\n")
    assert imgscan("gate", built(100), "--write-baseline").status == 1
    assert not (folder / FILE).exists()


def test_an_image_without_an_entry_is_trouble_unless_it_is_to_be_added(imgscan, folder: Path, built) -> None:
    settings(folder, "[gate.growth]\nrootfs_bytes = 0\n")
    assert imgscan("baseline", "update", built(100)).status == 0
    other = built(100, tag="acme/other:1")
    done = imgscan("gate", other)
    assert (done.status, "growth.rootfs_bytes" in done.out) == (2, False)
    assert f"{FILE} has no entry for acme/other:1 on linux/amd64" in done.err
    assert "imgscan baseline update adds it" in done.err
    assert imgscan("gate", other, "--write-baseline").status == 0
    assert imgscan("gate", other).status == 0


def test_growth_counts_from_the_last_build_and_creep_from_what_was_approved(imgscan, folder: Path, built) -> None:
    """A change of 4.9% passes, and one of 0.2% after it shows what the two come to together."""
    settings(folder, '[gate.growth]\nrootfs_bytes = "5%"\n[gate.creep]\nrootfs_bytes = "5%"\n')
    assert imgscan("baseline", "update", built(10_000), "--reason", "begin").status == 0
    assert statuses(imgscan("gate", built(10_490), "-f", "json")) == {
        "growth.rootfs_bytes": "passed",
        "creep.rootfs_bytes": "passed",
    }
    assert imgscan("baseline", "update", built(10_490)).status == 0
    for size, expected in ((10_499, "passed"), (10_500, "passed"), (10_501, "failed")):
        found = statuses(imgscan("gate", built(size), "-f", "json"))
        assert found == {"growth.rootfs_bytes": "passed", "creep.rootfs_bytes": expected}
    done = imgscan("gate", built(10_510), "-f", "json")
    growth = document(done)["why"]
    assert (done.status, growth["bytes"], growth["in_this_build"], growth["approved"], growth["since"]) == (
        1,
        510,
        20,
        True,
        "2026-05-28",
    )
    assert imgscan("gate", built(11_015), "-f", "json").status == 1
    growth = document(imgscan("gate", built(11_015), "-f", "json", "-r", "creep.rootfs_bytes=1 MB"))["why"]
    assert (growth["bytes"], growth["in_this_build"], growth["approved"]) == (525, 525, False)
    shown = imgscan("gate", built(10_510)).out
    assert "grew by 510 B (+5.1%) since it was approved on 2026-05-28, +20 B in this build:" in shown


def test_creep_warns_where_it_is_to_warn(imgscan, folder: Path, built) -> None:
    settings(folder, '[gate.creep]\nrootfs_bytes = { limit = 5, level = "warn" }\n')
    imgscan("baseline", "update", built(100))
    for size, expected in ((104, "passed"), (105, "passed"), (106, "warned")):
        done = imgscan("gate", built(size), "-f", "json")
        assert (done.status, statuses(done)) == (0, {"creep.rootfs_bytes": expected})


def test_creep_cannot_be_judged_by_an_image_or_a_report(imgscan, built) -> None:
    done = imgscan("gate", built(100), "--baseline", built(100), "-r", "creep.rootfs_bytes=5")
    assert (done.status, "passed" in done.out) == (2, False)
    assert "creep.rootfs_bytes cannot be judged: what was approved is not known" in done.err


def test_update_approves_only_for_a_reason(imgscan, folder: Path, built) -> None:
    settings(folder, "[gate.growth]\nrootfs_bytes = 5\n")
    imgscan("baseline", "update", built(100))
    before = (folder / FILE).read_bytes()
    done = imgscan("baseline", "update", built(106))
    assert (done.status, (folder / FILE).read_bytes()) == (2, before)
    assert done.err == "imgscan: error: acme/app:1 breaks growth.rootfs_bytes\nhint: approve of it with --reason TEXT\n"
    assert imgscan("baseline", "update", built(106), "--reason", " ").status == 2
    assert imgscan("baseline", "update", built(106), "--reason", "new parser", day=DAY + 86_400).status == 0
    approved = read_baseline(folder / FILE).images["acme/app"]["linux/amd64"].approved
    assert (approved.whole["rootfs_bytes"], approved.reason, approved.growth, str(approved.on)) == (
        106,
        "new parser",
        6,
        "2026-05-29",
    )


def test_a_verdict_about_growth_ends_with_the_command_that_accepts_it(imgscan, folder: Path, built) -> None:
    settings(folder, "[gate.growth]\nrootfs_bytes = 5\n[gate.limits]\nlayers = 0\n")
    imgscan("baseline", "update", built(100), "--reason", "begin")
    text, comment = (imgscan("gate", built(106), "-f", form).out for form in ("text", "markdown"))
    head, command = text.splitlines()[-1].split(": ", 1)
    assert head == "to accept this growth"
    assert comment.splitlines()[-1] == f"To accept this growth: `{command}`"
    assert imgscan("gate", built(105), "-f", "json").status == 1  # of layers, which no approval helps with
    assert document(imgscan("gate", built(105), "-f", "json"))["accept"] is None
    assert document(imgscan("gate", built(106), "-f", "json", "--baseline", built(100)))["accept"] is None
    name, *arguments = split(command)
    assert (name, imgscan(*arguments).status) == ("imgscan", 0)
    assert statuses(imgscan("gate", built(106), "-f", "json"))["growth.rootfs_bytes"] == "passed"


def test_only_those_that_exceed_are_renewed(imgscan, folder: Path, built) -> None:
    settings(folder, "[gate.growth]\nrootfs_bytes = 5\n")
    one, other = built(100), built(100, tag="acme/other:1")
    imgscan("baseline", "update", one, other)
    before = read_baseline(folder / FILE).images
    done = imgscan(
        "baseline", "update", built(105), built(106, tag="acme/other:1"), "--only-exceeding", "--reason", "x"
    )
    assert done.status == 0
    after = read_baseline(folder / FILE).images
    assert after["acme/app"] == before["acme/app"]
    assert after["acme/other"]["linux/amd64"].approved.whole["rootfs_bytes"] == 106
    (folder / "imgscan.toml").write_text("")
    done = imgscan("baseline", "update", built(105), "--only-exceeding")
    assert (done.status, "--only-exceeding: no rule is about growth of acme/app:1" in done.err) == (2, True)
    settings(folder, "[gate.growth]\nrootfs_bytes = 5\n")
    written = (folder / FILE).stat()
    assert imgscan("baseline", "update", built(105), "--only-exceeding").status == 0
    assert (folder / FILE).stat() == written


def test_check_tells_what_is_missing_stale_or_on_another_parent(imgscan, folder: Path, built) -> None:
    imgscan("baseline", "update", OLD, built(1, tag="acme/gone:1"))
    assert imgscan("baseline", "check", OLD, built(1, tag="acme/gone:2")) == Done(
        0,
        "",
        f"imgscan: that its own layers begin with layer 3 is a guess: see imgscan parents\nimgscan: {FILE} fits\n".partition(
            "parents\n"
        )[2],
    )
    done = imgscan("baseline", "check", OLD, built(1, tag="acme/new:1"), "--parent", PARENT)
    assert done.status == 1
    assert done.out.splitlines() == [
        "parent   acme/app for linux/amd64: an unnamed one (boundary, 3 layers) → acme/base:1.0 (chain-id, 3 layers)",
        "missing  acme/new for linux/amd64: acme/new:1 has no entry",
        "stale    acme/gone for linux/amd64: no such image is given",
    ]
    assert imgscan("baseline", "check", OLD, "--file", "missing.toml").status == 2


def test_two_images_for_one_entry_are_refused(imgscan, folder: Path, built) -> None:
    done = imgscan("baseline", "update", OLD, NEW)
    assert (done.status, (folder / FILE).exists()) == (2, False)
    assert "acme/app:1.0 and acme/app:2.0 are both for the entry acme/app for linux/amd64" in done.err
    assert imgscan("baseline", "update", built(1, tag="acme/app:1-slim"), "--name", "acme/app:*-slim").status == 0
    assert imgscan("baseline", "update", built(2, tag="acme/app:2-slim"), built(3, tag="acme/app:2")).status == 0
    images = read_baseline(folder / FILE).images
    assert {name: each["linux/amd64"].last.image for name, each in images.items()} == {
        "acme/app:*-slim": "acme/app:2-slim",
        "acme/app": "acme/app:2",
    }


def test_a_merged_file_is_one_clear_line(imgscan, folder: Path, built) -> None:
    imgscan("baseline", "update", built(100))
    text = (folder / FILE).read_text()
    (folder / FILE).write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> main\n")
    for arguments in (
        ("gate", built(100), "--baseline", FILE, "-r", "growth.rootfs_bytes=1"),
        ("baseline", "update", built(100)),
    ):
        done = imgscan(*arguments)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith(f"imgscan: error: {FILE}, line 1: a merge left its marks\nhint: ")


def test_every_form_says_why(imgscan, folder: Path, built) -> None:
    settings(folder, "[gate.growth]\nrootfs_bytes = 5\n")
    base = database(Layer().file("usr/lib/a", b"a" * 40), ("a", "1"), a="usr/lib/a")
    more = database(
        Layer().file("usr/lib/a", b"a" * 40).file("opt/b/b", b"b" * 5_000),
        ("a", "1"),
        ("b", "2"),
        a="usr/lib/a",
        b="opt/b/b",
    )
    imgscan("baseline", "update", built(100, base))
    image = built(100, base, more)
    done = imgscan("gate", image, "-o", "gate.md", "-o", "gate.json")
    growth = json.loads((folder / "gate.json").read_text())[0]["why"]
    (layer,) = growth["causes"]
    (package,) = layer["causes"]
    assert (layer["layer"], package["name"], package["versions"]) == (2, "dpkg:b", "(new)")
    assert layer["bytes"] == package["bytes"] == 5_000
    assert layer["bytes"] + growth["rest"] == growth["bytes"] == 5_100
    why = done.out.partition("since the build kept on 2026-05-28:\n")[2].splitlines()
    assert why[:2] == ["  +5.00 kB  layer 2  layer 2", "      +5.00 kB  dpkg:b (new)"]
    assert "  - +5.00 kB `dpkg:b` `(new)`" in (folder / "gate.md").read_text()


def test_own_rules_are_judged_by_own_figures(imgscan, folder: Path) -> None:
    parent = ("--parent", PARENT)
    imgscan("baseline", "update", OLD, *parent)
    rules = ("--baseline", FILE, "-r", "growth.rootfs_bytes=80899", "-r", "creep.rootfs_bytes=80900", "-f", "json")
    assert statuses(imgscan("gate", NEW, *parent, "--own", *rules)) == {
        "growth.rootfs_bytes": "failed",
        "creep.rootfs_bytes": "passed",
    }
    by_name = [each.replace("rootfs", "own.rootfs") if "rootfs" in str(each) else each for each in rules]
    assert statuses(imgscan("gate", NEW, *parent, *by_name)) == {
        "growth.own.rootfs_bytes": "failed",
        "creep.own.rootfs_bytes": "passed",
    }


def test_runs_are_recorded_with_commit_date_and_figures(imgscan, folder: Path, built) -> None:
    rule = ("-r", "rootfs_bytes=100")
    assert imgscan("gate", built(100), *rule, "--record", "runs.jsonl", GITHUB_SHA="c0ffee").status == 0
    assert imgscan("gate", built(101), *rule, "--record", "runs.jsonl", CI_COMMIT_SHA="beef").status == 1
    rows = [json.loads(line) for line in (folder / "runs.jsonl").read_text().splitlines()]
    assert [(each["date"], each["commit"], each["verdict"], each["rootfs_bytes"], each["files"]) for each in rows] == [
        ("2026-05-28T20:26:40Z", "c0ffee", "passed", 100, 1),
        ("2026-05-28T20:26:40Z", "beef", "failed", 101, 1),
    ]
    for at in range(2):
        assert imgscan("gate", built(100), built(101), *rule, "--record", "runs.parquet", day=DAY + at).status == 1
    assert imgscan("gate", built(100), built(101), *rule, "--record", "runs.parquet", day=DAY).status == 1
    assert len(list((folder / "runs.parquet").iterdir())) == 2
    assert len(json.loads(imgscan("trend", "runs.parquet", "-f", "json").out)) == 4


def test_a_record_that_was_cut_off_is_told_and_kept(imgscan, folder: Path, built) -> None:
    (folder / "runs.jsonl").write_bytes(b'{"date": "2026')
    done = imgscan("gate", built(100), "-r", "files=1", "--record", "runs.jsonl")
    assert done.status == 0
    assert "imgscan: runs.jsonl ended within a line: that one is damaged, and stays as it is" in done.err
    assert (folder / "runs.jsonl").read_bytes().startswith(b'{"date": "2026\n{"date":')


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gate", "damaged.tar", "--record", "runs.csv"), "--record: runs.csv is no name of a record"),
        (
            ("gate", "damaged.tar", "-r", "files=1", "--baseline", "old.tar", "--write-baseline"),
            "--write-baseline: old.tar is no baseline file",
        ),
        (
            ("gate", "damaged.tar", "-r", "growth.rootfs_bytes=1", "--baseline", "bad.toml"),
            "bad.toml, line 1: damaged: it is not TOML",
        ),
        (("baseline", "update", "a.tar", "b.tar", "--name", "x"), "--name: one name does not fit 2 images"),
    ],
)
def test_trouble_is_told_before_an_image_is_read(
    imgscan, folder: Path, arguments: tuple[str, ...], message: str
) -> None:
    for name in ("old.tar", "damaged.tar", "a.tar", "b.tar"):
        (folder / name).write_bytes(b"no image")
    (folder / "bad.toml").write_text("[")
    done = imgscan(*arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"imgscan: error: {message}")


def test_an_estimated_pull_is_kept_as_one(imgscan, folder: Path) -> None:
    """Both images are plain: what they take to pull is not known without an estimate."""
    rules = ("--baseline", FILE, "-r", "growth.pull_bytes=9 MB", "-r", "growth.pull_delta_bytes=max(9 MB, 10%)")
    assert imgscan("baseline", "update", OLD).status == 0
    assert "estimated" not in (folder / FILE).read_text()
    assert imgscan("gate", NEW, "--estimate-pull", *rules).status == 2
    assert imgscan("baseline", "update", OLD, "--estimate-pull", "--reason", "estimated").status == 0
    assert "estimated = true" in (folder / FILE).read_text()
    assert "plain" not in (folder / FILE).read_text()
    assert imgscan("gate", NEW, *rules).status == 2
    done = imgscan("gate", NEW, "--estimate-pull", *rules)
    assert (done.status, done.out.count(" estimated ")) == (0, 2)


def test_nothing_is_said_to_be_approved_of_that_could_not_be_written(imgscan, folder: Path) -> None:
    done = imgscan("baseline", "update", OLD, "--file", "missing/x.toml", "--reason", "begin")
    assert (done.status, done.err.splitlines()[-1]) == (
        2,
        "imgscan: error: cannot write missing/x.toml: No such file or directory",
    )
    assert "approved" not in done.err
    done = imgscan(
        *("gate", OLD, "--baseline", "missing/x.toml", "--write-baseline", "-r", "growth.rootfs_bytes=1"),
        *("--record", "missing/runs.jsonl", "-o", "verdict.md"),
    )
    assert done.status == 2
    assert "added" not in done.err
    assert done.out.startswith("passed: acme/app:1.0")  # the verdict is not lost
    assert (folder / "verdict.md").is_file()


def test_a_name_with_a_line_break_stays_in_its_line(imgscan, folder: Path) -> None:
    name = "a\n::error::b.tar"
    done = imgscan("gate", name, "-r", "files=1")
    assert (done.status, done.err.splitlines()[0]) == (
        2,
        "imgscan: error: no such file or directory: a\\x0a::error::b.tar",
    )
    assert imgscan("trend", name).err == "imgscan: error: cannot read a\\x0a::error::b.tar: No such file or directory\n"


def test_what_others_added_meanwhile_is_kept(imgscan_command, environment, imgscan, folder: Path, built) -> None:
    slow, other = built(1_000_000, tag="acme/slow:1"), built(1000, tag="acme/other:1")
    arguments = [*imgscan_command, "baseline", "update", "-", "--file", FILE]
    with subprocess.Popen(arguments, cwd=folder, env=environment, stdin=subprocess.PIPE) as run:
        content = (folder / slow).read_bytes()
        run.stdin.write(content[:500_000])  # more than a pipe holds: by now the file was looked for
        assert imgscan("baseline", "update", other, "--file", FILE).status == 0
        run.stdin.write(content[500_000:])
        run.stdin.close()
        assert run.wait(60) == 0
    assert imgscan("baseline", "check", slow, other, "--file", FILE).status == 0
    (folder / "imgscan.toml").write_text("[gate.growth]\nrootfs_bytes = 1\n")
    third = built(1000, tag="acme/third:1")
    assert imgscan("gate", third, "--baseline", FILE, "--write-baseline").status == 0
    assert imgscan("baseline", "check", slow, other, third, "--file", FILE).status == 0


def test_runs_side_by_side_add_one_after_another(imgscan_command, environment, imgscan, folder: Path, built) -> None:
    images = [built(1000, tag=f"acme/app{number}:1") for number in range(6)]
    update = [*imgscan_command, "baseline", "update", "--file", FILE, "--quiet"]
    runs = [subprocess.Popen([*update, each], cwd=folder, env=environment) for each in images]
    assert [run.wait(60) for run in runs] == [0] * 6
    assert imgscan("baseline", "check", *images, "--file", FILE).status == 0


def test_a_run_waits_for_its_turn_to_write(imgscan_command, environment, imgscan, folder: Path, built) -> None:
    image = built(1000)
    update = [*imgscan_command, "baseline", "update", image, "--file", FILE]
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)  # a turn is for one only: it is not shared
        late = threading.Timer(30, fcntl.flock, (descriptor, fcntl.LOCK_UN))  # a run that tells nothing ends too
        late.start()
        with subprocess.Popen(update, cwd=folder, env=environment, stderr=subprocess.PIPE) as run:
            told = f"imgscan: waiting to write {FILE}: another process has its folder locked\n".encode()
            is_told, is_there = told in iter(run.stderr.readline, b""), (folder / FILE).exists()
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            after = run.stderr.read()
        late.cancel()
        assert (is_told, is_there, run.returncode) == (True, False, 0)
        assert told not in after
    finally:
        os.close(descriptor)
    assert imgscan("baseline", "check", image, "--file", FILE).status == 0
