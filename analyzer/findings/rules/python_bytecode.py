"""Compiled files of Python."""

from __future__ import annotations

from ...globs import Globs
from ..edits import with_option
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="python-bytecode",
    title="Compiled files of Python",
    severity="size",
    meaning=(
        "Python compiles what it imports beside the sources. What installations compile makes the first start "
        "faster, and about doubles the size of the packages. Whether that is worth it depends on how often "
        "containers start."
    ),
    bad="RUN pip install flask",
    good="ENV PYTHONDONTWRITEBYTECODE=1\nRUN pip install --no-compile flask",
    find=left_behind(
        with_option(r"\bpip3? install\b", "--no-compile", "find / -xdev -depth -name __pycache__ -exec rm -rf {} +")
    ),
    globs=Globs(
        directories=("**/__pycache__",),
    ),
)
