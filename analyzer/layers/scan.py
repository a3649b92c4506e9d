"""One pass over a layer's blob: decompress, hash, walk; what comes out is a table and the layer's totals.

Arrow is imported when the first rows are decoded: reading starts while the import goes on.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from ..digest import Digest
from ..errors import LimitExceededError
from ..streams.base import Hashed, Prefixed, Watched, fill, read
from ..streams.buffers import buffer_of_thread
from ..streams.compression import GZIP, MAGIC_BYTES, PLAIN, ZSTD, DecodedStream, sniff
from .facts import Facts, Learned
from .walk import RawEntries, TarWalk
from .wanted import NO_FILES, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from ..arrays import Ints
    from ..streams.base import ByteStream
    from .limits import Limits

CHUNK_BYTES = 1024 * 1024

# How lazily pulled forms of gzip and zstd mark themselves: a table of contents as the last entry
# (stargz-snapshotter, estargz.md), and a footer in a skippable frame (containers/storage, zstd:chunked).
_ESTARGZ_CONTENTS = "stargz.index.json"
_CHUNKED_FOOTERS = (b"GNUlInUx", b"GnUlInUx")


class LayerScan(Struct, frozen=True):
    """What one blob holds. ``changes`` has the columns of `CHANGES`, with ``layer`` 0 throughout.

    ``learned`` goes by rows of that table. ``ended`` says whether the tar has the zeros that end one (POSIX, pax,
    ustar interchange format); many tools leave them out.
    """

    changes: pa.Table
    learned: Learned
    digest: Digest
    diff_id: Digest
    compression: str
    blob_bytes: int
    tar_bytes: int
    ended: bool


class _TarScan(Struct, frozen=True):
    batches: list[pa.RecordBatch]
    facts: Facts
    starts: Ints
    tar_bytes: int
    ended: bool

    def table(self) -> pa.Table:
        import pyarrow as pa

        from ..tables import CHANGES

        return pa.Table.from_batches(self.batches, CHANGES)


def scan_blob(stream: ByteStream, limits: Limits, watch: Callable[[int], None], wanted: Wanted = NO_FILES) -> LayerScan:
    """Read a blob to its end; ``watch`` is told how many stored bytes each read took.

    Files that are ``wanted`` are kept whole.
    Raises StreamReadError where compression or tar are damaged, UnsupportedImageError for xz and bzip2,
    LimitExceededError at a bound.
    """
    watched = Watched(stream, watch)
    head = read(watched, MAGIC_BYTES)
    hashed = Hashed(Prefixed(head, watched))
    compression = sniff(head)
    if compression == PLAIN:
        tar = _scan_tar(hashed, limits, wanted, sys.maxsize)
        return _plain(tar, Digest("sha256:" + hashed.hexdigest()))
    decoded = DecodedStream(hashed, compression)
    content = Hashed(decoded)
    tar = _scan_tar(content, limits, wanted, sys.maxsize)
    scan = LayerScan(
        changes=_with_pull_bytes(tar.table(), tar.starts, decoded),
        learned=tar.facts.learned(),
        digest=Digest("sha256:" + hashed.hexdigest()),
        diff_id=Digest("sha256:" + content.hexdigest()),
        compression=compression,
        blob_bytes=hashed.position,
        tar_bytes=tar.tar_bytes,
        ended=tar.ended,
    )
    return replace(scan, compression=_dialect(scan, hashed.last_bytes))


def walk_blob(stream: ByteStream, declared: Digest, limits: Limits, wanted: Wanted, digested_bytes: int) -> LayerScan:
    """What `scan_blob` finds in a plain blob that is said to have the digest ``declared``: nobody has checked that yet.

    What does not matter is skipped. Files of more than ``digested_bytes`` get no digest (`digests`). Raises likewise.
    """
    return _plain(_scan_tar(stream, limits, wanted, digested_bytes), declared)


def _plain(tar: _TarScan, digest: Digest) -> LayerScan:
    return LayerScan(
        changes=tar.table(),
        learned=tar.facts.learned(),
        digest=digest,
        diff_id=digest,
        compression=PLAIN,
        blob_bytes=tar.tar_bytes,
        tar_bytes=tar.tar_bytes,
        ended=tar.ended,
    )


def _scan_tar(stream: ByteStream, limits: Limits, wanted: Wanted, digested_bytes: int) -> _TarScan:
    batches: list[pa.RecordBatch] = []
    starts: list[Ints] = []

    def emit(raw: RawEntries) -> None:
        from .entries import decode

        batches.append(decode(raw))
        starts.append(raw.starts[0])

    facts = Facts(limits.kept)
    walk = TarWalk(emit, limits.entries_left, limits.attributes, limits.holes, facts, digested_bytes, wanted)
    chunk = buffer_of_thread(CHUNK_BYTES)
    view = memoryview(chunk)
    while size := fill(stream, view):
        walk.feed(chunk, size)
        if unwanted := walk.unwanted:
            before = stream.position
            stream.skip(unwanted)
            walk.pass_over(stream.position - before)
        if walk.position > limits.tar_bytes:
            raise LimitExceededError(f"the layer unfolds to more than {limits.tar_bytes:,} bytes")
    walk.finish()
    starts.append(np.array([walk.entries_end]))
    return _TarScan(batches, facts, np.concatenate(starts), walk.position, walk.ended)


def _with_pull_bytes(table: pa.Table, starts: Ints, decoded: DecodedStream) -> pa.Table:
    """Each entry's share of the blob: what was read of it while the entry's part of the tar was decoded.

    Between two known pairs of positions the compressed stream is taken to be even.
    """
    import pyarrow as pa

    outputs = np.frombuffer(decoded.output_positions, np.int64)
    inputs = np.frombuffer(decoded.input_positions, np.int64)
    shares = np.diff(np.interp(starts, outputs, inputs))
    place = table.schema.get_field_index("pull_bytes")
    return table.set_column(place, table.schema.field(place), pa.array(shares))


def _dialect(scan: LayerScan, last_bytes: bytes) -> str:
    if scan.compression == ZSTD and last_bytes in _CHUNKED_FOOTERS:
        return "zstd:chunked"
    if scan.compression == GZIP and scan.changes.num_rows:
        last_path = scan.changes["path"][scan.changes.num_rows - 1].as_py()
        if last_path == _ESTARGZ_CONTENTS:
            return "estargz"
    return scan.compression
