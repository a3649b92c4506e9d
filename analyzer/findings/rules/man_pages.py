"""Manual pages."""

from __future__ import annotations

from ..edits import at_the_end
from ..globs import Globs
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="man-pages",
    title="Manual pages",
    severity="size",
    meaning="Containers seldom have somebody who reads manual pages in them.",
    bad="RUN apt-get install --yes git",
    good="RUN apt-get install --yes git && rm -rf /usr/share/man",
    find=left_behind(at_the_end("rm -rf /usr/share/man/*")),
    globs=Globs(
        directories=(
            "usr/share/man",
            "usr/local/{share/man,man}",
            "opt/*/share/man",
        ),
    ),
)
