"""Translations of programs."""

from __future__ import annotations

from ..edits import at_the_end
from ..globs import Globs
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="locales",
    title="Translations of programs",
    severity="size",
    meaning=("Programs translate their messages with files for some hundred languages. A service seldom speaks them."),
    bad="RUN apt-get install --yes git",
    good="RUN apt-get install --yes git && rm -rf /usr/share/locale/*",
    find=left_behind(at_the_end("rm -rf /usr/share/locale/*")),
    globs=Globs(
        directories=(
            "usr/share/locale",
            "usr/local/share/locale",
        ),
        spared=("**/locale.alias",),
    ),
)
