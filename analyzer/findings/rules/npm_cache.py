"""What npm leaves: its cache of packages, and its logs."""

from __future__ import annotations

from ...globs import Globs
from ..left_behind import folders_left_behind
from ..model import Rule

RULE = Rule(
    id="npm-cache",
    title="Cache of npm",
    severity="waste",
    meaning="npm keeps each package that it downloads in ~/.npm besides unpacking it into node_modules.",
    bad="RUN npm ci",
    good="RUN npm ci && npm cache clean --force",
    find=folders_left_behind,
    globs=Globs(
        directories=(
            "**/.npm",
            "**/_cacache",
        ),
    ),
)
