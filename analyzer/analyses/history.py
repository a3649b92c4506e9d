"""The history table: what each instruction of the build cost, in the build's order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ..instructions.created_by import parse_instruction
from ..tables import HISTORY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..instructions.matching import DockerfileMatch
    from ..model import HistoryEntry, ImageMetadata
    from .ledger import Ledger

Row = dict[str, Any]


def history_table(image: ImageMetadata, layers: pa.Table, ledgers: Sequence[Ledger], waste: pa.Table) -> pa.Table:
    """One row an entry of the history (`tables.HISTORY`), in its order; ``layers`` and ``waste`` are the tables.

    Layers whose entries are not known have rows of their own behind them, so that ``file_bytes`` always sums up
    to the image's.
    """
    costs = _costs(layers, ledgers, waste)
    history = image.config.history or []
    by_entry = {layer.history_index: layer.index for layer in image.layers if layer.history_index is not None}
    rows = [_entry(index, entry, costs, by_entry.get(index)) for index, entry in enumerate(history)]
    rows += [costs[layer.index] for layer in image.layers if layer.history_index is None]
    return pa.Table.from_pylist(rows, HISTORY)


def rows_from(history: pa.Table, first_layer: int, first_entry: int | None = None) -> pa.Table:
    """The rows from entry ``first_entry`` on, without layers below ``first_layer``.

    By default all rows after the last one of a lower layer; of those without a layer some may be a parent's.
    """
    layers, entries = history["layer"].to_pylist(), history["history"].to_pylist()
    below = [row for row, layer in enumerate(layers) if layer is not None and layer < first_layer]
    if first_entry is None:
        return history.slice(below[-1] + 1 if below else 0)
    lower = {*below, *(row for row, entry in enumerate(entries) if entry is not None and entry < first_entry)}
    return history.filter(pa.array([row not in lower for row in range(len(layers))], pa.bool_()))


def located(history: pa.Table, match: DockerfileMatch) -> pa.Table:
    """The history table with the lines that a Dockerfile has for its entries."""
    lines = [None if entry is None else match.lines[entry] for entry in history["history"].to_pylist()]
    place = HISTORY.get_field_index("dockerfile_line")
    return history.set_column(place, HISTORY.field(place), pa.array(lines, HISTORY.field(place).type))


def layer_lines(image: ImageMetadata, match: DockerfileMatch | None) -> list[int | None]:
    """For each layer the line of its instruction in a Dockerfile, None where that is unknown."""
    entries = [layer.history_index for layer in image.layers]
    return [match.lines[entry] if match and entry is not None else None for entry in entries]


def _entry(index: int, entry: HistoryEntry, costs: Sequence[Row], layer: int | None) -> Row:
    instruction = parse_instruction(entry.created_by, entry.comment, entry.author)
    return {
        "history": index,
        "empty_layer": entry.empty_layer,
        "instruction": instruction.kind,
        "text": instruction.text or None,
        "created_by": entry.created_by,
        "comment": entry.comment,
        "created": entry.created,
        **(costs[layer] if layer is not None else {}),
    }


def _costs(layers: pa.Table, ledgers: Sequence[Ledger], waste: pa.Table) -> list[Row]:
    """What each layer costs, lowest first."""
    # Not with group_by: it imports a tenth of a second of Arrow that nothing else needs.
    caused = np.bincount(waste["caused_by"].to_numpy(), waste["bytes"].to_numpy(), layers.num_rows).astype(np.int64)
    return [
        {
            "layer": layer,
            "file_bytes": ledger.file_bytes,
            "pull_bytes": blob_bytes,
            "waste_held": ledger.waste_bytes,
            "waste_caused": int(caused[layer]),
        }
        for layer, (ledger, blob_bytes) in enumerate(zip(ledgers, layers["blob_bytes"].to_pylist(), strict=True))
    ]
