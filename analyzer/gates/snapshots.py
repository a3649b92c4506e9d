"""From the weights of an image to what a baseline keeps of them, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from ..errors import InternalError
from .baseline import PLAIN, Snapshot
from .weights import Weights

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from .baseline import Entry, Parent
    from .figures import Value

PACKAGES, DIRECTORIES = 4000, 200
"""So many are kept, the largest: packages that rules may name, and directories that only tell where bytes are."""

NAME_CHARACTERS = 256
"""Of a name that is kept; what has a longer one counts among those that are left out."""


def snapshot_of(weights: Weights, parent: Parent | None, on: date) -> Snapshot:
    """What a baseline keeps of an image, of which everything was weighed."""
    packages = {name: size for name, size in (weights.packages or {}).items() if size}
    directories = weights.directories or {}
    kept, folders = _largest(packages, PACKAGES), _largest(directories, DIRECTORIES)
    return Snapshot(
        image=_printable(weights.name),
        on=on,
        whole=_known(weights.whole),
        own=_known(weights.own) or None,
        parent=parent and msgspec.structs.replace(parent, name=_printable(parent.name)),
        unowned=unowned_bytes(weights),
        packages=kept,
        packages_left_out=len(packages) - len(kept),
        directories=folders,
        directories_left_out=len(directories) - len(folders),
        paths=dict(weights.paths or {}),
        blobs={digest: PLAIN if size is None else size for digest, size in (weights.blobs or {}).items()},
        estimated=weights.estimated,
    )


def unowned_bytes(weights: Weights) -> int:
    """What a container sees that belongs to no package. Raises InternalError where that was not weighed."""
    total = weights.whole.get("rootfs_bytes")
    if total is None or weights.packages is None:
        raise InternalError("packages and rootfs_bytes were not weighed")
    return int(total) - sum(weights.packages.values())


def weights_of(entry: Entry, platform: str) -> Weights:
    """What the last build weighed, with what was approved."""
    last, approved = _weights(entry.last, platform), _weights(entry.approved, platform)
    return replace(last, approved=approved)


def _weights(snapshot: Snapshot, platform: str) -> Weights:
    """The weights; directories are not known where some were left out."""
    return Weights(
        name=snapshot.image,
        platform=platform,
        whole=snapshot.whole,
        own=snapshot.own or {},
        packages=snapshot.packages,
        packages_left_out=snapshot.packages_left_out,
        directories=None if snapshot.directories_left_out else snapshot.directories,
        paths=snapshot.paths,
        blobs={digest: None if size == PLAIN else int(size) for digest, size in snapshot.blobs.items()},
        estimated=snapshot.estimated,
    )


def short_named(sums: Mapping[str, int]) -> dict[str, int]:
    """Those that have a name that can be kept."""
    return {name: size for name, size in sums.items() if len(name) <= NAME_CHARACTERS}


def _largest(sums: Mapping[str, int], count: int) -> dict[str, int]:
    """The ``count`` largest, a directory before what is in it."""
    return dict(sorted(short_named(sums).items(), key=lambda each: (-each[1], each[0]))[:count])


def _known(figures: Mapping[str, Value]) -> dict[str, int | float]:
    return {key: value for key, value in figures.items() if value is not None}


def _printable(name: str) -> str:
    """A name of a file may have bytes that are no text."""
    return name.encode("utf-8", "backslashreplace").decode()
