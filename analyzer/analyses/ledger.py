"""The ledger: every byte of every layer in exactly one class.

For each layer, ``tar_bytes`` = visible + overwritten + recopied + removed + repeated + overhead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from ..errors import InternalError
from ..rootfs.stack import FATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from ..arrays import Ints
    from ..layers.scan import LayerScan
    from ..rootfs.stack import Stack

WASTE_CAUSES = ("overwritten", "recopied", "removed", "repeated")


class Ledger(Struct, frozen=True):
    """Bytes by what became of them; all fields are bytes of the uncompressed tar."""

    visible: int = 0
    overwritten: int = 0
    recopied: int = 0
    removed: int = 0
    repeated: int = 0
    overhead: int = 0

    @property
    def file_bytes(self) -> int:
        """Content of regular files: all classes but overhead."""
        return self.visible + self.waste_bytes

    @property
    def waste_bytes(self) -> int:
        """Content that no container sees."""
        return self.overwritten + self.recopied + self.removed + self.repeated

    @property
    def tar_bytes(self) -> int:
        """The whole stream."""
        return self.file_bytes + self.overhead

    @property
    def efficiency(self) -> float:
        """visible ÷ file_bytes; 1.0 without files."""
        return self.visible / self.file_bytes if self.file_bytes else 1.0


def total(ledgers: Iterable[Ledger]) -> Ledger:
    """The sum, class by class.

    >>> total([Ledger(visible=1), Ledger(visible=2, removed=3)])
    Ledger(visible=3, overwritten=0, recopied=0, removed=3, repeated=0, overhead=0)
    """
    entries = list(ledgers)
    return Ledger(**{name: sum(getattr(each, name) for each in entries) for name in Ledger.__struct_fields__})


def layer_ledgers(changes: pa.Table, stack: Stack, scans: tuple[LayerScan, ...]) -> tuple[Ledger, ...]:
    """One ledger a layer, lowest first. Raises InternalError should the classes not sum up to the layer."""
    stored = changes["stored"].to_numpy()
    classes = np.zeros((len(scans), len(FATES)), np.int64)
    np.add.at(classes, (stack.rows.layer, np.maximum(stack.fate, 0)), stored)
    content = np.zeros(len(scans), np.int64)
    np.add.at(content, stack.rows.layer, stored)
    return tuple(
        _closed(dict(zip(FATES, row.tolist(), strict=True)), int(files), scan)
        for row, files, scan in zip(classes, content, scans, strict=True)
    )


def without_rows(ledgers: Sequence[Ledger], changes: pa.Table, stack: Stack, rows: Ints) -> tuple[Ledger, ...]:
    """The ledgers of all layers less the content of ``rows``; headers and padding of these stay."""
    classes = np.zeros((len(ledgers), len(FATES)), np.int64)
    stored = changes["stored"].to_numpy()[rows]
    np.add.at(classes, (stack.rows.layer[rows], np.maximum(stack.fate[rows], 0)), stored)
    return tuple(
        replace(ledger, **{name: getattr(ledger, name) - less for name, less in zip(FATES, row, strict=True)})
        for ledger, row in zip(ledgers, classes.tolist(), strict=True)
    )


def _closed(classes: dict[str, int], file_bytes: int, scan: LayerScan) -> Ledger:
    ledger = Ledger(**classes, overhead=scan.tar_bytes - file_bytes)
    if ledger.tar_bytes != scan.tar_bytes or ledger.overhead < 0:
        raise InternalError(f"the ledger of layer {scan.diff_id} does not close: {ledger} for {scan.tar_bytes} bytes")
    return ledger
