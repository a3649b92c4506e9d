"""What plain layers take when they are compressed: an estimate of what a registry sends of them.

gzip at level 6 is what `docker push` writes. Another compressor, or another version, gives some percent more or less.
"""

from __future__ import annotations

import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from ..streams.compression import PLAIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..digest import Digest
    from ..model import Layer
    from ..sources.files import Files
    from ..streams.base import ByteStream
    from .scan import LayerScan

LEVEL = 6
_GZIP = zlib.MAX_WBITS + 16
_BUFFER_BYTES = 1 << 18


def compressed_bytes(layers: Sequence[Layer], scans: Sequence[LayerScan], files: Files) -> Mapping[Digest, int]:
    """The size of each distinct plain blob, compressed, by its digest; on as many threads as there are processors.

    Raises ArchiveReadError where the layers came from a pipe that was not kept.
    """
    names = {
        scan.digest: layer.blob.name for layer, scan in zip(layers, scans, strict=True) if scan.compression == PLAIN
    }
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return dict(zip(names, pool.map(lambda name: gzip_bytes(files.stream(name)), names.values()), strict=True))


def gzip_bytes(stream: ByteStream) -> int:
    """How many bytes the stream takes, compressed; none of them are kept."""
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP)
    buffer, size = memoryview(bytearray(_BUFFER_BYTES)), 0
    while count := stream.readinto(buffer):
        size += len(compressor.compress(buffer[:count]))
    return size + len(compressor.flush())
