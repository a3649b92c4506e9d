"""Packages that serve to compile: by what dpkg notes of each that it installed, and by the databases of apk and rpm."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from ...globs import Globs
from ..advice import said
from ..made import NOTHING, Group, made, telling
from ..model import PATHS_SHOWN, Rule

if TYPE_CHECKING:
    from ...arrays import Ints
    from ..advice import Advice
    from ..context import Context
    from ..installed import Installations
    from ..model import Finding

_LIST = re.compile(r"(?::\w+)?\.list$")
_ENDINGS = {"apk": ("-dev", "-static"), "rpm": ("-devel", "-static")}
_LISTS = Globs(files=("var/lib/dpkg/info/*-dev.list", "var/lib/dpkg/info/*-dev:*.list"))
_DATABASES = (
    "{,usr/}lib/apk/db/installed",
    "{var/lib,usr/lib/sysimage,usr/share}/rpm/{rpmdb.sqlite,Packages.db,Packages}",
)


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer that installs such packages; what they hold is what other rules count."""
    names = context.visible_by(rule.globs)
    listed = context.matching(names, _LISTS.file_regex)
    found = telling(rule, context, names[listed], _by_list)
    databases = names[~listed & ~context.matching(names, context.spared.get(rule.id, ""))]
    if context.installations is None or not len(databases):
        return found
    return found + _in_databases(rule, context, context.installations())


def _by_list(context: Context, _: int, names: Ints) -> Advice:
    return _edit([_LIST.sub("", PurePosixPath(path).name) for path in context.paths(names)])


def _edit(packages: list[str]) -> Advice:
    """Install them where they are needed."""
    more = " …" if len(packages) > PATHS_SHOWN else ""
    return said(f"in a build stage only, install {' '.join(packages[:PATHS_SHOWN])}{more}")


def _in_databases(rule: Rule, context: Context, installations: Installations) -> list[Finding]:
    owned = installations.owner >= 0
    count = len(installations.found)
    owner, inherited = installations.owner[owned], context.inherited[owned]
    files, own = np.bincount(owner, minlength=count), np.bincount(owner[~inherited], minlength=count)
    groups: dict[tuple[int, bool], list[str]] = defaultdict(list)
    for place, each in enumerate(installations.found):
        package = each.package
        if each.until is None and package.name.endswith(_ENDINGS.get(package.ecosystem, ())):
            from_parent = each.since < context.own_from or bool(files[place] and not own[place])
            groups[each.since, from_parent].append(package.name)
    return [_of_layer(rule, context, group, sorted(packages)) for group, packages in sorted(groups.items())]


def _of_layer(rule: Rule, context: Context, group: tuple[int, bool], packages: list[str]) -> Finding:
    finding = made(rule, context, Group(*group, NOTHING), lambda *_: _edit(packages))
    return replace(finding, count=len(packages), first_paths=lambda top: packages[:top])


RULE = Rule(
    id="dev-packages",
    title="Development packages",
    severity="size",
    meaning=(
        "Packages called -dev, with rpm -devel, bring headers and libraries to compile with. The library itself is in "
        "the package of the same name without it. What the packages hold is counted by `headers` and "
        "`static-libraries`."
    ),
    bad="RUN apt-get install --yes libpq-dev",
    good="RUN apt-get install --yes libpq5",
    find=find,
    globs=Globs(files=(*_LISTS.files, *_DATABASES)),
)
