"""Parents that have been built again since, and what a rebase would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ..names import full_name, repository
from .evidence import HISTORY
from .profile import moment, same_platform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..arrays import Ints
    from .inheritance import ParentLink
    from .profile import KnownImage, PackageName


class FileCount(Struct, frozen=True):
    """Files and the bytes of their content."""

    files: int
    bytes: int


class Rebase(Struct, frozen=True):
    """The files of a newer parent against those of the older one.

    ``modified`` counts the bytes of the new content, ``replaced_bytes`` those of the old. ``reattributed``
    files have another mode or owner and the same content.
    """

    added: FileCount
    removed: FileCount
    modified: FileCount
    replaced_bytes: int
    reattributed: FileCount
    unchanged: FileCount


class PackageStep(Struct, frozen=True):
    """A package that a rebase would change: its versions before and after, none where it is not there."""

    ecosystem: str
    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]


class Newer(Struct, frozen=True):
    """A newer image than the parent ``link`` (an index into the links), by the same name or repository.

    ``packages`` are those that it has otherwise, by name; None where those of either image are not known.
    """

    link: int
    names: tuple[str, ...]
    image_id: str | None
    created: str | None
    same_name: bool
    rebase: Rebase
    packages: tuple[PackageStep, ...] | None = None


def find_newer(
    links: tuple[ParentLink, ...],
    candidates: Iterable[KnownImage],
    files_of: Callable[[ParentLink], pa.Table | None],
    made_at: Callable[[ParentLink], str | None],
) -> tuple[Newer, ...]:
    """For each link that has one, the newest image under its name; else the newest of its repository.

    ``files_of`` gives the files of the parent that the image sits on, ``made_at`` when that was made.
    """
    everything = tuple(candidates)
    found = []
    for index, link in enumerate(links):
        chosen = _newest(link, everything, made_at(link))
        files = files_of(link) if chosen else None
        if chosen and files is not None:
            same = _share_name(link, chosen)
            profile = chosen.profile
            rebase = compare(files, chosen.files)
            steps = _steps(link.known, chosen)
            found.append(Newer(index, chosen.names, profile.image_id, profile.created, same, rebase, steps))
    return tuple(found)


def compare(old: pa.Table, new: pa.Table) -> Rebase:
    """What becomes of files when ``old`` is replaced by ``new``, both as `tables.CATALOG`."""
    at = pc.index_in(new["path"].combine_chunks(), value_set=old["path"].combine_chunks())
    before: Ints = at.fill_null(-1).to_numpy(zero_copy_only=False)
    kept = np.flatnonzero(before >= 0)
    gone = np.ones(old.num_rows, bool)
    gone[before[kept]] = False
    pairs = new.take(pa.array(kept)), old.take(pa.array(before[kept]))
    same = _equal(pairs, "digest")
    same_attributes = _equal(pairs, "mode") & _equal(pairs, "uid") & _equal(pairs, "gid")
    return Rebase(
        added=_count(new, np.flatnonzero(before < 0)),
        removed=_count(old, np.flatnonzero(gone)),
        modified=_count(new, kept[~same]),
        replaced_bytes=_count(old, before[kept[~same]]).bytes,
        reattributed=_count(new, kept[same & ~same_attributes]),
        unchanged=_count(new, kept[same & same_attributes]),
    )


def _steps(old: KnownImage | None, new: KnownImage) -> tuple[PackageStep, ...] | None:
    """The packages of which versions differ, by name."""
    if old is None or old.profile.packages is None or new.profile.packages is None:
        return None
    before, after = _versions(old.profile.packages), _versions(new.profile.packages)
    names = sorted(before.keys() | after.keys())
    steps = (PackageStep(*name, before.get(name, ()), after.get(name, ())) for name in names)
    return tuple(each for each in steps if each.old != each.new)


def _versions(packages: Iterable[PackageName]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for each in sorted(set(packages)):
        key = each.ecosystem, each.name
        found[key] = (*found.get(key, ()), each.version)
    return found


def _equal(pairs: tuple[pa.Table, pa.Table], column: str) -> np.ndarray:
    one, other = (pair[column].combine_chunks() for pair in pairs)
    both_null = pc.and_(pc.is_null(one), pc.is_null(other))
    return pc.if_else(both_null, True, pc.fill_null(pc.equal(one, other), False)).to_numpy(zero_copy_only=False)


def _count(files: pa.Table, rows: Ints) -> FileCount:
    return FileCount(len(rows), int(files["stored"].to_numpy()[rows].sum()))


def _newest(link: ParentLink, candidates: tuple[KnownImage, ...], made: str | None) -> KnownImage | None:
    if link.known is None or (since := moment(made)) is None:
        return None
    later = [
        each
        for each in candidates
        if (each.profile.image_id != link.image_id or link.evidence == HISTORY)
        and same_platform(each.profile.platform, link.known.profile.platform)
        and (created := moment(each.profile.created)) is not None
        and created > since
        and (_share_name(link, each) or _share_repository(link, each))
    ]
    return max(later, key=lambda each: (_share_name(link, each), _order(each)), default=None)


def _order(image: KnownImage) -> tuple[str, tuple[str, ...]]:
    created = moment(image.profile.created)
    return (created.isoformat() if created else ""), image.names


def _share_name(link: ParentLink, other: KnownImage) -> bool:
    return bool(set(map(full_name, link.names)) & set(map(full_name, other.names)))


def _share_repository(link: ParentLink, other: KnownImage) -> bool:
    return bool(set(map(repository, link.names)) & set(map(repository, other.names)))
