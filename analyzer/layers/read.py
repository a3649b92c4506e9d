"""All layers of an image: read over threads, verified, and put together as the changes table.

What walks through layers, NumPy and Arrow are imported by the threads: plain blobs are hashed meanwhile.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event, Semaphore
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ..errors import ImgscanError, LayerReadError, located, of_image
from ..streams.base import Prefixed, Watched, read
from ..streams.compression import MAGIC_BYTES, PLAIN, sniff
from .verify import check_unchanged, describe, digest_of, verify_diff_id, verify_digest, verify_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Future

    from ..model import ImageMetadata, Layer
    from ..sources.files import Files
    from ..streams.base import ByteStream
    from .limits import Limits
    from .scan import LayerScan
    from .wanted import Wanted
    from .whole import Scan

THREADS_LIMIT = 4


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
        self._limits = limits.anew()
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
        image, index and digest; then all other reading has stopped too.
        """
        from .digests import with_comparable_digests
        from .limits import EntryBudget
        from .whole import together, unknown

        with self._stopping_at_errors():
            scans = {name: blob.scan.result() for name, blob in self._blobs.items()}
            layers = self._image.layers
            ordered = tuple(unknown(layer) if layer.blob.absent else scans[layer.blob.name] for layer in layers)
            for layer, scan in zip(layers, ordered, strict=True):
                with self._located(layer):
                    verify_diff_id(layer, scan.diff_id)
            with of_image(self._files.label):
                stacked = together(ordered, EntryBudget(self._limits.entries))
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

    @contextmanager
    def _located(self, layer: Layer) -> Iterator[None]:
        """Name the image, of several the one whose bytes are read, and the layer in front of what goes wrong."""
        with of_image(self._files.label), located(describe(layer), LayerReadError):
            yield

    def _read(self, layer: Layer) -> LayerScan:
        with self._located(layer):
            scan = self._files.visit(layer.blob.name, partial(self._scan, layer))
            verify_size(layer.blob, scan.blob_bytes)
            verify_digest(layer.blob, scan.digest)
        return scan

    def _scan(self, layer: Layer, stream: ByteStream) -> LayerScan:
        head = read(stream, MAGIC_BYTES)
        whole = Prefixed(head, stream)
        declared = layer.diff_id
        if sniff(head) != PLAIN or declared is None or layer.blob.digest not in (None, declared):
            from .scan import scan_blob

            return scan_blob(whole, self._limits, self._advance, self._wanted)
        size = self._files.size(layer.blob.name)
        self._checks.append(_Check(layer, size, self._checking.submit(self._check, layer, size)))
        with self._walking:
            from .digests import DIGESTED_BYTES
            from .scan import walk_blob

            scan = walk_blob(Watched(whole, self._go_on), declared, self._limits, self._wanted, DIGESTED_BYTES)
        check_unchanged(scan.tar_bytes, size)
        return scan

    def _check(self, layer: Layer, size: int) -> None:
        with self._located(layer):
            actual = self._files.visit(layer.blob.name, partial(digest_of, size=size, watch=self._advance))
            verify_digest(layer.blob, actual)
            verify_diff_id(layer, actual)

    def _advance(self, count: int) -> None:
        self._go_on(count)
        self._watch(count)

    def _go_on(self, _count: int) -> None:
        if self._stopped.is_set():
            raise _StoppedError("reading was called off")
