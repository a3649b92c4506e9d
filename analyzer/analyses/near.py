"""Paths that somebody may have meant: names like the one that was asked for, and the same name elsewhere."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from ..layers.spelling import shown

if TYPE_CHECKING:
    from ..arrays import Flags
    from ..rootfs.lookup import Lookup
    from ..rootfs.tree import PathTree

SUGGESTIONS = 3

# A stranger's folder may be full of names that are long and alike, which take long to compare.
_NAMES_COMPARED = 1000
_NAME_LENGTH = 64


def near_paths(lookup: Lookup, tree: PathTree, present: Flags, path: bytes) -> list[str]:
    """At most three paths, as text, of the nodes that are ``present``: neighbours first."""
    parent, _, name = path.rpartition(b"/")
    found = [*_alike(tree, present, lookup.node(parent), shown(name)), *_elsewhere(tree, present, name)]
    return list(dict.fromkeys(found))[:SUGGESTIONS]


def _alike(tree: PathTree, present: Flags, parent: int, name: str) -> list[str]:
    if parent < 0 or len(name) > _NAME_LENGTH:
        return []
    beside = np.flatnonzero(present[parent : tree.end[parent]] & (tree.parent[parent : tree.end[parent]] == parent))
    paths = [shown(tree.paths[parent + int(at)]) for at in beside[:_NAMES_COMPARED]]
    by_name = {path.rpartition("/")[2]: path for path in paths}
    close = get_close_matches(name, [each for each in by_name if len(each) <= _NAME_LENGTH], SUGGESTIONS)
    return [by_name[each] for each in close]


def _elsewhere(tree: PathTree, present: Flags, name: bytes) -> list[str]:
    if not name:
        return []
    same = tree.paths.where(lambda paths: pc.ends_with(paths, b"/" + name))
    return [shown(tree.paths[int(node)]) for node in np.flatnonzero(same & present)[:SUGGESTIONS]]
