"""What dnf, yum, microdnf and zypper leave: metadata of repositories, downloaded packages."""

from __future__ import annotations

from ...globs import Globs
from ..edits import at_the_end
from ..left_behind import left_behind
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
    find=left_behind(at_the_end("rm -rf /var/cache/dnf /var/cache/yum /var/cache/libdnf5 /var/cache/zypp")),
    globs=Globs(
        directories=(
            "var/cache/{dnf,yum,libdnf5,zypp}",
            "var/lib/dnf/repos",
        ),
    ),
)
