"""Which package a file belongs to: the paths that packages claim, laid over the tree of all paths.

Of several packages the first in `ecosystems.ECOSYSTEMS` gets the file, and of those of one level the one that
names the file before one that owns a folder above it, the closer folder before the wider. What Python compiled
belongs to whom its source does, as far as nobody of that level claims it: installers seldom list it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..rootfs.rows import IS_FILE
from ..rootfs.symlinks import resolved
from ..tables import SYMLINK
from .ecosystems import LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..arrays import Flags, Ints
    from ..rootfs.stack import Stack
    from .model import Package

NOBODY = -1

_CACHE = "/__pycache__/"
_COMPILED = r"/__pycache__/([^/]+?)\.[^/]*\.pyc\z"


class Claims:
    """Where paths that packages claim stand in the tree of all paths: looked up once for all layers."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._listed: dict[bytes, Ints] = {}
        self._others: dict[bytes, int] = {}

    def learn(self, packages: Sequence[Package]) -> None:
        """Look up all that the packages claim, at once: each look at the tree goes over all of its paths."""
        files = list(dict.fromkeys(each.files for each in packages if each.files and each.files not in self._listed))
        if files:
            paths, counts = _split(files)
            listed = np.split(self.stack.rows.tree.paths.nodes_of(paths), np.cumsum(counts)[:-1])
            self._listed.update(zip(files, listed, strict=True))
        self.nodes([folder for each in packages for folder in each.folders])

    def listed(self, files: Sequence[bytes]) -> list[Ints]:
        """The nodes of all paths in each of ``files`` (`Package.files`), -1 where there is none."""
        return [self._listed[each] for each in files]

    def nodes(self, paths: Sequence[bytes]) -> Ints:
        """The nodes of single paths."""
        new = list(dict.fromkeys(each for each in paths if each not in self._others))
        self._others.update(zip(new, self._nodes_of(new).tolist(), strict=True))
        return np.array([self._others[each] for each in paths], np.int32)

    @cached_property
    def bytecode(self) -> tuple[Ints, Ints]:
        """The nodes of all ``d/__pycache__/x.*.pyc``, and for each that of ``d/x.py``, which it is compiled from."""
        tree = self.stack.rows.tree
        compiled = np.flatnonzero(tree.paths.where(lambda paths: pc.match_substring(paths, _CACHE)))
        paths = tree.paths.take(compiled)
        sources = tree.paths.nodes_of(pc.replace_substring_regex(paths, _COMPILED, r"/\1.py"))
        known = (sources >= 0) & (sources != compiled)
        return compiled[known], sources[known]

    def _nodes_of(self, paths: list[bytes]) -> Ints:
        return self.stack.rows.tree.paths.nodes_of(pa.array(paths, pa.binary()))


def _split(files: Sequence[bytes]) -> tuple[pa.BinaryArray, Ints]:
    """All paths in ``files`` (`Package.files`), and how many of them each has."""
    joined = np.frombuffer(b"\0".join([*files, b""]), np.uint8)
    ends = np.flatnonzero(joined == 0)
    offsets = np.append(0, ends - np.arange(len(ends))).astype(np.int32)
    content = np.delete(joined, ends)
    paths = pa.Array.from_buffers(pa.binary(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(content)])
    return paths, np.diff(np.searchsorted(ends, np.cumsum([0, *(len(each) + 1 for each in files)])))


def owners(packages: Sequence[Package], claims: Claims, links: dict[bytes, bytes], names: Ints) -> Ints:
    """For each row of the changes table the place in ``packages`` of who owns the file there; -1 for none.

    ``names`` are the rows that name files at the time that the packages are of, and ``links`` the targets of
    the symbolic links then: a file counts for who claims any of its names.
    """
    stack = claims.stack
    of_node = _owner_by_node(packages, claims, links, names)
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
    paths = stack.rows.tree.paths.take(stack.rows.node[rows])
    return dict(zip(paths.to_pylist(), targets.to_pylist(), strict=True))


