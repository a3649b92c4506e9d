"""The layers table: one row a layer, with its sizes and its ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from msgspec.structs import asdict

from ..digest import chain_ids
from ..rootfs.rows import kind_codes
from ..tables import KIND_CODES, LAYERS, OPAQUE, WHITEOUT

if TYPE_CHECKING:
    from ..layers.scan import LayerScan
    from ..model import ImageMetadata
    from .ledger import Ledger


def layers_table(
    image: ImageMetadata, scans: tuple[LayerScan, ...], ledgers: tuple[Ledger, ...], changes: pa.Table
) -> pa.Table:
    """One row a layer (`tables.LAYERS`), lowest first.

    ``blob_bytes`` and ``digest`` are of the blob as this source stores it; where it stores only the
    uncompressed tar of a form that does not say how the layer is pulled, ``blob_bytes`` is null.
    """
    chain = chain_ids(scan.diff_id for scan in scans)
    whiteouts = _whiteouts(changes, len(scans))
    rows = [
        {
            "layer": layer.index,
            "diff_id": scan.diff_id,
            "chain_id": chain[layer.index],
            "digest": scan.digest,
            "media_type": layer.blob.media_type or None,
            "compression": scan.compression,
            "blob_bytes": scan.blob_bytes if layer.blob.digest or scan.compression != "plain" else None,
            "tar_bytes": ledger.tar_bytes,
            "file_bytes": ledger.file_bytes,
            "entries": scan.changes.num_rows,
            "whiteouts": whiteouts[layer.index],
            **asdict(ledger),
            "created": layer.history.created if layer.history else None,
            "created_by": layer.history.created_by if layer.history else None,
        }
        for layer, scan, ledger in zip(image.layers, scans, ledgers, strict=True)
    ]
    return pa.Table.from_pylist(rows, LAYERS)


def _whiteouts(changes: pa.Table, layers: int) -> list[int]:
    is_whiteout = np.isin(kind_codes(changes), [KIND_CODES[WHITEOUT], KIND_CODES[OPAQUE]])
    counts = np.bincount(changes["layer"].to_numpy()[is_whiteout], minlength=layers)
    return [int(count) for count in counts]
