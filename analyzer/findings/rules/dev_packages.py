"""Packages that serve to compile, by what dpkg notes of each package it installed."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ...globs import Globs
from ..advice import said
from ..made import PATHS_SHOWN, telling
from ..model import Rule

if TYPE_CHECKING:
    from ...arrays import Ints
    from ..advice import Advice
    from ..context import Context
    from ..model import Finding

_LIST = re.compile(r"(?::\w+)?\.list$")


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer that installs such packages; what they hold is what other rules count."""
    return telling(rule, context, context.visible_by(rule.globs), edit)


def edit(context: Context, _: int, names: Ints) -> Advice:
    """Install them where they are needed."""
    packages = [_LIST.sub("", PurePosixPath(path).name) for path in context.paths(names[:PATHS_SHOWN])]
    more = " …" if len(names) > PATHS_SHOWN else ""
    return said(f"in a build stage only, install {' '.join(packages)}{more}")


RULE = Rule(
    id="dev-packages",
    title="Development packages",
    severity="size",
    meaning=(
        "Packages called -dev bring headers and libraries to compile with. The library itself is in the package of the "
        "same name without -dev. What the packages hold is counted by `headers` and `static-libraries`."
    ),
    bad="RUN apt-get install --yes libpq-dev",
    good="RUN apt-get install --yes libpq5",
    find=find,
    globs=Globs(files=("var/lib/dpkg/info/*-dev.list", "var/lib/dpkg/info/*-dev:*.list")),
)
