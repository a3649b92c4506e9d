"""Files that went elsewhere: the same content at a path that only the old image has, and at one only the new has.

A content at one path on each side is a pair. These tell which folder became which, and that decides among copies,
empty files, links and directories. What is left of a content is paired by name, then in the order of paths.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from ..tables import DIRECTORY, FILE, KIND_CODES, SYMLINK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..arrays import Ints
    from .side import Side

_FILE, _DIRECTORY, _SYMLINK = (KIND_CODES[kind] for kind in (FILE, DIRECTORY, SYMLINK))


def find_moves(old: Side, new: Side, only_old: Ints, only_new: Ints) -> tuple[Ints, Ints]:
    """Places among the paths of both sides, pair by pair, in the order of the old paths; each stands in one pair."""
    if not len(only_old) or not len(only_new):
        return only_old[:0], only_new[:0]
    before, after = _Things(old, only_old), _Things(new, only_new)
    same = _by_content(before, after)
    pairs = {olds[0]: news[0] for olds, news in same if len(olds) == len(news) == 1}
    pairs |= _by_folder(before, after, pairs)
    taken = set(pairs.values())
    for olds, news in same:
        pairs |= _by_name(before, after, [at for at in olds if at not in pairs], [at for at in news if at not in taken])
    pairs |= _by_folder(before, after, pairs)  # folders that only copies tell of
    ordered = sorted(pairs.items())
    return only_old[[at for at, _ in ordered]], only_new[[at for _, at in ordered]]


class _Things:
    """The paths that only one side has, and what stands there."""

    def __init__(self, side: Side, at: Ints) -> None:
        taken = pa.array(at)
        self.paths: list[str] = side.paths.take(taken).to_pylist()
        self.kinds: list[int] = side.kind[at].tolist()
        self.digests = side.column("digest").take(taken)
        self.sizes: Ints = side.column("size").take(taken).to_numpy()
        self._targets: list[str | None] = side.column("link_target").take(taken).to_pylist()
        self._contents: list[bytes | None] = self.digests.to_pylist()

    def alike(self, at: int, other: _Things, there: int) -> bool:
        """Whether the same stands at both paths; any directory is like any other."""
        kind = self.kinds[at]
        if kind != other.kinds[there]:
            return False
        if kind == _FILE:
            return self._contents[at] is not None and self._contents[at] == other._contents[there]
        return kind == _DIRECTORY or (kind == _SYMLINK and self._targets[at] == other._targets[there])


def _by_content(before: _Things, after: _Things) -> list[tuple[list[int], list[int]]]:
    """For each content that both sides have: where it is, on either side."""
    together = pa.chunked_array([before.digests, after.digests]).dictionary_encode().combine_chunks()
    codes = together.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    codes = np.where(np.concatenate([before.sizes, after.sizes]) > 0, codes, -1)
    split = len(before.paths)
    present = [
        np.bincount(part[part >= 0], minlength=len(together.dictionary)) > 0 for part in np.split(codes, [split])
    ]
    both = np.append(present[0] & present[1], False)
    groups: dict[int, tuple[list[int], list[int]]] = {}
    for at in np.flatnonzero(both[codes]).tolist():
        olds, news = groups.setdefault(int(codes[at]), ([], []))
        (olds if at < split else news).append(at if at < split else at - split)
    return list(groups.values())


def _by_folder(before: _Things, after: _Things, pairs: dict[int, int]) -> dict[int, int]:
    """More pairs: what stands under the same name in the folder that an old one became."""
    folders = dict(_folders((before.paths[at], after.paths[there]) for at, there in pairs.items()))
    places = {path: at for at, path in enumerate(after.paths)}
    taken = set(pairs.values())
    found: dict[int, int] = {}
    for at, path in enumerate(before.paths):
        folder, _, name = path.rpartition("/")
        if at in pairs or (folder not in folders and path not in folders):
            continue
        goal = folders[path] if path in folders else _joined(folders[folder], name)
        there = places.get(goal)
        if there is None or there in taken or not before.alike(at, after, there):
            continue
        found[at] = there
        taken.add(there)
        if before.kinds[at] == _DIRECTORY:
            folders.setdefault(path, goal)
    return found


def _folders(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """For each old folder the one to which most of its files went, and the same for those above while names agree."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for path, goal in pairs:
        (folder, _, name), (other, _, other_name) = path.rpartition("/"), goal.rpartition("/")
        while folder != other and name == other_name:
            votes[folder][other] += 1
            (folder, _, name), (other, _, other_name) = folder.rpartition("/"), other.rpartition("/")
    for folder, counts in votes.items():
        yield folder, min(counts.items(), key=lambda each: (-each[1], each[0]))[0]


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _by_name(before: _Things, after: _Things, olds: list[int], news: list[int]) -> dict[int, int]:
    """Copies of one content: those with the same name first, then what is left in the order of paths."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for at in reversed(news):
        by_name[after.paths[at].rpartition("/")[2]].append(at)
    found = {}
    for at in olds:
        same = by_name.get(before.paths[at].rpartition("/")[2])
        if same:
            found[at] = same.pop()
    used = set(found.values())
    rest_old, rest_new = [at for at in olds if at not in found], [at for at in news if at not in used]
    return found | dict(zip(rest_old, rest_new, strict=False))
