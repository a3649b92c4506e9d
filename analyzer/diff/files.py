"""The final root filesystems, path by path: added, removed, modified, moved, or with other attributes only.

Times are compared only where they are asked for: every rebuild changes them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InternalError
from ..tables import DIFF_FILES, FILE, KIND_CODES, KIND_TYPE, KINDS, SYMLINK
from .moves import find_moves
from .pairing import differing, pair_paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..arrays import Flags, Ints
    from .pairing import Pairs
    from .side import Side

ADDED, REMOVED, MODIFIED, METADATA, MOVED = "added", "removed", "modified", "metadata", "moved"
CONTENT, TYPE, TARGET, MODE, OWNER, XATTRS, DEVICE, TIME = (
    "content", "type", "link target", "mode", "owner", "xattrs", "device", "mtime",
)  # fmt: skip
_NOWHERE = -1


def compare_files(old: Side, new: Side, *, times: bool = False) -> pa.Table:
    """One row a path that differs (`tables.DIFF_FILES`), in the order of paths.

    Its ``bytes`` sum up to the difference of both sides' rootfs_bytes, exactly: raises InternalError otherwise.
    ``times`` compares mtime too.
    """
    pairs = pair_paths(old, new)
    what = _what(old, new, pairs, times=times)
    differs = np.zeros(len(pairs.old), bool)
    for flags in what.values():
        differs |= flags
    shifted = old.bytes[pairs.old] != new.bytes[pairs.new]  # another name of a hard-linked file counts its bytes now
    at = np.flatnonzero(differs | shifted)
    moved_old, moved_new = find_moves(old, new, pairs.only_old, pairs.only_new)
    gone = np.setdiff1d(pairs.only_old, moved_old)
    come = np.setdiff1d(pairs.only_new, moved_new)
    places_old = np.concatenate([pairs.old[at], moved_old, gone, np.full(len(come), _NOWHERE)])
    places_new = np.concatenate([pairs.new[at], moved_new, np.full(len(gone), _NOWHERE), come])
    words = [
        *_told_pairs(what, at, _with_content(old, new, pairs)),
        *[(MOVED, each) for each in _what_else(old, new, moved_old, moved_new, times=times)],
        *[(REMOVED, [])] * len(gone),
        *[(ADDED, [])] * len(come),
    ]
    table = _table(old, new, places_old, places_new, words)
    total, growth = pc.sum(table["bytes"]).as_py() or 0, new.size.rootfs_bytes - old.size.rootfs_bytes
    if total != growth:
        raise InternalError(f"files grew by {total} bytes, the image by {growth}")
    return table.sort_by([("path", "ascending"), ("change", "ascending")])


def _what(old: Side, new: Side, pairs: Pairs, *, times: bool) -> dict[str, Flags]:
    """For each thing that can differ, which pairs do."""
    rest = np.flatnonzero(~pairs.shared)
    at_old, at_new = pairs.old[rest], pairs.new[rest]
    found = {}
    for word, flags in _differences(old, new, at_old, at_new, times=times).items():
        found[word] = np.zeros(len(pairs.old), bool)
        found[word][rest] = flags
    return found


def _differences(old: Side, new: Side, at_old: Ints, at_new: Ints, *, times: bool) -> dict[str, Flags]:
    rows_old, rows_new = pa.array(at_old), pa.array(at_new)

    def unlike(columns_old: pa.Array, columns_new: pa.Array) -> Flags:
        return differing(columns_old.take(rows_old), columns_new.take(rows_new))

    kind_old, kind_new = old.kind[at_old], new.kind[at_new]
    both_files = (kind_old == KIND_CODES[FILE]) & (kind_new == KIND_CODES[FILE])
    other_size = unlike(old.column("size"), new.column("size"))
    other_digest = unlike(old.column("digest"), new.column("digest"))
    is_link = (kind_new == KIND_CODES[SYMLINK]) | (kind_old == KIND_CODES[SYMLINK])
    found = {
        CONTENT: both_files & (other_size | other_digest),
        TYPE: kind_old != kind_new,
        TARGET: unlike(old.column("link_target"), new.column("link_target")),
        MODE: unlike(old.attribute("mode"), new.attribute("mode")) & ~is_link,  # a link's own mode means nothing
        OWNER: unlike(old.attribute("uid"), new.attribute("uid")) | unlike(old.attribute("gid"), new.attribute("gid")),
        XATTRS: _other_xattrs(old, new, at_old, at_new),
        DEVICE: unlike(old.told("device"), new.told("device")),
    }
    if times:
        found[TIME] = unlike(old.told("mtime"), new.told("mtime"))
    return found


def _other_xattrs(old: Side, new: Side, at_old: Ints, at_new: Ints) -> Flags:
    """Extended attributes are rare: only where there are some are they looked at one by one."""
    held_old, held_new = (side.told("xattrs").take(pa.array(at)) for side, at in ((old, at_old), (new, at_new)))
    some = ~(held_old.is_null().to_numpy(zero_copy_only=False) & held_new.is_null().to_numpy(zero_copy_only=False))
    found = np.zeros(len(at_old), bool)
    for at in np.flatnonzero(some).tolist():
        found[at] = dict(held_old[at].as_py() or []) != dict(held_new[at].as_py() or [])
    return found


def _with_content(old: Side, new: Side, pairs: Pairs) -> Flags:
    """Pairs of which one is a file with content."""
    return (old.bytes[pairs.old] > 0) | (new.bytes[pairs.new] > 0)


def _told_pairs(what: dict[str, Flags], at: Ints, with_content: Flags) -> list[tuple[str, list[str]]]:
    """The change and the words for it: bytes were replaced, or only what stands around them."""
    modified = what[CONTENT] | (what[TYPE] & with_content)
    lists: list[list[str]] = [[] for _ in at]
    for word, flags in what.items():
        for place in np.flatnonzero(flags[at]).tolist():
            lists[place].append(word)
    return [(MODIFIED if modified[pair] else METADATA, words) for pair, words in zip(at.tolist(), lists, strict=True)]


def _what_else(old: Side, new: Side, at_old: Ints, at_new: Ints, *, times: bool) -> list[list[str]]:
    """What differs between files that were moved, besides their path."""
    found = _differences(old, new, at_old, at_new, times=times)
    return [[word for word, flags in found.items() if flags[place]] for place in range(len(at_old))]


def _table(old: Side, new: Side, at_old: Ints, at_new: Ints, words: list[tuple[str, list[str]]]) -> pa.Table:
    paths_old, paths_new = _taken(old.paths, at_old), _taken(new.paths, at_new)
    bytes_old, bytes_new = _numbers(old.bytes, at_old), _numbers(new.bytes, at_new)
    moved = pa.array([change == MOVED for change, _ in words], pa.bool_())
    columns = {
        "path": pc.coalesce(paths_new, paths_old),
        "old_path": pc.if_else(moved, paths_old, pa.scalar(None, pa.string())),
        "change": pa.array([change for change, _ in words], pa.string()),
        "what": pa.array([each for _, each in words], pa.list_(pa.string())),
        "bytes_old": bytes_old,
        "bytes_new": bytes_new,
        "bytes": bytes_new - bytes_old,
    }
    columns["package"] = package = pc.coalesce(_slots(new, at_new), _slots(old, at_old))
    for end, side, at, there in (("old", old, at_old, (new, at_new)), ("new", new, at_new, (old, at_old))):
        columns[f"kind_{end}"] = _kinds(side, at)
        columns[f"layer_{end}"] = _layers(side.layer, at)
        columns[f"first_layer_{end}"] = _layers(side.first_layer, at)
        columns[f"version_{end}"] = _versions(side, at, *there, package)
        for name in ("mode", "uid", "gid"):
            columns[f"{name}_{end}"] = _taken(side.attribute(name), at)
        for name in ("link_target", "digest"):
            columns[f"{name}_{end}"] = _taken(side.column(name), at)
    columns["origin"] = pa.nulls(len(words), pa.string())  # only a base tells (`base.with_origins`)
    return pa.table([columns[name] for name in DIFF_FILES.names], schema=DIFF_FILES)


def _taken(column: pa.Array, at: Ints) -> pa.Array:
    return column.take(pa.array(at, mask=at < 0))


def _numbers(values: Ints, at: Ints) -> Ints:
    return np.where(at >= 0, np.append(values, 0)[at], 0)


def _kinds(side: Side, at: Ints) -> pa.Array:
    codes = np.append(side.kind, 0)[at].astype(np.int8)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=at < 0), pa.array(KINDS)).cast(KIND_TYPE)


def _layers(of_path: Ints, at: Ints) -> pa.Array:
    layers = np.append(of_path, -1)[at]
    return pa.array(layers, mask=(at < 0) | (layers < 0)).cast(pa.int16())


def _versions(side: Side, at: Ints, other: Side, at_other: Ints, package: pa.Array) -> pa.Array:
    """The version of each file's ``package``; where only the other side has it as a file of that, what is here of it.

    Packages leave files out and bring others when they are upgraded, and lose some otherwise: they neither went nor
    came with these.
    """
    versions, others = _by_slot(side), _by_slot(other)
    here = [_counterpart(each.version, versions[each.slot], others[each.slot]) for each in other.installed.packages]
    own = _of_package(side, at, [each.version for each in side.installed.packages])
    is_of_it = pc.equal(_slots(side, at), package)
    return pc.coalesce(pc.if_else(is_of_it, own, None), _of_package(other, at_other, here))


def _by_slot(side: Side) -> defaultdict[str, set[str]]:
    """The versions of the packages of each slot: several ones of npm may lie in one image."""
    found = defaultdict[str, set[str]](set)
    for each in side.installed.packages:
        found[each.slot].add(each.version)
    return found


def _counterpart(version: str, here: set[str], there: set[str]) -> str | None:
    """What is here of a version there: the same, or what came in its place; None where nothing did.

    >>> [_counterpart(each, {"1", "3"}, {"1", "2"}) for each in "12"], _counterpart("2", {"1"}, {"1", "2"})
    (['1', '3'], None)
    """
    return version if version in here else ", ".join(sorted(here - there)) or None


def _slots(side: Side, at: Ints) -> pa.Array:
    return _of_package(side, at, [each.slot for each in side.installed.packages])


def _of_package(side: Side, at: Ints, values: Sequence[str | None]) -> pa.Array:
    owner = np.append(side.package, -1)[at]
    return pa.array(values, pa.string()).take(pa.array(owner, mask=(at < 0) | (owner < 0)))
