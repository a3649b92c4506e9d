"""`imgscan trend`: what it prints, and what is said of records that are none."""

import json
from pathlib import Path

import pytest

from analyzer.gates.records import append
from analyzer.gates.runs import Run
from tests.cli.conftest import ROOT


@pytest.fixture
def record(folder: Path) -> Path:
    file = folder / "runs.jsonl"
    sizes = [100_000, 160_000, 150_000]
    append(
        file,
        [
            Run(
                f"2026-05-0{at + 1}T00:00:00Z",
                f"{at:040x}",
                f"acme/app:{at}",
                "linux/amd64",
                "passed",
                {"rootfs_bytes": size},
            )
            for at, size in enumerate(sizes)
        ],
    )
    return file


def test_every_format_is_chosen_by_name_or_ending(run, record: Path, folder: Path) -> None:
    starts = {
        "text": "acme/app  linux/amd64\n",
        "markdown": "### `acme/app`",
        "csv": "image,platform,",
        "json": "[\n{",
        "html": "<!doctype html>",
    }
    endings = {"text": "txt", "markdown": "md"}
    for form, start in starts.items():
        printed = run("trend", record, "-f", form).stdout.decode()
        assert printed.startswith(start)
        output = folder / f"trend.{endings.get(form, form)}"
        assert run("trend", record, "-o", output).returncode == 0
        assert output.read_text() == printed


def test_runs_are_chosen_by_image_and_figure(run, record: Path) -> None:
    def values(*arguments: str) -> list[int]:
        return [each["rootfs_bytes"] for each in json.loads(run("trend", record, "-f", "json", *arguments).stdout)]

    assert values() == [100_000, 160_000, 150_000]
    assert values("--image", "acme/app:1") == [160_000]
    assert values("--image", "acme/*", "--platform", "linux/amd64") == [100_000, 160_000, 150_000]
    assert run("trend", record, "--figure", "own.files").stdout.decode().count("not known") == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("runs.jsonl", "--figure", "rootfs"), "--figure: there is no figure 'rootfs'"),
        (("runs.jsonl", "--image", "other"), "runs.jsonl has no run of such an image"),
        (("missing.jsonl",), "cannot read missing.jsonl: No such file or directory"),
        (("runs.jsonl", "-o", "runs.jsonl", "-f", "csv"), "runs.jsonl is the record itself"),
        ((ROOT / "sample_images" / "app-1.0.tar",), f"{ROOT}/sample_images/app-1.0.tar is no record of runs"),
        ((ROOT / "README.md",), f"{ROOT}/README.md is no record of runs"),
        (("runs.jsonl", "-o", "a.pdf"), "no format is called .pdf"),
    ],
)
def test_trouble_is_one_line(run, record: Path, arguments: tuple[str, ...], message: str) -> None:
    done = run("trend", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    error, *hints = done.stderr.decode().splitlines()
    assert error.startswith(f"imgscan: error: {message}")
    assert all(each.startswith("hint: ") for each in hints)


def test_a_damaged_line_is_told(run, record: Path) -> None:
    record.write_bytes(record.read_bytes()[:-5])
    done = run("trend", record)
    assert done.returncode == 0
    assert "note: left out, since damaged: line 3" in done.stdout.decode()
