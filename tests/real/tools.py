"""The programs that these tests hold imgscan against: found or, loudly, not."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUIRE_TOOLS = "IMGSCAN_REQUIRE_TOOLS"


def require(*names: str) -> None:
    """Skip the test unless every program is installed; with IMGSCAN_REQUIRE_TOOLS=1 fail it instead."""
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        unavailable(f"not installed: {', '.join(missing)}")


def require_root() -> None:
    """Skip, or fail, where containers cannot be made for want of rights."""
    if os.geteuid() != 0:
        unavailable("needs root")


def unavailable(reason: str) -> NoReturn:
    """Skip for ``reason``, or fail where everything has to be there."""
    if os.environ.get(REQUIRE_TOOLS) == "1":
        pytest.fail(f"{reason} ({REQUIRE_TOOLS}=1)", pytrace=False)
    pytest.skip(reason)


def run(*command: object, environment: Mapping[str, str] | None = None, stdin: bytes = b"") -> bytes:
    """What ``command`` prints; its standard error is in the failure."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, input=stdin, capture_output=True, check=False, env={**os.environ, **(environment or {})}
    )
    if done.returncode != 0:
        errors = done.stderr.decode(errors="replace")[-4000:] + done.stdout.decode(errors="replace")[-2000:]
        pytest.fail(f"{' '.join(words)} ended with {done.returncode}:\n{errors}", pytrace=False)
    return done.stdout
