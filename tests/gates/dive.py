"""dive itself, whose word on its own figures and verdicts is the last."""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import imgscan
from analyzer.gates.dive.figures import DiveFigures, dive_figures
from tests.real.tools import unavailable

STRICTEST = "rules: {lowestEfficiency: 1, highestWastedBytes: 0, highestUserWastedPercent: 0}"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_STATUS = re.compile(r"^  (PASS|FAIL|SKIP|MISCONFIGURED|CONFIGURED) *: (\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Said:
    """What it printed, without colours, and whether it let the image pass."""

    text: str
    passed: bool

    @property
    def statuses(self) -> dict[str, str]:
        return {rule: status.lower() for status, rule in _STATUS.findall(self.text)}

    @property
    def wasted_bytes(self) -> int:
        return int(self._found(r"wastedBytes: (\d+) bytes"))

    @property
    def efficiency(self) -> float:
        """All digits of it: those are printed where the strictest rules fail."""
        return 1.0 if self.statuses["lowestEfficiency"] == "pass" else float(self._found(r"\(efficiency=(\S+)"))

    @property
    def wasted_user_percent(self) -> float:
        if self.statuses["highestUserWastedPercent"] == "pass":
            return math.nan if "userWastedPercent: NaN" in self.text else 0.0
        return float(self._found(r"user-wasted-bytes=(\S+)"))

    def _found(self, pattern: str) -> str:
        found = re.search(pattern, self.text)
        assert found, self.text
        return found[1]


def dive() -> str:
    """The program, of the version whose quirks ours are; the test is skipped where it is missing."""
    beside = Path(sys.executable).parent
    found = shutil.which("dive", path=beside) or shutil.which("dive") or unavailable("not installed: dive")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    return found if version == "0.13.1" else unavailable(f"dive is {version}, not 0.13.1")


def judged(archive: bytes | Path, rules: str = STRICTEST) -> Said:
    """What it says of a docker-archive by the rules of a `.dive-ci` file."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "rules.yaml").write_text(rules, encoding="utf-8")
        if isinstance(archive, bytes):
            (Path(folder) / "image.tar").write_bytes(archive)
        path = archive.resolve() if isinstance(archive, Path) else "image.tar"
        command = [dive(), "--ci", "--ci-config", "rules.yaml", f"docker-archive://{path}"]
        alone = {"HOME": folder, "PATH": os.environ["PATH"]}
        done = subprocess.run(command, cwd=folder, env=alone, capture_output=True, check=False, timeout=120)
    return Said(_COLOURS.sub("", done.stdout.decode(errors="replace")), done.returncode == 0)


def figures(archive: bytes | Path) -> DiveFigures:
    """Ours of the same archive."""
    with TemporaryDirectory() as folder:
        path = archive if isinstance(archive, Path) else Path(folder) / "image.tar"
        if isinstance(archive, bytes):
            path.write_bytes(archive)
        image = imgscan.open(path)
        return dive_figures(image.changes, image._analysis.metadata.layers)


def assert_the_same(archive: bytes | Path) -> None:
    """All three figures, to the last digit; NaN is the same as NaN."""
    said, ours = judged(archive), figures(archive)
    theirs = (said.efficiency, said.wasted_bytes, said.wasted_user_percent)
    assert repr((ours.efficiency, ours.wasted_bytes, ours.wasted_user_percent)) == repr(theirs)
