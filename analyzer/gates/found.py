"""Where an image has what a glob or the pattern of a package's name is about."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..globs import regex, whole
from ..layers.names import displayed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ..analysis import Analysis


def visible_paths(image: Analysis) -> pa.Table:
    """``path`` of all that a container sees, with ``inode``, the row that has its content; null for what has none.

    The rootfs table without digests, which plain layers would have to be read for again.
    """
    stack = image.stack
    rows = np.flatnonzero(stack.alive)
    implied = np.flatnonzero(stack.implied)
    nodes = np.concatenate([stack.rows.node[rows], implied])
    inodes = np.concatenate([stack.inode[rows], np.full(len(implied), -1)])
    order = np.argsort(nodes, kind="stable")
    paths = displayed(stack.rows.tree.paths.take(nodes[order]))
    return pa.table({"path": paths, "inode": pa.array(inodes[order], mask=inodes[order] < 0)})


def bytes_at(visible: pa.Table, glob: str, image: Analysis) -> int:
    """Content at paths that the glob matches, or below; a file with several such names counts once."""
    inodes = pc.unique(visible.filter(_matching(visible["path"], (glob,)))["inode"]).drop_null()
    return pc.sum(image.changes["stored"].take(inodes)).as_py() or 0


def paths_at(table: pa.Table, globs: Iterable[str]) -> list[str]:
    """The paths of a table that one of the globs matches, or that lie below, each once."""
    paths: list[str] = pc.unique(table.filter(_matching(table["path"], globs))["path"]).to_pylist()
    return paths


def _matching(paths: pa.ChunkedArray, globs: Iterable[str]) -> pa.ChunkedArray:
    expressions = [each for glob in globs for each in (regex(glob), regex(glob.rstrip("/") + "/**"))]
    return pc.match_substring_regex(paths, whole(expressions))


def bytes_of(packages: Mapping[str, int], pattern: str) -> int:
    """What the packages take together whose name the pattern matches."""
    return sum(size for name, size in packages.items() if is_named(name, (pattern,)))


def is_one(packages: Collection[str], pattern: str) -> bool:
    """Whether the pattern is the type and the name of one of the packages, and so of no other.

    >>> [is_one(["npm:ms"], each) for each in ("npm:ms", "NPM:MS", "ms", "npm:m*", "npm:qs")]
    [True, True, False, False, False]
    """
    return pattern.lower() in (each.lower() for each in packages)


def is_named(name: str, patterns: Iterable[str]) -> bool:
    """By ecosystem and name, or by name alone; in upper or lower case, as most ecosystems take names."""
    whole_name = name.lower()
    names = (whole_name, whole_name.partition(":")[2])
    return any(fnmatchcase(each, pattern.lower()) for each in names for pattern in patterns)
