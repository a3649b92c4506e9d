"""Where the files of a finding are, as arguments for a shell: directories where those say it, else the largest."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from ..layers.names import displayed
from .made import NOTHING, largest, one_a_path
from .model import PATHS_SHOWN
from .numbers import among, distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..arrays import Ints
    from .context import Context

PATHS_NAMED = 3
# What `*` leaves out, by names that are there: a shell hands on a glob that matches nothing, as the name of a file.
_GLOBS = {".[!.]*": r"(?s)(^|/)\.[^./][^/]*\z", "..?*": r"(?s)(^|/)\.\.[^/]+\z"}


def is_complete(paths: str) -> bool:
    """Whether these are all the paths that there are."""
    return not paths.endswith("…")


def listed_paths(context: Context, names: Ints) -> str:
    """The first few paths."""
    names = one_a_path(context, names)
    paths = map(argument, context.paths(names[:PATHS_NAMED]))
    return arguments(paths, complete=len(names) <= PATHS_NAMED)


def named_paths(context: Context, names: Ints, others: Ints | None = None) -> str:
    """Few paths for all of ``names``. A directory stands for what is below it where none of ``others`` are.

    ``others`` are nodes, ascending: by default those of all other files.
    """
    if others is None:
        others = nodes_at(context, context.file_nodes, but=context.stack.rows.node[names])
    return arguments_at(context, *named_roots(context, names, others))


def arguments_at(context: Context, nodes: Sequence[int], complete: bool) -> str:
    """The paths of these nodes; an ellipsis stands for what is left out."""
    return arguments(map(argument, paths_at(context, nodes)), complete=complete)


def removable_paths(context: Context, names: Ints, until: int) -> str:
    """Few paths to remove for ``names`` to go, and nothing that is there when layer ``until`` is done.

    Of a directory that is there then, what is in it goes.
    """
    rows, standing = context.stack.rows, context.standing
    after = standing.after(until)
    there, leaf = standing.node[after], standing.leaf[after]
    # Of a directory that stays its content may go: only those above it may not.
    kept = distinct(np.maximum(rows.tree.parent[there[~leaf]], 0))
    roots, complete = named_roots(context, names, there[leaf], kept)
    stays = (among(there, np.array(roots)) | context.stack.implied[roots]) & ~np.isin(roots, rows.node[names])
    paths = zip(roots, paths_at(context, roots), stays.tolist(), strict=True)
    each = (_emptied(context, root, path) if is_kept else argument(path) for root, path, is_kept in paths)
    return arguments(each, complete=complete)


def named_roots(context: Context, names: Ints, *others: Ints, besides: Ints = NOTHING) -> tuple[list[int], bool]:
    """A few nodes that stand for the largest of ``names``, and whether they stand for all.

    None of the ``others``, each ascending, are below them. Nodes ``besides`` count as much in favour of a directory,
    and need no node that stands for them.
    """
    tree, chosen = context.stack.rows.tree, distinct(context.stack.rows.node[names])
    favoured = distinct(np.concatenate([chosen, besides]))
    roots: list[int] = []
    covered = 0
    for node in context.stack.rows.node[largest(context, names, PATHS_SHOWN)].tolist():
        if not any(root <= node < tree.end[root] for root in roots):
            root = _whole_directory(context, favoured, others, node)
            roots.append(root)
            covered += inside(context, chosen, root)
    return roots[:PATHS_NAMED], len(roots) <= PATHS_NAMED and covered == len(chosen)


def _whole_directory(context: Context, chosen: Ints, others: Sequence[Ints], node: int) -> int:
    """The highest directory above ``node`` that stands for more of the ``chosen`` than those below it, or ``node``."""
    above = _above(context, node)
    for each in others:
        above = above[inside_each(context, each, above) == 0]
    counts = inside_each(context, chosen, above)
    return int(above[np.argmax(counts)]) if len(above) and counts.max() > 1 else node


def _above(context: Context, node: int) -> Ints:
    """The directories above ``node``, the lowest first, and without the root."""
    parent = context.stack.rows.tree.parent
    found = []
    while (node := int(parent[node])) > 0:
        found.append(node)
    return np.array(found, np.int64)


def _emptied(context: Context, node: int, path: str) -> str:
    """What to remove for everything below ``node`` to go, and the directory to stay."""
    tree = context.stack.rows.tree
    below = np.arange(node + 1, tree.end[node], dtype=np.int32)
    children = tree.paths.take(below[tree.parent[below] == node])
    globs = [glob for glob, name in _GLOBS.items() if pc.any(pc.match_substring_regex(children, name)).as_py()]
    return " ".join(f"{argument(path)}/{glob}" for glob in ("*", *globs))


def inside(context: Context, nodes: Ints, directory: int) -> int:
    """How many of ``nodes``, ascending, are a directory or below it."""
    return int(inside_each(context, nodes, np.array([directory]))[0])


def inside_each(context: Context, nodes: Ints, directories: Ints) -> Ints:
    """The same of each of ``directories``."""
    bounds = np.concatenate((directories, context.stack.rows.tree.end[directories]), dtype=nodes.dtype)
    at = np.searchsorted(nodes, bounds)  # of another type, they would have ``nodes`` copied
    return at[len(directories) :] - at[: len(directories)]


def nodes_at(context: Context, nodes: Ints, but: Ints = NOTHING) -> Ints:
    """These nodes once, ascending, less some: where they are many, marks are made faster than they are sorted."""
    is_there = np.zeros(len(context.stack.rows.tree), bool)
    is_there[nodes] = True
    is_there[but] = False
    return np.flatnonzero(is_there)


def paths_at(context: Context, nodes: Sequence[int] | Ints) -> list[str]:
    """The paths of nodes, as text."""
    paths: list[str] = displayed(context.stack.rows.tree.paths.take(np.array(nodes, np.int32))).to_pylist()
    return paths


def argument(path: str) -> str:
    """A path as a shell takes it."""
    return shlex.quote("/" + path)


def arguments(each: Iterable[str], *, complete: bool) -> str:
    """All together; an ellipsis stands for what is left out."""
    return " ".join([*each, *([] if complete else ["…"])])
