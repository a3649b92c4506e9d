"""`imgscan gate --init` and `--explain`."""

from pathlib import Path

import pytest

from tests.cli.gating import NEW, OLD


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
    ("arguments", "error"),
    [
        (["--explain", "layers", NEW], f"{NEW}: --explain only says what a rule asks"),
        (["--explain", "layers", "-r", "files=1"], "--rule: --explain only says what a rule asks"),
        (["--explain", "layers", "--init"], "--init: --explain only says what a rule asks"),
        (["--init", NEW, "-r", "files=1"], "--rule: --init judges nothing"),
        (["--init", NEW, "--baseline", OLD], "--baseline: --init judges nothing"),
        (["--init", NEW, "-f", "json"], "--format: --init judges nothing"),
        (["--init", NEW, "--report-only"], "--report-only: --init judges nothing"),
        (["--init", NEW, "--own"], "--own: --init judges nothing"),
        ([NEW, "--baseline", OLD, "--baseline", NEW], "--baseline is there 2 times"),
        ([NEW, "-f", "json", "--format", "text", "-f", "json"], "--format is there 3 times"),
        ([NEW, "--config", "a", "--config", "b"], "--config is there 2 times"),
    ],
)
def test_what_would_not_be_looked_at_is_refused(gate, folder: Path, arguments: list[str], error: str) -> None:
    done = gate(*arguments)
    assert (done.status, done.out, [*folder.iterdir()]) == (2, "", [])
    first, hint = done.err.splitlines()
    assert (first, hint.partition(": ")[0]) == (f"imgscan: error: {error}", "hint")
    assert gate("--explain", "layers", "-q", "--quiet").status == 0


def test_a_first_settings_file_begins_with_a_first_run(gate, run, folder: Path) -> None:
    """As docs/gates.md tells it: the run without a baseline passes and says so, and the next one counts from it."""
    gate("--init", OLD, "-o", "imgscan.toml")
    first = gate(OLD)
    assert first.status == 0
    assert "a first run: imgscan-baseline.toml has nothing on this image yet" in first.out
    assert gate(OLD, "--write-baseline").status == 0
    assert (folder / "imgscan-baseline.toml").is_file()
    assert "passed  growth.rootfs_bytes" in gate(OLD).out
    grown = gate(NEW)
    assert grown.status == 1
    assert "failed  growth.rootfs_bytes" in grown.out
