"""Why an image grew since a baseline, without the image that it was: by the sums that the baseline has.

Each file counts for one package and for one directory, the deepest that is known by name, so that the parts of either
kind sum up to the growth exactly; what is not named is the rest.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec import Struct

from .certain import certain_layers
from .snapshots import short_named, unowned_bytes
from .wasted import wasted_since

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from .baseline import Snapshot
    from .holders import Holders
    from .wasted import Wasted
    from .weights import Weights

TOP = 10
ROOT = ""
"""The root directory among the others."""


class Cause(Struct, frozen=True):
    """A package or a directory that weighs more or less by ``bytes``; ``before`` is None for a new one.

    Of a directory ``bytes`` leave out those that are named below it; ``before`` and ``now`` have all of it. ``layers``
    says by how much each layer made the difference, as far as that is certain; ``others`` brought something too, and
    what they replaced nobody knows.
    """

    name: str
    bytes: int
    before: int | None
    now: int
    layers: Mapping[int, int]
    others: tuple[int, ...] = ()


class Parts(Struct, frozen=True):
    """The causes of one kind, the largest first; ``rest`` is what none of them accounts for."""

    causes: tuple[Cause, ...]
    rest: int


class Causes(Struct, frozen=True):
    """The growth of ``rootfs_bytes`` since a snapshot, in two ways; ``unowned`` belongs to no package.

    ``approved`` says that the snapshot is what was approved on the day ``since``, not only the last build. ``waste`` is
    the growth of ``waste_bytes``, None where the snapshot has none.
    """

    bytes: int
    since: date
    approved: bool
    packages: Parts
    unowned: int
    directories: Parts
    waste: Wasted | None


def causes_since(before: Snapshot, now: Weights, holders: Holders, *, approved: bool, top: int = TOP) -> Causes:
    """What weighs more or less in an image than in a snapshot; at most ``top`` of either kind are named.

    ``now`` has the image's packages, directories and ``rootfs_bytes``.
    """
    growth = int(now.whole["rootfs_bytes"] or 0) - int(before.whole["rootfs_bytes"])
    unowned, waste = unowned_bytes(now) - before.unowned, before.whole.get("waste_bytes")
    packages = _changes(before.packages, now.packages or {}, cut=before.packages_left_out > 0)

    def brought(name: str) -> Mapping[int, int]:
        return holders.of_package(name, all_is_new=name not in before.packages)

    return Causes(
        bytes=growth,
        since=before.on,
        approved=approved,
        packages=_parts(packages, before.packages, now.packages or {}, growth - unowned, brought, top),
        unowned=unowned,
        directories=_directories(before, now, growth, holders, top),
        waste=None if waste is None else wasted_since(int(waste), holders.image, before.blobs, top),
    )


def _directories(before: Snapshot, now: Weights, growth: int, holders: Holders, top: int) -> Parts:
    """The directories that weigh more or less, each apart from those that are named below it."""
    old, new = dict(before.directories), dict(now.directories or {})
    cut = before.directories_left_out > 0
    if not cut and len(short_named(new)) == len(new):  # then what no directory has is in the root itself
        old[ROOT], new[ROOT] = int(before.whole["rootfs_bytes"]), int(now.whole["rootfs_bytes"] or 0)
    changes = _apart(_changes(old, new, cut=cut))

    def brought(path: str) -> Mapping[int, int]:
        return holders.of_directory(path, changes, all_is_new=path not in old)

    return _parts(changes, old, new, growth, brought, top)


def _changes(before: Mapping[str, int], now: Mapping[str, int], *, cut: bool) -> dict[str, int]:
    """By how much each name weighs more.

    What a baseline lacks is new, unless it left out the smallest: then whatever is as small may have been there.
    """
    room = min(before.values(), default=math.inf) if cut else 0
    names = [*before, *(name for name, size in short_named(now).items() if name not in before and size > room)]
    return {name: now.get(name, 0) - before.get(name, 0) for name in names}


def _apart(changes: Mapping[str, int]) -> dict[str, int]:
    """The change of each directory less that of the ones that are named below it."""
    apart = dict(changes)
    for path, change in changes.items():
        above = path
        while above:
            above = above.rpartition("/")[0]
            if above in changes:
                apart[above] -= change
                break
    return apart


def _parts(
    changes: Mapping[str, int],
    before: Mapping[str, int],
    now: Mapping[str, int],
    whole: int,
    brought: Callable[[str], Mapping[int, int]],
    top: int,
) -> Parts:
    ranked = sorted((each for each in changes.items() if each[1]), key=lambda each: (-abs(each[1]), each[0]))[:top]
    causes = tuple(
        Cause(
            name,
            change,
            before.get(name),
            now.get(name, 0),
            *certain_layers(change, brought(name) if change > 0 else {}),
        )
        for name, change in ranked
    )
    return Parts(causes, whole - sum(each.bytes for each in causes))
