"""Which files the globs of the rules match: the paths are looked at once for all rules, then the few hits for each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ..globs import whole
from .numbers import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..arrays import Ints
    from ..globs import Globs
    from ..rootfs.tree import PathTree
    from .standing import Standing


_NEVER = r"\z."  # a character behind the end


class PathHits(Struct, frozen=True, eq=False):
    """Nodes at which some rule's globs may match, with their paths: those with something below, and those of files."""

    tree: PathTree
    directories: Ints
    directory_paths: pa.BinaryArray
    files: Ints
    file_paths: pa.BinaryArray


def find_hits(tree: PathTree, leaves: Ints, globs: Iterable[Globs]) -> PathHits:
    """Look at every path once; ``leaves`` are the nodes at which files stand."""
    globs = list(globs)
    nodes = np.arange(len(tree), dtype=np.int32)
    inner = nodes[tree.end > nodes + 1]
    directories = tree.paths.which(inner, partial(_matches, _any(each.directory_regex for each in globs)))
    files = leaves[tree.paths.where(partial(_matches, _any(each.file_regex for each in globs)))[leaves]]
    return PathHits(tree, directories, tree.paths.take(directories), files, tree.paths.take(files))


def matched(hits: PathHits, globs: Globs, names: Ints, nodes: Ints) -> Ints:
    """Those of ``names`` that the globs match, in their order; ``nodes``, ascending, are where they stand."""
    inner = folders(hits, globs)
    leaves, _ = _narrowed(hits.file_paths, hits.files, globs.file_regex)
    places = np.concatenate([_ranges(nodes, inner + 1, hits.tree.end[inner]), _ranges(nodes, leaves, leaves + 1)])
    places = distinct(places)
    found = names[places]
    if not globs.spared or not len(found):
        return found
    paths = hits.tree.paths.take(nodes[places])
    spared = pc.match_substring_regex(paths, globs.spared_regex).to_numpy(zero_copy_only=False)
    return found[~spared]


def folders(hits: PathHits, globs: Globs) -> Ints:
    """The nodes of the folders that the globs match, ascending: in the order of their paths."""
    found, _ = _narrowed(hits.directory_paths, hits.directories, globs.directory_regex)
    return found


def spared(hits: PathHits, standing: Standing, globs: Globs) -> Ints:
    """The nodes, ascending, of names in the folders that the globs match which they spare; directories left out."""
    below = np.zeros(len(standing.node), bool)
    for folder in folders(hits, globs).tolist():
        below[standing.within(folder, hits.tree.end[folder])] = True
    nodes = distinct(standing.node[below & standing.leaf])
    return hits.tree.paths.which(nodes, partial(_matches, globs.spared_regex)) if globs.spared else nodes[:0]


def _narrowed(paths: pa.BinaryArray, nodes: Ints, expression: str) -> tuple[Ints, pa.BinaryArray]:
    """The nodes whose path matches, with these paths; ``paths`` are those of ``nodes``."""
    matches = _matches(expression, paths)
    return nodes[matches.to_numpy(zero_copy_only=False)], paths.filter(matches)


def _matches(expression: str, paths: Any) -> Any:
    """Which of the paths match, as Arrow has flags; none does where there is no expression."""
    return pc.match_substring_regex(paths, expression or _NEVER)


def _ranges(nodes: Ints, starts: Ints, stops: Ints) -> Ints:
    """Positions in ``nodes``, ascending, of all that lie in one of the ranges."""
    first, last = np.searchsorted(nodes, starts), np.searchsorted(nodes, stops)
    steps = np.zeros(len(nodes) + 1, np.int64)
    np.add.at(steps, first, 1)
    np.add.at(steps, last, -1)
    return np.flatnonzero(np.cumsum(steps[:-1]) > 0)


def _any(expressions: Iterable[str]) -> str:
    return whole(each.removeprefix("(?s)").removesuffix(r"\z") for each in expressions if each)
