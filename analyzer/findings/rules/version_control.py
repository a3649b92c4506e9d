"""Folders in which version control keeps its history."""

from __future__ import annotations

from ...globs import Globs
from ..edits import left_out
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="version-control",
    title="Version control folders",
    severity="waste",
    meaning=(
        "A copy of .git has the whole history of the sources, also what was once committed by mistake, "
        "secrets included."
    ),
    bad="COPY . /srv/app",
    good="# .dockerignore\n.git",
    find=left_behind(left_out("remove the folder in the RUN that made it: && rm -rf PATHS")),
    globs=Globs(
        directories=(
            "**/.git",
            "**/.hg",
            "**/.svn",
            "**/.bzr",
        ),
    ),
)
