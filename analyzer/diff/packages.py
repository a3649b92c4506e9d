"""Packages that came, went, or changed their version, with the bytes that each takes in either image."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from ..packages.ownership import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .side import Side

ADDED, REMOVED, VERSION, RESIZED = "added", "removed", "version", "resized"


class PackageChange(Struct, frozen=True):
    """``change``: added, removed, version, or resized (the same version with more or fewer bytes).

    Of packages that are there several times, as in nested node_modules, versions are lists and bytes are sums.
    """

    ecosystem: str
    name: str
    change: str
    versions_old: tuple[str, ...]
    versions_new: tuple[str, ...]
    bytes_old: int
    bytes_new: int

    @property
    def bytes(self) -> int:
        """By how much it grew."""
        return self.bytes_new - self.bytes_old


def compare_packages(old: Side, new: Side) -> tuple[PackageChange, ...]:
    """All packages that differ, the largest growth or loss first, then by name."""
    before, after = _by_name(old), _by_name(new)
    changes = _changes(before, after)
    return tuple(sorted(changes, key=lambda each: (-abs(each.bytes), each.ecosystem, each.name)))


_Known = dict[tuple[str, str], tuple[tuple[str, ...], int]]


def _by_name(side: Side) -> _Known:
    """Versions and bytes of the packages that a container sees, by ecosystem and name."""
    packages, owner = side.installed.packages, side.installed.owner
    seen = owner != NOBODY
    sizes = np.bincount(owner[seen], side.changes["stored"].to_numpy()[seen], len(packages)).astype(np.int64).tolist()
    versions: dict[tuple[str, str], set[str]] = defaultdict(set)
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for each, size in zip(packages, sizes, strict=True):
        key = each.ecosystem, each.name
        versions[key].add(each.version)
        totals[key] += size
    return {key: (tuple(sorted(those)), totals[key]) for key, those in versions.items()}


def _changes(before: _Known, after: _Known) -> Iterator[PackageChange]:
    for key in before.keys() | after.keys():
        versions_old, bytes_old = before.get(key, ((), 0))
        versions_new, bytes_new = after.get(key, ((), 0))
        if versions_old != versions_new:
            change = VERSION if versions_old and versions_new else ADDED if versions_new else REMOVED
        elif bytes_old != bytes_new:
            change = RESIZED
        else:
            continue
        yield PackageChange(*key, change, versions_old, versions_new, bytes_old, bytes_new)
