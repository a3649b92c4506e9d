"""What a reader wants to know of many changed files first: how many of each kind, and which folders moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc
from msgspec import Struct

from .files import ADDED, METADATA, MODIFIED, MOVED, REMOVED

if TYPE_CHECKING:
    import pyarrow as pa

CHANGES = (ADDED, REMOVED, MODIFIED, METADATA, MOVED)
_FEW = 2


class ChangeCount(Struct, frozen=True):
    """How many paths have changed in one way, and by how much that grew the image."""

    change: str
    paths: int
    bytes: int


class MovedFolder(Struct, frozen=True):
    """What stood below ``old_path`` stands below ``path`` now: ``bytes`` of content at so many ``paths``."""

    old_path: str
    path: str
    paths: int
    bytes: int


def count_changes(files: pa.Table) -> tuple[ChangeCount, ...]:
    """One item a kind of change that there is, in the order of `CHANGES`."""
    sums = files.group_by("change").aggregate([("path", "count"), ("bytes", "sum")]).to_pylist()
    known = {row["change"]: ChangeCount(row["change"], row["path_count"], row["bytes_sum"]) for row in sums}
    return tuple(known[change] for change in CHANGES if change in known)


def moved_folders(files: pa.Table) -> tuple[MovedFolder, ...]:
    """Folders of which several paths went to one other folder under the same names; the most bytes first."""
    moved = files.filter(pc.equal(files["change"], MOVED)).select(["old_path", "path", "bytes_new"])
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for old_path, path, size in zip(*(column.to_pylist() for column in moved.columns), strict=True):
        folders = _parted(old_path, path)
        if folders:
            paths, total = sums.get(folders, (0, 0))
            sums[folders] = paths + 1, total + size
    found = [MovedFolder(*folders, paths, total) for folders, (paths, total) in sums.items() if paths >= _FEW]
    return tuple(sorted(found, key=lambda each: (-each.bytes, -each.paths, each.old_path)))


def _parted(old_path: str, path: str) -> tuple[str, str] | None:
    """What is left of both paths without the end that they share; None where not even the name is shared.

    >>> _parted("usr/share/a/b", "opt/a/b")
    ('usr/share', 'opt')
    """
    before, after = old_path.split("/"), path.split("/")
    shared = 0
    while shared < min(len(before), len(after)) and before[-1 - shared] == after[-1 - shared]:
        shared += 1
    if not shared:
        return None
    return "/".join(before[: len(before) - shared]), "/".join(after[: len(after) - shared])
