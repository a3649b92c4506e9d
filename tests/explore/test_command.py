"""`imgscan explore` where there is no terminal, and where words are wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.explore.driving import SAMPLES

ROOT = Path(__file__).resolve().parents[2]
APP = str(SAMPLES / "app-2.0.tar")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([APP], "explore needs a terminal\nhint: imgscan report prints a summary"),
        ([], "explore needs IMAGE\nhint: usage: imgscan explore [OPTIONS] IMAGE [NEW]"),
        ([APP, APP, APP], f"explore takes IMAGE NEW: {APP} is one too many\nhint: run it for one image at a time"),
    ],
)
def test_what_it_refuses(arguments: list[str], message: str) -> None:
    command = [sys.executable, "-m", "imgscan", "explore", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("imgscan: error: ")
    assert message in done.stderr
