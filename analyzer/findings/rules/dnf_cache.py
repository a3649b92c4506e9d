"""What dnf, yum, microdnf and zypper leave: metadata of repositories, downloaded packages."""

from __future__ import annotations

from ...globs import Globs
from ..left_behind import folders_left_behind
from ..model import Rule

RULE = Rule(
    id="dnf-cache",
    title="Cache of dnf, yum or zypper",
    severity="waste",
    meaning=(
        "dnf, yum and zypper keep the metadata of all repositories that they looked at, often more than what "
        "they install. A container does not need it."
    ),
    bad="RUN dnf install --assumeyes curl",
    good="RUN dnf install --assumeyes curl && dnf clean all",
    find=folders_left_behind,
    globs=Globs(
        directories=(
            "var/cache/{dnf,yum,libdnf5,zypp}",
            "var/lib/dnf/repos",
        ),
    ),
)
