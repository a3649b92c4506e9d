"""Which files the globs of the rules match: the paths are looked at once for all rules, then the few hits for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ..globs import whole
from .numbers import among, distinct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..arrays import Ints
    from ..globs import Globs
    from ..rootfs.tree import PathTree


class PathHits(Struct, frozen=True, eq=False):
    """Nodes of the tree with something below them, and those at which some rule's globs may match; with their paths."""

    tree: PathTree
    inner: Ints
    inner_paths: pa.BinaryArray
    directories: Ints
    directory_paths: pa.BinaryArray
    files: Ints
    file_paths: pa.BinaryArray


def find_hits(tree: PathTree, leaves: Ints, globs: Iterable[Globs]) -> PathHits:
    """Look at every path once; ``leaves`` are the nodes at which files stand."""
    globs = list(globs)
    nodes = np.arange(len(tree), dtype=np.int32)
    inner = nodes[tree.end > nodes + 1]
    inner_paths = tree.paths.take(pa.array(inner))
    files, _ = _narrowed(tree.paths, nodes, _any(each.file_regex for each in globs))
    files = files[among(leaves, files)]
    return PathHits(
        *(tree, inner, inner_paths),
        *_narrowed(inner_paths, inner, _any(each.directory_regex for each in globs)),
        *(files, tree.paths.take(pa.array(files))),
    )


def matched(hits: PathHits, globs: Globs, names: Ints, nodes: Ints) -> Ints:
    """Those of ``names`` that the globs match, in their order; ``nodes``, ascending, are where they stand."""
    inner = folders(hits, globs)
    leaves, _ = _narrowed(hits.file_paths, hits.files, globs.file_regex)
    places = np.concatenate([_ranges(nodes, inner + 1, hits.tree.end[inner]), _ranges(nodes, leaves, leaves + 1)])
    places = distinct(places)
    found = names[places]
    if not globs.spared or not len(found):
        return found
    paths = hits.tree.paths.take(pa.array(nodes[places]))
    spared = pc.match_substring_regex(paths, globs.spared_regex).to_numpy(zero_copy_only=False)
    return found[~spared]


def folders(hits: PathHits, globs: Globs) -> Ints:
    """The nodes of the folders that the globs match, ascending: in the order of their paths."""
    found, _ = _narrowed(hits.directory_paths, hits.directories, globs.directory_regex)
    return found


def _narrowed(paths: pa.BinaryArray, nodes: Ints, expression: str) -> tuple[Ints, pa.BinaryArray]:
    """The nodes whose path matches, with these paths; ``paths`` are those of ``nodes``."""
    if not expression:
        return nodes[:0], paths[:0]
    matches = pc.match_substring_regex(paths, expression)
    return nodes[matches.to_numpy(zero_copy_only=False)], paths.filter(matches)


def _ranges(nodes: Ints, starts: Ints, stops: Ints) -> Ints:
    """Positions in ``nodes``, ascending, of all that lie in one of the ranges."""
    first, last = np.searchsorted(nodes, starts), np.searchsorted(nodes, stops)
    steps = np.zeros(len(nodes) + 1, np.int64)
    np.add.at(steps, first, 1)
    np.add.at(steps, last, -1)
    return np.flatnonzero(np.cumsum(steps[:-1]) > 0)


def _any(expressions: Iterable[str]) -> str:
    return whole(each.removeprefix("(?s)").removesuffix(r"\z") for each in expressions if each)
