"""All layers of an image: read over threads, verified, and put together as the changes table."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from ..errors import DigestMismatchError, ImgscanError, InternalError, LayerReadError, located
from .digests import DIGESTED_BYTES, with_comparable_digests
from .facts import Learned
from .kept import Kept, joined
from .scan import LayerScan, Limits, scan_blob

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    import pyarrow as pa

    from ..arrays import Ints
    from ..model import Blob, ImageMetadata, Layer
    from ..sources.files import Files
    from .wanted import Wanted

THREADS_LIMIT = 4
ABSENT = "absent"


@dataclass(frozen=True)
class Scan:
    """The changes table of an image and, lowest first, what is known of each layer's blob.

    Large files of plain layers have a digest only where another file has their size (`digests`).
    ``learned`` goes by rows of ``changes``.
    """

    changes: pa.Table
    learned: Learned
    layers: tuple[LayerScan, ...]


class _StoppedError(ImgscanError):
    """The pass was called off: another layer failed, or the user pressed Ctrl-C."""


class LayerReading:
    """Reads each distinct blob once, the largest first, on as many threads as there are processors.

    It starts at once and goes on in the background, so that its user can do something else meanwhile. What
    another one reads, ``borrowed`` by the names of blobs, is not read again.
    """

    def __init__(
        self,
        image: ImageMetadata,
        files: Files,
        limits: Limits,
        wanted: Wanted,
        watch: Callable[[int], None],
        borrowed: Mapping[str, Future[LayerScan]] | None = None,
    ) -> None:
        self._image = image
        self._files = files
        self._stopped = Event()

        def watch_or_stop(count: int) -> None:
            if self._stopped.is_set():
                raise _StoppedError("reading was called off")
            watch(count)

        visit = partial(
            scan_blob, limits=limits, watch=watch_or_stop, wanted=wanted, plain_digested_bytes=DIGESTED_BYTES
        )
        borrowed = borrowed or {}
        read = [layer for layer in image.layers if not layer.blob.absent and layer.blob.name not in borrowed]
        first = {layer.blob.name: layer for layer in reversed(read)}
        order = sorted(first.values(), key=lambda layer: files.size(layer.blob.name), reverse=True)
        self._pool = ThreadPoolExecutor(min(THREADS_LIMIT, os.cpu_count() or 1, max(len(order), 1)))
        self._futures = {layer.blob.name: self._pool.submit(_read_layer, layer, files, visit) for layer in order}
        self._futures |= borrowed

    @property
    def futures(self) -> Mapping[str, Future[LayerScan]]:
        """What is read, by the names of blobs, for others to borrow."""
        return self._futures

    def stop(self) -> None:
        """Call the reading off; returns when all threads have ended."""
        self._stopped.set()
        self._pool.shutdown(cancel_futures=True)

    def finish(self) -> Scan:
        """Wait for all layers, verify them, put them together.

        Raises LayerReadError, DigestMismatchError, BlobNotFoundError or LimitExceededError with the layer's
        index and digest; then all other reading has stopped too.
        """
        try:
            scans = {name: future.result() for name, future in self._futures.items()}
        finally:
            self.stop()
        layers = self._image.layers
        ordered = tuple(_unknown(layer) if layer.blob.absent else scans[layer.blob.name] for layer in layers)
        for layer, scan in zip(layers, ordered, strict=True):
            _verify_diff_id(layer, scan)
        stacked = _stacked(ordered)
        return replace(stacked, changes=with_comparable_digests(stacked.changes, layers, self._files))


def _read_layer(layer: Layer, files: Files, visit: Callable[..., LayerScan]) -> LayerScan:
    with located(describe(layer), LayerReadError):
        scan = files.visit(layer.blob.name, visit)
        _verify_blob(layer.blob, scan)
    return scan


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
    if blob.digest is not None and blob.digest != scan.digest:
        raise DigestMismatchError(f"the blob has digest {scan.digest}, declared is {blob.digest}")


def _verify_diff_id(layer: Layer, scan: LayerScan) -> None:
    if layer.diff_id is not None and layer.diff_id != scan.diff_id:
        raise DigestMismatchError(
            f"{describe(layer)}: the layer has diff ID {scan.diff_id}, the config declares {layer.diff_id}"
        )


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
