"""Archives that were unpacked and left beside what was in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ...globs import Globs
from ..edits import left_out
from ..made import storing
from ..model import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...arrays import Flags
    from ..context import Context
    from ..model import Finding

_ENDING = re.compile(r"\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz|zip|7z|deb|rpm)$")
_WORD = re.compile(r"[^\s/'\"=;&|<>()]+")
_UNPACKS = re.compile(r"\b(?:tar|bsdtar|unzip|7z[ar]?)\b")
_INSTALLS = re.compile(r"\b(?:dpkg|rpm|apt|apt-get|dnf|microdnf|yum|zypper)\b")
_PACKAGES = (".deb", ".rpm")
_advice = left_out(
    "end the RUN that unpacks or installs it with && rm PATHS, or unpack from a pipe: curl … | tar --extract"
)
_CANDIDATES = 10_000


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer with an archive that has a directory of its name beside it, or that a RUN unpacks."""
    names = context.visible_by(rule.globs)[:_CANDIDATES]
    paths = context.paths(names)
    unpacked = _has_directory(context, paths) | _is_unpacked_by_name(context, paths)
    return storing(rule, context, names[unpacked], _advice)


def _has_directory(context: Context, paths: list[str]) -> Flags:
    tree = context.stack.rows.tree
    stems = [_ENDING.sub("", path).encode("utf-8", "surrogateescape") for path in paths]
    nodes = context.nodes(stems)
    seen = np.zeros(len(tree) + 1, np.int64)
    np.add.at(seen, context.stack.rows.node[context.visible_names] + 1, 1)
    files_before = np.cumsum(seen)
    inside = files_before[tree.end[nodes]] - files_before[np.minimum(nodes + 1, len(tree))]
    found: Flags = (nodes >= 0) & (inside > 0)
    return found


def _is_unpacked_by_name(context: Context, paths: list[str]) -> Flags:
    named = {word for line in context.instructions if line.startswith("RUN ") for word in _taken_apart(line)}
    return np.array([path.rpartition("/")[2] in named for path in paths], bool)


def _taken_apart(line: str) -> Iterator[str]:
    """Words of a RUN that may be archives that it unpacks, or packages that it installs."""
    unpacks, installs = bool(_UNPACKS.search(line)), bool(_INSTALLS.search(line))
    return (word for word in _WORD.findall(line) if (installs if word.endswith(_PACKAGES) else unpacks))


RULE = Rule(
    id="unpacked-archives",
    title="Archives beside what was in them",
    severity="waste",
    meaning=(
        "An archive that has been unpacked, or a package that has been installed, is a second, compressed copy of what "
        "is there already. It counts where a directory of its name stands beside it, or where the history has a RUN "
        "that names and unpacks it."
    ),
    bad="ADD https://example.com/tool-1.0.tar.gz /opt/\nRUN tar --extract --file /opt/tool-1.0.tar.gz --directory /opt",
    good="RUN curl https://example.com/tool-1.0.tar.gz | tar --extract --gzip --directory /opt",
    find=find,
    globs=Globs(files=("**/*.{tar,tar.gz,tar.xz,tar.bz2,tar.zst,tgz,tbz,tbz2,txz,zip,7z,deb,rpm}",)),
)
