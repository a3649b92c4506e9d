"""What pip and uv leave: downloads and wheels."""

from __future__ import annotations

from ...globs import Globs
from ..edits import with_option
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="pip-cache",
    title="Cache of pip or uv",
    severity="waste",
    meaning=(
        "pip and uv keep what they download, and the wheels that they build, for the next installation. In an "
        "image there is none."
    ),
    bad="RUN pip install flask",
    good="RUN pip install --no-cache-dir flask",
    find=left_behind(with_option(r"\bpip3? install\b", "--no-cache-dir", "rm -rf ~/.cache/pip ~/.cache/uv")),
    globs=Globs(
        directories=(
            "**/.cache/pip",
            "**/.cache/uv",
        ),
    ),
)
