"""All layers of an image: read over threads, verified, and put together as the changes table."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event, Semaphore
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ..errors import DigestMismatchError, ImgscanError, InternalError, LayerReadError, located
from ..streams.base import Prefixed, Watched, read
from ..streams.compression import MAGIC_BYTES, PLAIN, sniff
from .digests import DIGESTED_BYTES, with_comparable_digests
from .facts import Learned
from .kept import Kept, joined
from .scan import LayerScan, Limits, check_unchanged, digest_of, scan_blob, walk_blob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Future

    import pyarrow as pa

    from ..arrays import Ints
    from ..digest import Digest
    from ..model import Blob, ImageMetadata, Layer
    from ..sources.files import Files
    from ..streams.base import ByteStream
    from .wanted import Wanted

THREADS_LIMIT = 4
ABSENT = "absent"


class Scan(Struct, frozen=True):
    """The changes table of an image and, lowest first, what is known of each layer's blob.

    Large files of plain layers have a digest only where another file has their size (`digests`).
    ``learned`` goes by rows of ``changes``.
    """

    changes: pa.Table
    learned: Learned
    layers: tuple[LayerScan, ...]


class _StoppedError(ImgscanError):
    """The pass was called off: another layer failed, or the user pressed Ctrl-C."""


class _Check(Struct, frozen=True, eq=False):
    """Who hashes a plain layer of ``size`` bytes."""

    layer: Layer
    size: int
    result: Future[None]


class BlobReading(Struct, frozen=True):
    """One blob on its way, and who reads it."""

    scan: Future[LayerScan]
    reader: LayerReading


class LayerReading:
    """Reads each distinct blob once, the largest first, on as many threads as there are processors.

    It starts at once and goes on in the background, so that its user can do something else meanwhile. Plain blobs
    that can be read from any place are walked from header to header by half of the processors, which is work for one
    Python thread at a time, and hashed meanwhile by others, which is not. What is not hashed when its user has made
    something of the entries, and waits, is hashed by that thread too. What another one reads, ``borrowed`` by the
    names of blobs, is not read again.
    """

    def __init__(
        self,
        image: ImageMetadata,
        files: Files,
        limits: Limits,
        wanted: Wanted,
        watch: Callable[[int], None],
        borrowed: Mapping[str, BlobReading] | None = None,
    ) -> None:
        self._image = image
        self._files = files
        self._limits = limits
        self._wanted = wanted
        self._watch = watch
        self._stopped = Event()
        self._error: ImgscanError | None = None
        self._checks: list[_Check] = []
        borrowed = borrowed or {}
        read = [layer for layer in image.layers if not layer.blob.absent and layer.blob.name not in borrowed]
        first = {layer.blob.name: layer for layer in reversed(read)}
        order = sorted(first.values(), key=lambda layer: files.size(layer.blob.name), reverse=True)
        threads = min(THREADS_LIMIT, os.cpu_count() or 1, max(len(order), 1))
        self._pool = ThreadPoolExecutor(threads)
        self._checking = ThreadPoolExecutor(max(threads - 1, 1))
        self._walking = Semaphore(max(threads // 2, 1))
        self._own = {layer.blob.name: BlobReading(self._pool.submit(self._read, layer), self) for layer in order}
        self._blobs = {**self._own, **borrowed}

    @property
    def blobs(self) -> Mapping[str, BlobReading]:
        """What is read, by the names of blobs, for others to borrow."""
        return self._blobs

    def stop(self) -> None:
        """Call the reading off; returns when all threads have ended."""
        self._stopped.set()
        self._pool.shutdown(cancel_futures=True)
        self._checking.shutdown(cancel_futures=True)

    def finish(self) -> Scan:
        """Wait for all layers and put them together; plain blobs may still have to be checked: see `verify`.

        Raises LayerReadError, DigestMismatchError, BlobNotFoundError or LimitExceededError with the layer's
        index and digest; then all other reading has stopped too.
        """
        with self._stopping_at_errors():
            scans = {name: blob.scan.result() for name, blob in self._blobs.items()}
            layers = self._image.layers
            ordered = tuple(_unknown(layer) if layer.blob.absent else scans[layer.blob.name] for layer in layers)
            for layer, scan in zip(layers, ordered, strict=True):
                with located(describe(layer), LayerReadError):
                    _verify_diff_id(layer, scan.diff_id)
            stacked = _stacked(ordered)
            return replace(stacked, changes=with_comparable_digests(stacked.changes, layers, self._files))

    def verify(self) -> None:
        """Return when each blob is known to be what the image declares; raises as `finish`."""
        with self._stopping_at_errors():
            for reader in {id(blob.reader): blob.reader for blob in self._blobs.values()}.values():
                reader._finish_checks()  # noqa: SLF001 - of this class
        self._pool.shutdown()
        self._checking.shutdown()

    def _finish_checks(self) -> None:
        """Check what nobody has begun to, the smallest first, and wait for the rest."""
        self._go_on(0)
        for blob in self._own.values():
            blob.scan.result()
        while self._checks:
            check = self._checks[-1]
            if check.result.cancel():
                self._check(check.layer, check.size)
            else:
                check.result.result()
            self._checks.pop()  # what is wrong stays, for whoever else asks

    @contextmanager
    def _stopping_at_errors(self) -> Iterator[None]:
        if self._error is not None:
            raise self._error
        try:
            yield
        except BaseException as error:
            self._error = error if isinstance(error, ImgscanError) else None
            self.stop()
            raise

    def _read(self, layer: Layer) -> LayerScan:
        with located(describe(layer), LayerReadError):
            scan = self._files.visit(layer.blob.name, partial(self._scan, layer))
            _verify_blob(layer.blob, scan)
        return scan

    def _scan(self, layer: Layer, stream: ByteStream) -> LayerScan:
        head = read(stream, MAGIC_BYTES)
        whole = Prefixed(head, stream)
        declared = layer.diff_id
        if sniff(head) != PLAIN or declared is None or layer.blob.digest not in (None, declared):
            return scan_blob(whole, self._limits, self._advance, self._wanted)
        size = self._files.size(layer.blob.name)
        self._checks.append(_Check(layer, size, self._checking.submit(self._check, layer, size)))
        with self._walking:
            scan = walk_blob(Watched(whole, self._go_on), declared, self._limits, self._wanted, DIGESTED_BYTES)
        check_unchanged(scan.tar_bytes, size)
        return scan

    def _check(self, layer: Layer, size: int) -> None:
        with located(describe(layer), LayerReadError):
            actual = self._files.visit(layer.blob.name, partial(digest_of, size=size, watch=self._advance))
            _verify_digest(layer.blob, actual)
            _verify_diff_id(layer, actual)

    def _advance(self, count: int) -> None:
        self._go_on(count)
        self._watch(count)

    def _go_on(self, _count: int) -> None:
        if self._stopped.is_set():
            raise _StoppedError("reading was called off")


def _unknown(layer: Layer) -> LayerScan:
    """What is known of a foreign layer whose blob is kept elsewhere: what the metadata declares."""
    if layer.blob.digest is None or layer.diff_id is None or layer.blob.size is None:
        raise InternalError(f"{describe(layer)} is absent and nothing is declared of it")
    from ..tables import CHANGES, FACTS

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


def describe(layer: Layer) -> str:
    """How messages call a layer."""
    name = layer.blob.digest or layer.blob.name
    return f"layer {layer.index} ({name})"


def _verify_blob(blob: Blob, scan: LayerScan) -> None:
    if blob.size is not None and blob.size != scan.blob_bytes:
        raise DigestMismatchError(f"the blob has {scan.blob_bytes:,} bytes, declared are {blob.size:,}")
    _verify_digest(blob, scan.digest)


def _verify_digest(blob: Blob, actual: Digest) -> None:
    if blob.digest is not None and blob.digest != actual:
        raise DigestMismatchError(f"the blob has digest {actual}, declared is {blob.digest}")


def _verify_diff_id(layer: Layer, actual: Digest) -> None:
    if layer.diff_id is not None and layer.diff_id != actual:
        raise DigestMismatchError(f"the layer has diff ID {actual}, the config declares {layer.diff_id}")


def _stacked(scans: tuple[LayerScan, ...]) -> Scan:
    import numpy as np
    import pyarrow as pa

    from ..tables import CHANGES

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
    import pyarrow as pa

    from ..tables import FACTS

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
    import pyarrow as pa

    place = table.schema.get_field_index(name)
    return table.set_column(place, table.schema.field(place), pa.array(values))
