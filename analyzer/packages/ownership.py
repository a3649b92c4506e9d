"""Which package a file belongs to: the paths that packages claim, laid over the tree of all paths.

Of several packages the first in `ecosystems.ECOSYSTEMS` gets the file, and of those of one level the one that
names the file before one that owns a folder above it, the closer folder before the wider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..rootfs.rows import IS_FILE
from ..rootfs.symlinks import resolved
from ..rootfs.tree import parent_paths
from ..tables import SYMLINK
from .ecosystems import LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..arrays import Flags, Ints
    from ..rootfs.stack import Stack
    from .model import Package

NOBODY = -1


def owners(packages: Sequence[Package], stack: Stack, links: dict[bytes, bytes], names: Ints) -> Ints:
    """For each row of the changes table the place in ``packages`` of who owns the file there; -1 for none.

    ``names`` are the rows that name files at the time that the packages are of, and ``links`` the targets of
    the symbolic links then: a file counts for who claims any of its names.
    """
    of_node = _owner_by_node(packages, stack, links, names)
    of_name = of_node[stack.rows.node[names]]
    owned = of_name >= 0
    first = np.full(len(stack.rows), len(packages), np.int32)
    np.minimum.at(first, stack.inode[names[owned]], of_name[owned])
    return np.where(first == len(packages), NOBODY, first)


def file_names(stack: Stack, seen: Flags) -> Ints:
    """The rows among ``seen`` that name a regular file, hard links included."""
    names = np.flatnonzero(seen & (stack.inode >= 0))
    return names[stack.rows.kind[stack.inode[names]] == IS_FILE]


def symbolic_links(changes: pa.Table, stack: Stack, seen: Flags) -> dict[bytes, bytes]:
    """The targets of the symbolic links among ``seen``, by path."""
    rows = np.flatnonzero(seen & stack.rows.is_kind(SYMLINK))
    at = pa.array(rows)
    targets = pc.coalesce(changes["raw_link_target"].take(at), changes["link_target"].take(at).cast(pa.binary()))
    paths = stack.rows.tree.paths.take(pa.array(stack.rows.node[rows]))
    return dict(zip(paths.to_pylist(), targets.to_pylist(), strict=True))


def _owner_by_node(packages: Sequence[Package], stack: Stack, links: dict[bytes, bytes], names: Ints) -> Ints:
    """The owner of each node of the tree, level after level: what a level leaves goes to the next."""
    stands = np.zeros(len(stack.rows.tree), bool)
    stands[stack.rows.node[names]] = True
    owner = np.full(len(stands), NOBODY, np.int32)
    levels = np.array([LEVELS[each.ecosystem] for each in packages], np.int32)
    for level in np.unique(levels).tolist():
        members = np.flatnonzero(levels == level).tolist()
        by_name = _by_name(packages, members, stack, links, stands)
        by_folder = _by_folder(packages, members, stack, links)
        for claimed in (by_name, by_folder):
            owner = np.where(owner == NOBODY, claimed, owner)
    return owner


def _by_name(
    packages: Sequence[Package], members: list[int], stack: Stack, links: dict[bytes, bytes], stands: Flags
) -> Ints:
    claiming = [each for each in members if packages[each].files]
    parts = [packages[each].files.split(b"\0") for each in claiming]
    paths = pa.array([path for part in parts for path in part], pa.binary())
    who = np.repeat(np.array(claiming, np.int32), [len(part) for part in parts])
    nodes = _nodes(paths, stack, links, stands)
    found = nodes >= 0
    owner = np.full(len(stands), NOBODY, np.int32)
    owner[nodes[found][::-1]] = who[found][::-1]  # of several, the first
    return owner


def _by_folder(packages: Sequence[Package], members: list[int], stack: Stack, links: dict[bytes, bytes]) -> Ints:
    tree = stack.rows.tree
    owner = np.full(len(tree), NOBODY, np.int32)
    claims = [(folder, each) for each in members for folder in packages[each].folders]
    if not claims:
        return owner
    nodes = _nodes(pa.array([folder for folder, _ in claims], pa.binary()), stack, links, tree.end > 0)
    order = np.argsort(-tree.depth[nodes], kind="stable")[::-1]  # the deepest last, and of equals the first
    for at in order.tolist():
        if nodes[at] >= 0:
            owner[nodes[at] + 1 : tree.end[nodes[at]]] = claims[at][1]
    return owner


def _nodes(paths: pa.BinaryArray, stack: Stack, links: dict[bytes, bytes], stands: Flags) -> Ints:
    """The node of each path, -1 where nothing stands; where not, symbolic links in its directories are followed."""
    tree = stack.rows.tree
    nodes = tree.nodes_of(paths).copy()
    astray = np.flatnonzero((nodes < 0) | ~stands[nodes])
    elsewhere = _followed(paths.take(pa.array(astray)), links)
    nodes[astray] = tree.nodes_of(elsewhere)
    return np.where((nodes >= 0) & stands[nodes], nodes, NOBODY)


def _followed(paths: pa.BinaryArray, links: dict[bytes, bytes]) -> pa.BinaryArray:
    """The paths with the links in their directories followed; each directory is looked at once."""
    directories = parent_paths(paths).dictionary_encode()
    places = [resolved(links, each + b"/.")[:-1] if each else each for each in directories.dictionary.to_pylist()]
    parts = zip(directories.indices.to_pylist(), paths.to_pylist(), strict=True)
    return pa.array([places[at] + path.rpartition(b"/")[2] for at, path in parts], pa.binary())
