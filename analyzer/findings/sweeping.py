"""One command that removes all folders of a kind, and no other file: rm(1) where they are few, find(1) where not."""

from __future__ import annotations

import re
import shlex
from posixpath import basename, commonpath, dirname
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from .naming import PATHS_NAMED, argument, arguments, inside_each, named_paths, nodes_at, paths_at
from .numbers import distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..arrays import Ints
    from .context import Context
    from .model import Rule

# More names, or more folders to spare, make a line that nobody reads.
_NAMES = _SPARED = 3
_GLOB = re.compile(r"[*?\[\\]")


def free_folders(context: Context, rule: Rule) -> Ints:
    """The outermost folders that the globs of ``rule`` match in which a container sees no file but those to be told of.

    They are nodes, ascending.
    """
    folders = context.folders_by(rule.globs)
    folders = folders[inside_each(context, _others(context, rule), folders) == 0]
    ends = np.maximum.accumulate(context.stack.rows.tree.end[folders])
    return folders[folders >= np.concatenate([[0], ends[:-1]])] if len(folders) else folders


def free_above(context: Context, free: Ints, layer: int) -> Ints:
    """Those folders in which ``layer`` leaves nothing that lower layers store: to remove that saves nothing."""
    return free[inside_each(context, context.stored_below(layer), free) == 0]


def removal(context: Context, free: Ints, names: Ints) -> str:
    """The command that removes those of the folders that are ``free`` to go which have some of ``names``.

    It ends in an ellipsis where no one line does.
    """
    nodes = distinct(context.stack.rows.node[names])
    counts = inside_each(context, nodes, free)
    if len(nodes) > counts.sum():
        return f"rm -rf {named_paths(context, names)}"
    paths = paths_at(context, free[counts > 0])
    few = f"rm -rf {arguments(map(argument, paths[:PATHS_NAMED]), complete=len(paths) <= PATHS_NAMED)}"
    return few if len(paths) <= PATHS_NAMED else _swept(context, paths, free) or few


def _others(context: Context, rule: Rule) -> Ints:
    """The nodes of files that a container sees and ``rule`` does not tell of, ascending."""
    node, told = context.stack.rows.node, context.visible_by(rule.globs)
    told = told[~context.matching(told, context.spared.get(rule.id, ""))]
    return nodes_at(context, node[context.visible_names], but=node[told])


def _swept(context: Context, folders: Sequence[str], free: Ints) -> str | None:
    """The call of find(1) that removes ``folders`` by their names, and no others that are not ``free`` to go.

    None where such a line would be long, or would search /proc and what is mounted for the build.
    """
    base, names = commonpath([dirname(each) for each in folders]), sorted({basename(each) for each in folders})
    if not base or len(names) > _NAMES:
        return None
    alike = _folders_called(context, base, names)
    within = np.searchsorted(free, alike, side="right") - 1
    spared = alike[(within < 0) | (alike >= context.stack.rows.tree.end[free[within]])]
    paths = paths_at(context, spared[: _SPARED + 1])
    if len(paths) > _SPARED or any(map(_GLOB.search, (*names, *paths))):
        return None
    called = " -o ".join(f"-name {shlex.quote(name)}" for name in names)
    kept = "".join(f"! -path {argument(path)} " for path in paths)
    which = called if len(names) == 1 else rf"\( {called} \)"
    return f"find {argument(base)} -type d {which} {kept}-prune -exec rm -rf {{}} +"


def _folders_called(context: Context, base: str, names: Sequence[str]) -> Ints:
    """The nodes below ``base`` at which a container sees a directory with one of these ``names``."""
    tree = context.stack.rows.tree
    start = tree.paths.find(base.encode())
    below = np.arange(start + 1, tree.end[start], dtype=np.int32)
    ending = rf"(?s)(?:\A|/)(?:{'|'.join(map(re.escape, names))})\z"
    return tree.paths.which(
        below[context.is_directory[below]],
        lambda paths: pc.match_substring_regex(paths, ending),
    )
