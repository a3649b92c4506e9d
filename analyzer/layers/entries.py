"""From header blocks to rows of the changes table, thousands at a time.

numpy decodes what is regular; a row that is not (base-256 numbers, denormal or non-UTF-8 names, whiteouts,
overrides by records) is mended by the exact, slower functions of `analyzer.tar`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InternalError
from ..tables import CHANGES, DIRECTORY, FILE, KIND_CODES, KIND_TYPE, KINDS, WHITEOUT
from ..tar import headers as tar
from ..tar.records import NOTHING
from . import names, whiteout
from .numbers import check_sums, numbers
from .spelling import normalised, trimmed_name
from .walk import is_old_directory

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..arrays import Flags, Ints, Octets
    from ..tar.records import Overrides
    from .walk import RawEntries


_NANOSECONDS = 10**9
_MTIME_LIMIT = (1 << 63) // _NANOSECONDS

_KIND_OF_FLAG = np.full(256, -1, np.int8)
for _flags, _kind in (
    (tar.FILE_KINDS + b"S", FILE), (b"1", "hardlink"), (b"2", "symlink"), (b"3", "character"),
    (b"4", "block"), (b"5", DIRECTORY), (b"6", "fifo"),
):  # fmt: skip
    _KIND_OF_FLAG[list(_flags)] = KIND_CODES[_kind]


def decode(raw: RawEntries) -> pa.RecordBatch:
    """One row an entry, with the columns of `CHANGES`; ``layer`` is 0 and ``pull_bytes`` null for now.

    Raises StreamReadError at a header whose checksum is wrong or whose numbers are damaged, and
    LimitExceededError for a path that no system can hold.
    """
    headers = raw.headers[0]
    check_sums(headers, raw.starts[0])
    tar_kinds = _tar_kinds(headers, raw)
    devices = _devices(headers, tar_kinds)
    stored_names = _names(headers, raw)
    kinds, paths, raw_paths = _paths(stored_names, _overlay_whiteouts(tar_kinds, devices))
    sizes, stored = _sizes(headers, raw, kinds == KIND_CODES[FILE])
    links, raw_links = _links(headers, raw, kinds)
    columns = {
        "layer": pa.array(np.zeros(raw.count, np.int16)),
        "path": paths,
        "raw_path": raw_paths,
        "kind": pa.DictionaryArray.from_arrays(pa.array(kinds), pa.array(KINDS)).cast(KIND_TYPE),
        "size": pa.array(sizes),
        "stored": pa.array(stored),
        "mode": pa.array((numbers(headers, tar.MODE, "mode") & 0o7777).astype(np.uint16)),
        "uid": pa.array(_overridden(numbers(headers, tar.UID, "uid"), raw, lambda each: each.uid)),
        "gid": pa.array(_overridden(numbers(headers, tar.GID, "gid"), raw, lambda each: each.gid)),
        "mtime": _mtimes(headers, raw),
        "link_target": links,
        "raw_link_target": raw_links,
        "device": devices,
        "xattrs": _xattrs(raw),
        "digest": _digests(raw, tar_kinds == KIND_CODES[FILE], kinds == KIND_CODES[FILE]),
        "offset": pa.array(raw.offsets[0]),
        "pull_bytes": pa.nulls(raw.count, pa.float64()),
    }
    return pa.RecordBatch.from_arrays([columns[name] for name in CHANGES.names], schema=CHANGES)


def _tar_kinds(headers: Octets, raw: RawEntries) -> Ints:
    """Kinds by the header alone, which knows no whiteouts."""
    kinds = _KIND_OF_FLAG[headers[:, tar.KIND]]
    for row in np.flatnonzero(headers[:, tar.KIND] == 0).tolist():
        if is_old_directory(headers[row].tobytes(), raw.overrides.get(row, NOTHING)):
            kinds[row] = KIND_CODES[DIRECTORY]
    if (kinds < 0).any():
        raise InternalError("the walk let an unknown kind of entry through")
    return kinds


def _devices(headers: Octets, kinds: Ints) -> pa.StringArray:
    values: list[str | None] = [None] * len(kinds)
    for row in np.flatnonzero((kinds == KIND_CODES["character"]) | (kinds == KIND_CODES["block"])):
        header = headers[row].tobytes()
        major, minor = (tar.checked_number(header, field, "device") for field in (tar.MAJOR, tar.MINOR))
        values[row] = f"{major}:{minor}"
    return pa.array(values, pa.string())


def _overlay_whiteouts(kinds: Ints, devices: pa.StringArray) -> Ints:
    """Kinds with 0:0 character devices as whiteouts, as the overlay filesystems of engines take them."""
    unnumbered = pc.equal(devices, "0:0").fill_null(fill_value=False).to_numpy(zero_copy_only=False)
    is_whiteout = unnumbered & (kinds == KIND_CODES["character"])
    return np.where(is_whiteout, KIND_CODES[WHITEOUT], kinds).astype(np.int8)


def _names(headers: Octets, raw: RawEntries) -> pa.BinaryArray:
    """Names as stored, trimmed."""
    field = headers[:, tar.NAME]
    posix = (headers[:, tar.MAGIC] == np.frombuffer(tar.POSIX_MAGIC, np.uint8)).all(axis=1)
    if (headers[posix, tar.PREFIX.start] != 0).any():
        field = names.prefixed(headers[:, tar.PREFIX] * posix[:, None], field)
    trimmed = {row: trimmed_name(each.path) for row, each in raw.overrides.items() if each.path is not None}
    return names.replaced(names.trimmed_column(field), trimmed)


def _paths(stored: pa.BinaryArray, kinds: Ints) -> tuple[Ints, pa.StringArray, pa.BinaryArray]:
    """Kinds with whiteouts told apart, paths as shown and, where those differ, as stored."""
    normal = {row: normalised(stored[row].as_py()) for row in names.denormal_rows(stored)}
    paths = names.replaced(stored, normal)
    kinds, hidden = kinds.copy(), {}
    for row in np.flatnonzero(pc.match_substring(paths, whiteout.PREFIX)).tolist():
        if found := whiteout.parse(paths[row].as_py()):
            kinds[row], hidden[row] = KIND_CODES[found[0]], found[1]
    shown = names.displayed(names.replaced(paths, hidden))
    same = pc.equal(shown.cast(pa.binary()), stored)
    return kinds, shown, _only(stored, pc.invert(same))


def _sizes(headers: Octets, raw: RawEntries, is_file: Flags) -> tuple[Ints, Ints]:
    """Logical and stored bytes of content: 0 for everything but files."""
    sizes = _overridden(numbers(headers, tar.SIZE, "size"), raw, lambda each: each.size) * is_file
    stored = sizes.copy()
    for row, sparse_map in raw.sparse.items():
        if is_file[row]:
            sizes[row], stored[row] = sparse_map.size, sparse_map.stored
    return sizes, stored


def _overridden(values: Ints, raw: RawEntries, pick: Callable[[Overrides], int | None]) -> Ints:
    for row, overrides in raw.overrides.items():
        value = pick(overrides)
        if value is not None:
            values[row] = value
    return values


def _mtimes(headers: Octets, raw: RawEntries) -> pa.TimestampArray:
    seconds = numbers(headers, tar.MTIME, "mtime")
    outside = (seconds >= _MTIME_LIMIT) | (seconds <= -_MTIME_LIMIT)
    nanoseconds = np.where(outside, 0, seconds) * _NANOSECONDS
    for row, overrides in raw.overrides.items():
        if overrides.mtime is not None:
            outside[row] = abs(overrides.mtime) >= 1 << 63
            nanoseconds[row] = 0 if outside[row] else overrides.mtime
    return pa.array(nanoseconds, mask=outside).view(pa.timestamp("ns", "UTC"))


def _links(headers: Octets, raw: RawEntries, kinds: Ints) -> tuple[pa.StringArray, pa.BinaryArray]:
    """Targets as shown and, where those differ, as stored."""
    targets = {row: each.link for row, each in raw.overrides.items() if each.link is not None}
    stored = names.replaced(names.text_column(headers[:, tar.LINK]), targets)
    shown = names.displayed(stored)
    is_link = pa.array((kinds == KIND_CODES["symlink"]) | (kinds == KIND_CODES["hardlink"]))
    differs = pc.and_(is_link, pc.not_equal(shown.cast(pa.binary()), stored))
    return _only(shown, is_link), _only(stored, differs)


def _only(values: pa.Array, chosen: pa.BooleanArray) -> pa.Array:
    """The values that are chosen, null in place of others; these take no room, as they would after `if_else`."""
    rows = np.arange(len(values), dtype=np.int32)
    return values.take(pa.array(rows, mask=~chosen.to_numpy(zero_copy_only=False)))


def _xattrs(raw: RawEntries) -> pa.MapArray:
    kind = CHANGES.field("xattrs").type
    if not any(overrides.xattrs for overrides in raw.overrides.values()):
        return pa.nulls(raw.count, kind)
    values: list[list[tuple[str, bytes]] | None] = [None] * raw.count
    for row, overrides in raw.overrides.items():
        if overrides.xattrs:
            values[row] = list(overrides.xattrs)
    return pa.array(values, kind)


def _digests(raw: RawEntries, has_content: Flags, is_file: Flags) -> pa.FixedSizeBinaryArray:
    """Digests at the rows of files. Whiteouts have content as tar knows them, and no digest."""
    if np.count_nonzero(has_content) != len(raw.digests):
        raise InternalError(f"{len(raw.digests)} digests for {np.count_nonzero(has_content)} files")
    content = np.zeros((raw.count, 32), np.uint8)
    content[has_content] = np.frombuffer(b"".join(digest or bytes(32) for digest in raw.digests), np.uint8).reshape(
        -1, 32
    )
    present = has_content.copy()
    present[has_content] = [bool(digest) for digest in raw.digests]
    validity = pa.py_buffer(np.packbits(present & is_file, bitorder="little"))
    return pa.Array.from_buffers(pa.binary(32), raw.count, [validity, pa.py_buffer(content)])
