"""One command that removes all folders of a kind, and no other file: rm(1) where they are few, find(1) where not."""

from __future__ import annotations

import re
import shlex
from posixpath import basename, commonpath, dirname
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from .naming import PATHS_NAMED, argument, arguments, inside, named_paths, paths_at
from .numbers import distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..arrays import Ints
    from ..globs import Globs
    from .context import Context

# More names, or more folders to spare, make a line that nobody reads.
_NAMES = _SPARED = 3
_GLOB = re.compile(r"[*?\[\\]")


def removal(context: Context, globs: Globs, names: Ints) -> str:
    """The command that removes those folders that ``globs`` match which have some of ``names``.

    It ends in an ellipsis where no one line does.
    """
    nodes = distinct(context.stack.rows.node[names])
    others = _others(context, globs)
    folders = _outermost(context, globs, nodes, others)
    if len(nodes) > sum(inside(context, nodes, each) for each in folders):
        return f"rm -rf {named_paths(context, names)}"
    paths = paths_at(context, folders)
    few = f"rm -rf {arguments(map(argument, paths[:PATHS_NAMED]), complete=len(paths) <= PATHS_NAMED)}"
    return few if len(paths) <= PATHS_NAMED else _swept(context, paths, others) or few


def _others(context: Context, globs: Globs) -> Ints:
    """The nodes of files that a container sees and ``globs`` do not match, ascending."""
    node, is_other = context.stack.rows.node, np.zeros(len(context.stack.rows.tree), bool)
    is_other[node[context.visible_names]] = True
    is_other[node[context.visible_by(globs)]] = False
    return np.flatnonzero(is_other)


def _outermost(context: Context, globs: Globs, nodes: Ints, others: Ints) -> list[int]:
    """The outermost folders that ``globs`` match with some of ``nodes`` in them, and none of ``others``."""
    end, found = context.stack.rows.tree.end, list[int]()
    for folder in context.folders_by(globs).tolist():
        is_within = bool(found) and folder < end[found[-1]]
        if not is_within and inside(context, nodes, folder) and not inside(context, others, folder):
            found.append(folder)
    return found


def _swept(context: Context, folders: Sequence[str], others: Ints) -> str | None:
    """The call of find(1) that removes ``folders`` by their names, but none with ``others`` in it.

    None where such a line would be long.
    """
    base, names = commonpath([dirname(each) for each in folders]), sorted({basename(each) for each in folders})
    alike = _folders_called(context, base, names)
    spared = [node for node in alike.tolist() if inside(context, others, node)]
    paths = paths_at(context, spared[: _SPARED + 1])
    if len(names) > _NAMES or len(paths) > _SPARED or any(map(_GLOB.search, (*names, *paths))):
        return None
    called = " -o ".join(f"-name {shlex.quote(name)}" for name in names)
    kept = "".join(f"! -path {argument(path)} " for path in paths)
    which = called if len(names) == 1 else rf"\( {called} \)"
    return f"find {argument(base)} -type d {which} {kept}-prune -exec rm -rf {{}} +"


def _folders_called(context: Context, base: str, names: Sequence[str]) -> Ints:
    """The nodes below ``base`` of directories with one of these ``names`` that have something in them."""
    tree = context.stack.rows.tree
    start = tree.paths.find(base.encode())
    below = np.arange(start + 1, tree.end[start], dtype=np.int32)
    ending = rf"(?s)(?:\A|/)(?:{'|'.join(map(re.escape, names))})\z"
    return tree.paths.which(
        below[tree.end[below] > below + 1],
        lambda paths: pc.match_substring_regex(paths, ending),
    )
