"""What apk leaves: the index of packages, downloaded packages."""

from __future__ import annotations

from ...globs import Globs
from ..edits import with_option
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="apk-cache",
    title="Cache of apk",
    severity="waste",
    meaning=(
        "apk update, and apk add without --no-cache, keep the index of all packages. A container does not need it."
    ),
    bad="RUN apk update && apk add curl",
    good="RUN apk add --no-cache curl",
    find=left_behind(with_option(r"\bapk (?:-\S+ )*add\b", "--no-cache", "rm -rf /var/cache/apk/*")),
    globs=Globs(
        directories=(
            "var/cache/apk",
            "etc/apk/cache",
        ),
    ),
)
