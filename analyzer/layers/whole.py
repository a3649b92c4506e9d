"""The layers of an image, put together: one table, and what is known of each blob."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from msgspec import Struct

from ..errors import InternalError
from ..tables import CHANGES, FACTS
from .facts import Learned
from .kept import Kept, joined
from .scan import LayerScan
from .verify import describe

if TYPE_CHECKING:
    from ..arrays import Ints
    from ..model import Layer
    from .limits import EntryBudget

ABSENT = "absent"


class Scan(Struct, frozen=True):
    """The changes table of an image and, lowest first, what is known of each layer's blob.

    Large files of plain layers have a digest only where another file has their size (`digests`).
    ``learned`` goes by rows of ``changes``.
    """

    changes: pa.Table
    learned: Learned
    layers: tuple[LayerScan, ...]


def unknown(layer: Layer) -> LayerScan:
    """What is known of a foreign layer whose blob is kept elsewhere: what the metadata declares."""
    if layer.blob.digest is None or layer.diff_id is None or layer.blob.size is None:
        raise InternalError(f"{describe(layer)} is absent and nothing is declared of it")
    return LayerScan(
        changes=CHANGES.empty_table(),
        learned=Learned(FACTS.empty_table(), Kept()),
        digest=layer.blob.digest,
        diff_id=layer.diff_id,
        compression=ABSENT,
        blob_bytes=layer.blob.size,
        tar_bytes=0,
        ended=True,
    )


def together(scans: tuple[LayerScan, ...], entries: EntryBudget) -> Scan:
    """The layers of an image, lowest first, as one table.

    Raises LimitExceededError for more ``entries``: a blob that was read once may stand for any number of layers.
    """
    entries.take(sum(scan.changes.num_rows for scan in scans))
    starts = np.cumsum([0, *(scan.changes.num_rows for scan in scans)]).tolist()
    changes = [
        _with(scan.changes, "layer", np.full(scan.changes.num_rows, index, np.int16))
        for index, scan in enumerate(scans)
    ]
    return Scan(
        pa.concat_tables(changes) if changes else CHANGES.empty_table(),
        _learned([s.learned for s in scans], starts),
        scans,
    )


def _learned(parts: list[Learned], starts: list[int]) -> Learned:
    """What all layers told, by rows of the whole table; each layer's rows begin at one of ``starts``."""
    placed = list(zip(parts, starts, strict=False))
    facts = [_with(part.facts, "row", part.facts["row"].to_numpy() + start) for part, start in placed]
    return Learned(
        pa.concat_tables(facts) if facts else FACTS.empty_table(),
        joined((part.contents, start) for part, start in placed),
        sum({id(part): part.left_out for part in parts}.values()),
        _payloads(placed),
    )


def _payloads(placed: list[tuple[Learned, int]]) -> dict[str, dict[int, bytes]]:
    found: dict[str, dict[int, bytes]] = {}
    for part, start in placed:
        for kind, payloads in part.payloads.items():
            found.setdefault(kind, {}).update((start + row, payload) for row, payload in payloads.items())
    return found


def _with(table: pa.Table, name: str, values: Ints) -> pa.Table:
    place = table.schema.get_field_index(name)
    return table.set_column(place, table.schema.field(place), pa.array(values))
