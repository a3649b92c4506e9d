"""`imgscan packages`, as a user runs it."""

from __future__ import annotations

import json
import re

import pytest

from tests.cli.conftest import ROOT

SAMPLE = str(ROOT / "sample_images" / "packages.tar")


@pytest.mark.parametrize("form", ["cyclonedx", "spdx"])
def test_no_bill_of_materials_is_cut(run, form: str) -> None:
    done = run("packages", SAMPLE, "--top", "1", "--format", form)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"--top: a bill of materials lists all packages" in done.stderr


def test_directories_of_nobody_s_files_come_with_what_they_are_in_all(run) -> None:
    """Those inside one another count twice in the rows, and once in the sum."""
    text = run("packages", SAMPLE, "--unowned").stdout.decode()
    rows = json.loads(run("packages", SAMPLE, "--unowned", "--format", "json").stdout)
    packages = json.loads(run("packages", SAMPLE, "--format", "json").stdout)
    files = json.loads(run("rootfs", SAMPLE, "--format", "json").stdout)
    everything = sum(
        each["size"] for each in {each["inode"]: each for each in files if each["kind"] == "file"}.values()
    )
    told = re.search(r"no package owns ([0-9,]+) bytes in all", text)
    assert told is not None
    free = int(told[1].replace(",", ""))
    assert free == everything - sum(each["file_bytes"] for each in packages)
    assert sum(each["bytes"] for each in rows) > free


@pytest.mark.parametrize("types", [["--type", "npm,python"], ["-t", "npm", "-t", "python"], ["-t", "python, npm"]])
def test_types_go_with_commas_or_one_by_one(run, types: list[str]) -> None:
    rows = json.loads(run("packages", SAMPLE, *types, "--format", "json").stdout)
    assert {each["ecosystem"] for each in rows} == {"npm", "python"}
