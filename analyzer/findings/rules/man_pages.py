"""Manual pages."""

from __future__ import annotations

from ...globs import Globs
from ..deleting import found_and_deleted
from ..left_behind import left_behind
from ..model import Rule

_GLOBS = Globs(
    directories=(
        "usr/share/man",
        "usr/local/{share/man,man}",
        "opt/*/share/man",
    ),
)

RULE = Rule(
    id="man-pages",
    title="Manual pages",
    severity="size",
    meaning=(
        "Containers seldom have somebody who reads manual pages in them. Their directories stay: some packages cannot "
        "be installed without them."
    ),
    bad="RUN apt-get install --yes git",
    good="RUN apt-get install --yes git && find /usr/share/man ! -type d -delete",
    find=left_behind(
        found_and_deleted(
            _GLOBS,
            ("usr/share/man", "usr/local/share/man", "usr/local/man"),
            "! -type d",
            left_out=("/usr/share/man/*.gz",),
        )
    ),
    globs=_GLOBS,
)
