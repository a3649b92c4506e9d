"""What npm leaves: its cache of packages, and its logs."""

from __future__ import annotations

from ...globs import Globs
from ..edits import at_the_end
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="npm-cache",
    title="Cache of npm",
    severity="waste",
    meaning="npm keeps each package that it downloads in ~/.npm besides unpacking it into node_modules.",
    bad="RUN npm ci",
    good="RUN npm ci && npm cache clean --force",
    find=left_behind(at_the_end("rm -rf ~/.npm")),
    globs=Globs(
        directories=(
            "**/.npm",
            "**/_cacache",
        ),
    ),
)
