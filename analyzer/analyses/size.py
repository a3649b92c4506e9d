"""The headline numbers of an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InternalError
from ..streams.compression import PLAIN
from .ledger import total

if TYPE_CHECKING:
    import pyarrow as pa

    from ..arrays import Flags, Ints
    from ..layers.scan import LayerScan
    from ..model import ImageMetadata
    from ..rootfs.stack import Stack
    from .ledger import Ledger


@dataclass(frozen=True)
class Size:
    """Sizes in bytes, counts, and ``efficiency`` between 0 and 1.

    ``pull_bytes`` is what a registry would send, config included and each distinct blob once; None unless
    all blobs are compressed. ``files`` counts visible regular files, hard links of one file once.
    """

    pull_bytes: int | None
    tar_bytes: int
    file_bytes: int
    rootfs_bytes: int
    waste_bytes: int
    efficiency: float
    files: int
    layers: int


def measure(
    image: ImageMetadata, scans: tuple[LayerScan, ...], ledgers: tuple[Ledger, ...], changes: pa.Table, stack: Stack
) -> Size:
    """The sizes of a whole image. Raises InternalError should visible files and ledger disagree."""
    ledger = total(ledgers)
    inodes = stack.visible_files.inode
    rootfs_bytes = int(changes["stored"].to_numpy()[inodes].sum())
    if rootfs_bytes != ledger.visible:
        raise InternalError(f"the rootfs holds {rootfs_bytes} bytes, the ledger says {ledger.visible}")
    return Size(
        pull_bytes=_pull_bytes(image, scans),
        tar_bytes=ledger.tar_bytes,
        file_bytes=ledger.file_bytes,
        rootfs_bytes=rootfs_bytes,
        waste_bytes=ledger.waste_bytes,
        efficiency=ledger.efficiency,
        files=len(inodes),
        layers=len(scans),
    )


def pulled_for(changes: pa.Table, rows: Ints | Flags) -> int:
    """The shares of compressed layers that ``rows`` have, together."""
    return int(np.nansum(changes["pull_bytes"].to_numpy()[rows]))


def _pull_bytes(image: ImageMetadata, scans: tuple[LayerScan, ...]) -> int | None:
    if not scans or any(scan.compression == PLAIN for scan in scans):
        return None
    blobs = {scan.digest: scan.blob_bytes for scan in scans}
    return sum(blobs.values()) + len(image.config_bytes)
