"""Where the files of a finding are, as arguments for a shell: directories where those say it, else the largest."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from ..layers.names import displayed
from .made import PATHS_SHOWN, largest
from .numbers import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..arrays import Ints
    from ..globs import Globs
    from .context import Context

_PATHS_NAMED = 3
_LEVELS = 64


def is_complete(paths: str) -> bool:
    """Whether these are all the paths that there are."""
    return not paths.endswith("…")


def listed_paths(context: Context, names: Ints) -> str:
    """The first few paths."""
    paths = context.paths(names[:_PATHS_NAMED])
    return _arguments(map(_argument, paths), complete=len(names) <= _PATHS_NAMED)


def named_paths(context: Context, names: Ints, others: Ints | None = None) -> str:
    """Few paths for all of ``names``. A directory stands for what is below it where none of ``others`` are.

    ``others`` are nodes, ascending: by default those of all other files.
    """
    roots, complete = _roots(context, names, _other_files(context, names) if others is None else others)
    return _arguments(map(_argument, _paths(context, roots)), complete=complete)


def removable_paths(context: Context, names: Ints) -> str:
    """Few paths to remove for ``names`` to go, which nobody sees, and nothing that is seen.

    Of a directory that is seen itself, what is in it goes.
    """
    roots, complete = _roots(context, names, context.seen_leaves)
    paths = zip(roots, _paths(context, roots), strict=True)
    return _arguments((_emptied(context, root, path) for root, path in paths), complete=complete)


def folders_named(context: Context, globs: Globs, names: Ints) -> str:
    """The outermost folders that ``globs`` match, where all of ``names`` are in some; else as `named_paths`."""
    tree, nodes = context.stack.rows.tree, distinct(context.stack.rows.node[names])
    roots: list[int] = []
    covered = 0
    for root in context.folders_by(globs).tolist():
        inside = _count(nodes, root, int(tree.end[root]))
        if inside and (not roots or root >= tree.end[roots[-1]]):
            roots.append(root)
            covered += inside
    if covered < len(nodes):
        return named_paths(context, names)
    return _arguments(map(_argument, _paths(context, roots[:_PATHS_NAMED])), complete=len(roots) <= _PATHS_NAMED)


def _roots(context: Context, names: Ints, others: Ints) -> tuple[list[int], bool]:
    """A few nodes that stand for the largest of ``names``, and whether they stand for all."""
    tree, chosen = context.stack.rows.tree, distinct(context.stack.rows.node[names])
    roots: list[int] = []
    covered = 0
    for node in context.stack.rows.node[largest(context, names, PATHS_SHOWN)].tolist():
        if not any(root <= node < tree.end[root] for root in roots):
            root, count = _whole_directory(context, chosen, others, node)
            roots.append(root)
            covered += count
    return roots[:_PATHS_NAMED], len(roots) <= _PATHS_NAMED and covered == len(chosen)


def _whole_directory(context: Context, chosen: Ints, others: Ints, node: int) -> tuple[int, int]:
    """The highest directory above ``node`` that stands for more of the ``chosen`` than those below it, or ``node``.

    With it comes how many it stands for.
    """
    tree, best, count = context.stack.rows.tree, node, 1
    for _ in range(_LEVELS):
        node = int(tree.parent[node])
        if node <= 0 or _count(others, node, int(tree.end[node])):
            break
        inside = _count(chosen, node, int(tree.end[node]))
        if inside > count:
            best, count = node, inside
    return best, count


def _count(nodes: Ints, first: int, end: int) -> int:
    """How many of ``nodes``, ascending, are in a subtree."""
    bounds = np.array((first, end), nodes.dtype)  # another type would copy what is searched
    low, high = np.searchsorted(nodes, bounds)
    return int(high - low)


def _other_files(context: Context, names: Ints) -> Ints:
    """The nodes at which files stand in some layer, but for those of ``names``."""
    is_other = np.zeros(len(context.stack.rows.tree), bool)
    is_other[context.file_nodes] = True
    is_other[context.stack.rows.node[names]] = False
    return np.flatnonzero(is_other)


def _paths(context: Context, nodes: list[int]) -> list[str]:
    paths: list[str] = displayed(context.stack.rows.tree.paths.take(np.array(nodes, np.int32))).to_pylist()
    return paths


def _emptied(context: Context, node: int, path: str) -> str:
    """What to remove for everything below ``node`` to go, and ``node`` itself where it is not seen."""
    tree = context.stack.rows.tree
    below = np.arange(node + 1, tree.end[node], dtype=np.int32)
    if not len(below) or not context.is_seen[node]:
        return _argument(path)
    inside = tree.paths.take(below[tree.parent[below] == node])
    has_dot_files = pc.any(pc.match_substring_regex(inside, r"(?s)(^|/)\.[^/]*\z")).as_py()
    return f"{_argument(path)}/*" + (f" {_argument(path)}/.[!.]*" if has_dot_files else "")


def _argument(path: str) -> str:
    return shlex.quote("/" + path)


def _arguments(arguments: Iterable[str], *, complete: bool) -> str:
    return " ".join([*arguments, *([] if complete else ["…"])])
