"""Whether two images are the same to the byte, and at which level the first difference is.

From the outside in: manifest, config, layer blob, layer, entry header, content. Each level is looked at only where
the one above it differs; an image whose manifest is equal is equal altogether.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .config import compare_configs
from .pairing import differing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .side import Side

MANIFEST, CONFIG, HISTORY, BLOB, LAYER, ENTRY, CONTENT = (
    "manifest", "config", "history", "layer blob", "layer", "entry header", "content",
)  # fmt: skip

# In this order an entry is looked at; all but the last stand in its header or the records before it.
_COLUMNS = ("path", "kind", "mode", "uid", "gid", "mtime", "size", "link_target", "device", "xattrs", "digest")


@dataclass(frozen=True)
class StrictDifference:
    """``level`` is where it lies, ``where`` says which layer, entry and field; both values as text."""

    level: str
    where: str
    old: str
    new: str


def compare_strictly(old: Side, new: Side) -> tuple[StrictDifference, ...]:
    """The first difference of each level, outermost first; none where the images are the same bytes.

    Images in forms without a manifest are compared from the config on.
    """
    manifests = old.metadata.manifest_digest, new.metadata.manifest_digest
    if None not in manifests and manifests[0] == manifests[1]:
        return ()
    found = []
    if None not in manifests:
        found.append(StrictDifference(MANIFEST, "digest", *map(str, manifests)))
    return (*found, *_config(old, new), *_layers(old, new))


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
