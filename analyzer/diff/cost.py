"""What a host that has the old image must pull for the new one, and how much of it it had already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ..rootfs.rows import IS_FILE
from ..rootfs.stack import VISIBLE
from ..streams.compression import PLAIN
from .layers import BY_INSTRUCTION, SAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..arrays import Flags, Ints
    from .layers import LayerPair
    from .side import Side

_BUILDING = ("RUN", "COPY", "ADD")
# Of a layer that was built anew, what it held before: less, and it was built from something else.
_KNOWN_SHARE = 0.5


class LayerCost(Struct, frozen=True):
    """A layer whose blob the old image lacks. ``blob_bytes`` is None where only a plain copy is known.

    ``known_bytes`` are those of its ``file_bytes`` whose content some layer of the old image has too.
    """

    layer: int
    instruction: str
    blob_bytes: int | None
    tar_bytes: int
    file_bytes: int
    known_bytes: int


class Reordering(Struct, frozen=True):
    """Layers that were built anew only because ``cause`` below them had changed: the instruction in between is old.

    ``layers`` are of the new image, ``bytes`` what would not have to be pulled had ``cause`` come after them: their
    blobs where all are compressed, else their tar streams.
    """

    cause: int
    cause_instruction: str
    layers: tuple[int, ...]
    instructions: tuple[str, ...]
    bytes: int
    compressed: bool


class Cost(Struct, frozen=True):
    """The price of an update.

    ``pull_bytes``: blobs and the config that the old image lacks, the blobs of ``layers``; None where one of these is
    plain, or where a layer is plain in one image only: whether it is pulled again, nothing tells, and it is not among
    the ``layers``. ``tar_bytes``: these unpacked. ``new_bytes``: content of the new image's visible files that no layer
    of the old one has, each content once: less cannot be sent. ``new_pull_bytes`` is its share of the blobs.
    """

    pull_bytes: int | None
    tar_bytes: int
    new_bytes: int
    new_pull_bytes: int | None
    layers: tuple[LayerCost, ...]
    reorderings: tuple[Reordering, ...]


def price_update(old: Side, new: Side, pairs: Sequence[LayerPair]) -> Cost:
    """What the step from ``old`` to ``new`` costs, layer by layer."""
    lacking, unsure = _other_blobs(old, new)
    known = _known_contents(old, new)
    rows = new.stack.rows
    files = rows.kind == IS_FILE
    stored = new.changes["stored"].to_numpy()
    held = np.bincount(rows.layer[files & known], stored[files & known], len(new.scans)).astype(np.int64)
    costs = tuple(
        LayerCost(at, _text(new, at), _blob_bytes(new, at), new.scans[at].tar_bytes, new.file_bytes[at], int(held[at]))
        for at in lacking
    )
    fresh = _first_of_each(new, files & ~known & _visible(new))
    shares = new.changes["pull_bytes"].to_numpy()[fresh]
    return Cost(
        pull_bytes=None if unsure else _pulled(old, new, lacking),
        tar_bytes=sum({new.scans[at].diff_id: new.scans[at].tar_bytes for at in lacking}.values()),
        new_bytes=int(stored[fresh].sum()),
        new_pull_bytes=None if np.isnan(shares).any() else round(shares.sum()),
        layers=costs,
        reorderings=tuple(_reorderings(new, pairs, costs)),
    )


def _visible(side: Side) -> Flags:
    visible: Flags = side.stack.fate == VISIBLE
    return visible


def _blob_bytes(side: Side, layer: int) -> int | None:
    scan = side.scans[layer]
    return None if scan.compression == PLAIN else scan.blob_bytes


def _other_blobs(old: Side, new: Side) -> tuple[list[int], list[int]]:
    """Layers of the new image whose blobs the old one lacks, and apart those of which it may have a blob.

    These are the same in it, but plain in one image only, which is how one is saved, not how it is pulled.
    """
    had = {scan.digest for scan in old.scans}
    forms = {(scan.diff_id, scan.compression == PLAIN) for scan in old.scans}
    lacking: list[int] = []
    unsure: list[int] = []
    for at, scan in enumerate(new.scans):
        if scan.digest not in had:
            (unsure if (scan.diff_id, scan.compression != PLAIN) in forms else lacking).append(at)
    return lacking, unsure


def _pulled(old: Side, new: Side, lacking: Sequence[int]) -> int | None:
    """The blobs that the old image lacks, each once, and the config where it is another."""
    blobs = {new.scans[at].digest: _blob_bytes(new, at) for at in lacking}
    known = [size for size in blobs.values() if size is not None]
    config = 0 if old.metadata.image_id == new.metadata.image_id else len(new.metadata.config_bytes)
    return sum(known) + config if len(known) == len(blobs) else None


def _known_contents(old: Side, new: Side) -> Flags:
    """Rows of the new image whose content some layer of the old one has. What has no digest has no equal there."""
    digests = new.changes["digest"].combine_chunks()
    there = pc.unique(old.changes["digest"].combine_chunks().drop_null())
    found: Flags = pc.is_in(digests, value_set=there).to_numpy(zero_copy_only=False)
    shared = {scan.diff_id for scan in old.scans}
    in_shared = np.array([scan.diff_id in shared for scan in new.scans], bool)
    return found | in_shared[new.stack.rows.layer]


def _first_of_each(side: Side, chosen: Flags) -> Ints:
    """Of each content among the ``chosen`` rows the first; those without a digest are all different."""
    rows = np.flatnonzero(chosen)
    codes = side.changes["digest"].take(pa.array(rows)).combine_chunks().dictionary_encode().indices
    codes = codes.fill_null(-1).to_numpy(zero_copy_only=False)
    _, first = np.unique(codes, return_index=True)
    keep = codes < 0
    keep[first] = True
    return rows[keep]


def _reorderings(new: Side, pairs: Sequence[LayerPair], costs: Sequence[LayerCost]) -> list[Reordering]:
    """Layers above the first that changed, whose instructions have not, and which hold mostly what they held.

    What stands above a changed layer is built anew for that one alone. Where even the first has the same instruction
    and sources, the cache was not used at all, and no order would help. What acts on the changed layer's files has to
    stay above it; whether a command reads them, nothing tells.
    """
    ordered = [(pair, pair.new) for pair in pairs if pair.new is not None]
    changed = [place for place, (pair, _) in enumerate(ordered) if pair.status != SAME]
    if not changed:
        return []
    cause, at = ordered[changed[0]]
    if cause.same_sources or _kind(new, at) not in _BUILDING:
        return []
    known = {cost.layer: cost.known_bytes for cost in costs}
    rebuilt = [
        there
        for pair, there in ordered[changed[0] + 1 :]
        if pair.same_sources and pair.evidence == BY_INSTRUCTION and _kind(new, there) == "RUN"
        if known.get(there, 0) > _KNOWN_SHARE * new.file_bytes[there] and not _acts_on(new, there, at)
    ]
    return [_reordering(new, cause, at, rebuilt)] if rebuilt else []


def _acts_on(side: Side, layer: int, lower: int) -> bool:
    """Whether a layer has an entry, whiteouts included, at a path of a lower one that is no directory there."""
    rows = side.stack.rows
    below = rows.node[(rows.layer == lower) & rows.is_leaf]
    return bool(np.isin(rows.node[rows.layer == layer], below).any())


def _reordering(new: Side, cause: LayerPair, at: int, layers: list[int]) -> Reordering:
    blobs = [_blob_bytes(new, at) for at in layers]
    compressed = [each for each in blobs if each is not None]
    complete = len(compressed) == len(layers)
    return Reordering(
        cause=at,
        cause_instruction=cause.instruction,
        layers=tuple(layers),
        instructions=tuple(_text(new, at) for at in layers),
        bytes=sum(compressed) if complete else sum(new.scans[at].tar_bytes for at in layers),
        compressed=complete,
    )


def _kind(side: Side, layer: int | None) -> str:
    told = None if layer is None else side.instructions[layer]
    return told.kind if told else ""


def _text(side: Side, layer: int) -> str:
    told = side.instructions[layer]
    return told.text if told else ""
