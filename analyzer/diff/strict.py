"""Whether two images are the same to the byte, and at which level the first difference is.

From the outside in: index, manifest, config, layer blob, layer, entry header, content. Below the manifest each level
is looked at only where the one above it differs; an image whose manifest is equal is equal altogether, and only the
index that lists it may be another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..digest import Digest
from ..model import Index, decode_metadata
from .config import compare_configs
from .pairing import differing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from .side import Side

INDEX, MANIFEST, CONFIG, HISTORY, BLOB, LAYER, ENTRY, CONTENT = (
    "index", "manifest", "config", "history", "layer blob", "layer", "entry header", "content",
)  # fmt: skip

# In this order an entry is looked at; all but the last stand in its header or the records before it.
_COLUMNS = ("path", "kind", "mode", "uid", "gid", "mtime", "size", "link_target", "device", "xattrs", "digest")


class StrictDifference(msgspec.Struct, frozen=True):
    """``level`` is where it lies, ``where`` says which layer, entry and field; both values as text."""

    level: str
    where: str
    old: str
    new: str


def compare_strictly(old: Side, new: Side) -> tuple[StrictDifference, ...]:
    """The first difference of each level, outermost first; none where the images are the same bytes.

    Images in forms without an index or a manifest are compared from the next level on.
    """
    one, other = old.metadata, new.metadata
    index = _index(one.index_bytes, other.index_bytes, equal_manifests=one.manifest_digest == other.manifest_digest)
    if one.manifest_digest is None or other.manifest_digest is None:
        return (*_config(old, new), *_layers(old, new))
    if one.manifest_digest == other.manifest_digest:
        return tuple(index)
    manifest = _field(MANIFEST, _flat(one.annotations, "annotations"), _flat(other.annotations, "annotations"))
    digests = StrictDifference(MANIFEST, "digest", str(one.manifest_digest), str(other.manifest_digest))
    return (*index, manifest or digests, *_config(old, new), *_layers(old, new))


def _index(one: bytes, other: bytes, *, equal_manifests: bool) -> Iterator[StrictDifference]:
    """Where two index.json differ; that another manifest has another digest and size there goes without saying."""
    if not one or not other or one == other:
        return
    found = _field(INDEX, *(_listing(raw, with_digests=equal_manifests) for raw in (one, other)))
    if found or equal_manifests:
        yield found or StrictDifference(INDEX, "digest of index.json", Digest.of(one), Digest.of(other))


def _listing(raw: bytes, *, with_digests: bool) -> dict[str, str]:
    index = msgspec.to_builtins(decode_metadata(raw, Index, "index.json"), enc_hook=str)
    if not with_digests:
        index["manifests"] = [each | {"digest": None, "size": None} for each in index["manifests"] or []]
    return _flat(index)


def _field(level: str, one: Mapping[str, str], other: Mapping[str, str]) -> StrictDifference | None:
    """The first field, by its name, that differs."""
    for name in sorted(one.keys() | other.keys()):
        if one.get(name) != other.get(name):
            return StrictDifference(level, name, one.get(name, "not set"), other.get(name, "not set"))
    return None


def _flat(value: Any, name: str = "") -> dict[str, str]:
    """The fields that are set, by names that lead to them.

    >>> _flat({"manifests": [{"size": 7, "annotations": {"a.b": "c"}, "urls": None}]})
    {'manifests.0.size': '7', 'manifests.0.annotations.a.b': 'c'}
    """
    if not isinstance(value, dict | list):
        return {} if value is None else {name: str(value)}
    fields = value.items() if isinstance(value, dict) else enumerate(value)
    return {
        path: text for key, each in fields for path, text in _flat(each, f"{name}.{key}" if name else str(key)).items()
    }


def _config(old: Side, new: Side) -> Iterator[StrictDifference]:
    if old.metadata.image_id == new.metadata.image_id:
        return
    changes = compare_configs(old, new, times=True)
    if changes:
        first = changes[0]
        yield StrictDifference(CONFIG, first.field, first.old or "not set", first.new or "not set")
    before, after = old.metadata.config.history or [], new.metadata.config.history or []
    for at, (one, other) in enumerate(zip(before, after, strict=False)):
        for name in one.__struct_fields__:
            values = getattr(one, name), getattr(other, name)
            if values[0] != values[1]:
                yield StrictDifference(HISTORY, f"entry {at}, {name}", *map(str, values))
                return
    if len(before) != len(after):
        yield StrictDifference(HISTORY, "entries", str(len(before)), str(len(after)))


def _layers(old: Side, new: Side) -> Iterator[StrictDifference]:
    for at, (one, other) in enumerate(zip(old.scans, new.scans, strict=False)):
        if one.diff_id != other.diff_id:
            yield StrictDifference(LAYER, f"layer {at}", str(one.diff_id), str(other.diff_id))
            yield _entry(old, new, at)
            return
    if len(old.scans) != len(new.scans):
        yield StrictDifference(LAYER, "layers", str(len(old.scans)), str(len(new.scans)))
        return
    for at, (one, other) in enumerate(zip(old.scans, new.scans, strict=True)):
        if one.digest != other.digest:
            yield StrictDifference(BLOB, f"layer {at}, stored as {one.compression} and {other.compression}",
                                   str(one.digest), str(other.digest))  # fmt: skip
            return


def _entry(old: Side, new: Side, layer: int) -> StrictDifference:
    """The first entry of a layer that differs, in tar order, and in what."""
    before, after = _rows(old, layer), _rows(new, layer)
    count = min(before.num_rows, after.num_rows)
    one, other = before.slice(0, count), after.slice(0, count)
    first, column = count, ""
    for name in _COLUMNS:
        at = np.flatnonzero(differing(_plain(one, name), _plain(other, name)))
        if len(at) and at[0] < first:
            first, column = int(at[0]), name
    place = f"layer {layer}, entry {first}"
    if column:
        path = before["path"][first].as_py()
        level = CONTENT if column == "digest" else ENTRY
        where = f"{place}, {path}" + ("" if column == "digest" else f": {column}")
        return StrictDifference(level, where, _text(before, column, first), _text(after, column, first))
    if before.num_rows != after.num_rows:
        return StrictDifference(ENTRY, f"{place}: entries", str(before.num_rows), str(after.num_rows))
    unseen = "names of owners, padding or records"
    return StrictDifference(ENTRY, f"layer {layer}, in what no table shows", unseen, "others")


def _rows(side: Side, layer: int) -> pa.Table:
    return side.changes.filter(pc.equal(side.changes["layer"], layer))


def _plain(table: pa.Table, name: str) -> pa.Array:
    """The column in a form in which values can be compared."""
    column = table[name].combine_chunks()
    if name == "xattrs":
        return pa.array(map(_attributes, column.to_pylist()), pa.string())
    return column.dictionary_decode() if name == "kind" else column


def _attributes(values: Sequence[tuple[str, bytes]] | None) -> str | None:
    """Extended attributes in the order of the header, values in hexadecimal digits; None where there are none."""
    return ", ".join(f"{name}={value.hex()}" for name, value in values) if values else None


def _text(table: pa.Table, name: str, row: int) -> str:
    if name == "mode":
        return f"{table[name][row].as_py():04o}"
    if name == "mtime":
        return table[name].cast("string")[row].as_py() or "not within the years 1678 to 2262"
    value = _plain(table.slice(row, 1), name)[0].as_py()
    return value.hex() if isinstance(value, bytes) else str(value)
