"""`imgscan gate --init` and `--explain`."""

from pathlib import Path

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