def _owner_by_node(packages: Sequence[Package], claims: Claims, links: dict[bytes, bytes], names: Ints) -> Ints:
    """The owner of each node of the tree, level after level: what a level leaves goes to the next."""
    claims.learn(packages)
    rows = claims.stack.rows
    stands = np.zeros(len(rows.tree), bool)
    stands[rows.node[names]] = True
    owner = np.full(len(stands), NOBODY, np.int32)
    levels = np.array([LEVELS[each.ecosystem] for each in packages], np.int32)
    for level in np.unique(levels).tolist():
        members = np.flatnonzero(levels == level).tolist()
        by_name = _by_name(packages, members, claims, links, stands)
        by_folder = _by_folder(packages, members, claims, links)
        for claimed in (by_name, by_folder):
            owner = np.where(owner == NOBODY, claimed, owner)
        compiled, sources = claims.bytecode
        free = owner[compiled] == NOBODY
        owner[compiled[free]] = owner[sources[free]]
    return owner


def _by_name(
    packages: Sequence[Package], members: list[int], claims: Claims, links: dict[bytes, bytes], stands: Flags
) -> Ints:
    owner = np.full(len(stands), NOBODY, np.int32)
    claiming = [each for each in members if packages[each].files]
    if not claiming:
        return owner
    files = [packages[each].files for each in claiming]
    parts = claims.listed(files)
    who = np.repeat(np.array(claiming, np.int32), [len(part) for part in parts])
    nodes = np.concatenate(parts)
    astray = np.flatnonzero((nodes < 0) | ~stands[nodes])
    at, places = _led_elsewhere(_paths_at(files, parts, astray), links)
    nodes[astray] = NOBODY
    nodes[astray[at]] = claims.nodes(places)
    found = (nodes >= 0) & stands[nodes]
    owner[nodes[found][::-1]] = who[found][::-1]  # of several, the first
    return owner


def _paths_at(files: Sequence[bytes], parts: Sequence[Ints], places: Ints) -> list[bytes]:
    """The paths at ``places`` of all in ``files``, which have as many as ``parts`` have items."""
    starts = np.cumsum([0, *(len(part) for part in parts)])
    bounds = np.searchsorted(places, starts)
    found: list[bytes] = []
    for at in np.flatnonzero(np.diff(bounds)).tolist():
        paths = files[at].split(b"\0")
        found += [paths[place] for place in (places[bounds[at] : bounds[at + 1]] - starts[at]).tolist()]
    return found


def _by_folder(packages: Sequence[Package], members: list[int], claims: Claims, links: dict[bytes, bytes]) -> Ints:
    tree = claims.stack.rows.tree
    owner = np.full(len(tree), NOBODY, np.int32)
    claimed = [(folder, each) for each in members for folder in packages[each].folders]
    if not claimed:
        return owner
    paths = [folder for folder, _ in claimed]
    nodes = claims.nodes(paths)
    astray = np.flatnonzero(nodes < 0)
    at, places = _led_elsewhere([paths[each] for each in astray.tolist()], links)
    nodes[astray[at]] = claims.nodes(places)
    folders, first = np.unique(nodes, return_index=True)  # of several that claim one folder, the first
    known = folders >= 0
    whose = np.array([each for _, each in claimed], np.int32)[first[known]]
    _fill(owner, folders[known], tree.end[folders[known]], whose)
    return owner


def _fill(owner: Ints, folders: Ints, ends: Ints, whose: Ints) -> None:
    """Give all below each of ``folders``, ascending, to its owner, or to that of a folder closer by: each node once."""
    around: list[tuple[int, int]] = []  # the folders that the place is in, with their ends; the closest is the last
    at = 0
    for folder, end, each in zip(
        [*folders.tolist(), len(owner)], [*ends.tolist(), len(owner)], [*whose.tolist(), NOBODY], strict=True
    ):
        while around and around[-1][0] <= folder:
            stop, inside = around.pop()
            owner[at:stop], at = inside, max(at, stop)
        if around:
            owner[at : folder + 1] = around[-1][1]
        at = folder + 1
        around.append((end, each))


def _led_elsewhere(paths: Sequence[bytes], links: dict[bytes, bytes]) -> tuple[list[int], list[bytes]]:
    """Which of the paths lead through symbolic links, and where to; each directory is looked at once."""
    folders: dict[bytes, bytes] = {}
    places, found = [], []
    for place, path in enumerate(paths):
        directory, slash, name = path.rpartition(b"/")
        folder = directory + slash
        if folder not in folders:
            folders[folder] = resolved(links, folder + b".")[:-1] if folder else folder
        if folders[folder] != folder:
            places.append(place)
            found.append(folders[folder] + name)
    return places, found
