"""Translations of programs."""

from __future__ import annotations

from ...globs import Globs
from ..deleting import found_and_deleted
from ..left_behind import left_behind
from ..model import Rule

_GLOBS = Globs(
    directories=(
        "usr/share/locale",
        "usr/local/share/locale",
    ),
    spared=("**/locale.alias",),
)

RULE = Rule(
    id="locales",
    title="Translations of programs",
    severity="size",
    meaning=(
        "Programs translate their messages with files for some hundred languages. A service that only writes English "
        "needs none of them; one that answers in other languages may need some."
    ),
    bad="RUN apt-get install --yes git",
    good="RUN apt-get install --yes git && find /usr/share/locale ! -type d -delete",
    find=left_behind(
        found_and_deleted(
            _GLOBS,
            ("usr/share/locale", "usr/local/share/locale"),
            "! -type d ! -name locale.alias",
            left_out=("/usr/share/locale/*.mo",),
        )
    ),
    globs=_GLOBS,
)
