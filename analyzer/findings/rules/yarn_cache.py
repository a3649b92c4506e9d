"""What yarn and pnpm leave: their stores of packages."""

from __future__ import annotations

from ...globs import Globs
from ..left_behind import folders_left_behind
from ..model import Rule

RULE = Rule(
    id="yarn-cache",
    title="Cache of yarn or pnpm",
    severity="waste",
    meaning=(
        "yarn and pnpm keep each package that they download. pnpm's store costs only what no node_modules has "
        "as a hard link."
    ),
    bad="RUN yarn install",
    good="RUN yarn install && yarn cache clean",
    find=folders_left_behind,
    globs=Globs(
        directories=(
            "**/.cache/yarn",
            "**/.yarn/berry/cache",
            "**/.local/share/pnpm/store",
            "**/.pnpm-store",
            "usr/local/share/.cache",
        ),
    ),
)
