"""Files as a tree for treemaps: the largest by name, and what is too small to see summed up in its directory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

REST = "\0"
"""Stands for smaller files of a directory, in place of a name: no path has it."""


@dataclass(frozen=True)
class Leaf:
    """A file, or versions of one: ``area`` is how large it is shown, ``value`` what its colour may tell."""

    path: str
    area: int
    value: float = 0
    group: str = ""


@dataclass
class Tree:
    """Nodes in the columns that Plotly wants, parents before their children; ``areas`` include what is below."""

    ids: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    areas: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    files: list[int] = field(default_factory=list)


@dataclass
class _Sum:
    area: int = 0
    value: float = 0
    files: int = 0
    by_group: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, leaf: Leaf) -> None:
        self.area += leaf.area
        self.value += leaf.value
        self.files += 1
        self.by_group[leaf.group] += leaf.area


def tree(leaves: Iterable[Leaf], top: int) -> Tree:
    """The tree of ``leaves``, of which the ``top`` largest are shown by name. Its root is ``/``.

    The group of a directory is that of most of its bytes. Raises ValueError for less than none.

    >>> tree([Leaf("usr/bin/sh", 5), Leaf("usr/lib/a", 2), Leaf("usr/lib/b", 1)], top=1).ids
    ['/', '/usr', '/usr/\\x00', '/usr/bin', '/usr/bin/sh']
    """
    at_least_none(top)
    ordered = sorted((leaf for leaf in leaves if leaf.area), key=lambda leaf: (-leaf.area, leaf.path))
    named = {"/"} | {above for leaf in ordered[:top] for above in _above(leaf.path)}
    sums: defaultdict[str, _Sum] = defaultdict(_Sum)
    for number, leaf in enumerate(ordered):
        chain = [each for each in _above(leaf.path) if each in named]
        own = "/" + leaf.path if number < top else f"{chain[-1].rstrip('/')}/{REST}"
        for node in (*chain, own):
            sums[node].add(leaf)
    found = Tree()
    for node in sorted(sums, key=lambda node: (node.count("/") if node != "/" else 0, node)):
        _append(found, node, sums[node])
    return found


def at_least_none(top: int) -> None:
    """Raise ValueError for a number of parts below zero, which a slice would take from the end."""
    if top < 0:
        raise ValueError(f"top={top}: it can be 0 or more")


def _append(found: Tree, node: str, total: _Sum) -> None:
    found.ids.append(node)
    found.parents.append("" if node == "/" else node.rpartition("/")[0] or "/")
    found.areas.append(total.area)
    found.values.append(total.value)
    found.groups.append(max(total.by_group, key=lambda group: (total.by_group[group], group)))
    found.files.append(total.files)


def _above(path: str) -> list[str]:
    """The directories that a path lies in, the root first."""
    parts = path.split("/")[:-1]
    return ["/", *("/" + "/".join(parts[:count]) for count in range(1, len(parts) + 1))]
