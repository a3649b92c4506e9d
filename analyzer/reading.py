"""The layers of one image on their way: begun once, shared with other images, verified before anything is told."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from .analyses import owners
from .inheritance import os_release
from .layers.read import BlobReading, LayerReading
from .layers.wanted import Wanted
from .packages import ecosystems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .layers.limits import Limits
    from .layers.whole import Scan
    from .model import ImageMetadata, Layer
    from .progress import Progress
    from .sources.files import Files
    from .sources.open import Source

WANTED = Wanted(tuple(dict.fromkeys((*os_release.PATHS, *owners.PATHS, *ecosystems.WANTED))), ecosystems.SPARES)


def _identity(layer: Layer, files: Files) -> tuple[object, ...]:
    """What makes layers of two images the same stored bytes, as far as metadata can tell."""
    blob = layer.blob
    if blob.digest is not None or blob.absent:
        return (blob.digest, blob.absent)
    return layer.diff_id, files.size(blob.name)


class Reading:
    """What is read of an image's layers: nothing before `start`, or before something asks for ``scan``."""

    def __init__(self, metadata: ImageMetadata, source: Source, limits: Limits, progress: Progress) -> None:
        self._metadata = metadata
        self._source = source
        self._limits = limits
        self._progress = progress
        self._borrowed: Mapping[str, BlobReading] = {}
        self._verifies_at_end = False

    def start(self) -> None:
        """Begin, in the background."""
        _ = self._layers

    def stop(self) -> None:
        """Call off what was begun and is not finished."""
        layers = vars(self).pop("_layers", None)
        if layers is not None:
            layers.stop()

    def borrow_from(self, other: Reading) -> None:
        """Take the layers that ``other`` has too from there. Begins both.

        Two layers are one where both images declare the same digest for the blob; where blobs have none, the same
        diff ID for as many bytes.
        """
        ours, theirs = self._source.files, other._source.files
        known = {_identity(layer, theirs): layer.blob.name for layer in reversed(other._metadata.layers)}
        shared = {layer.blob.name: _identity(layer, ours) for layer in self._metadata.layers}
        blobs = other._layers.blobs
        pairs = ((name, known[key]) for name, key in shared.items() if key in known)
        self._borrowed = {name: blobs[theirs] for name, theirs in pairs if theirs in blobs}
        self.start()

    @cached_property
    def _layers(self) -> LayerReading:
        files = self._source.files
        if self._source.streamed:
            return LayerReading(self._metadata, files, self._limits, WANTED, lambda _: None)
        blobs = {layer.blob.name for layer in self._metadata.layers if not layer.blob.absent} - self._borrowed.keys()
        self._progress.expect(sum(files.size(name) for name in blobs))
        return LayerReading(self._metadata, files, self._limits, WANTED, self._progress.advance, self._borrowed)

    @cached_property
    def scan(self) -> Scan:
        """What the layers hold. Raises ImageReadError, DigestMismatchError where a blob is not what is declared."""
        found = self._layers.finish()
        if not self._verifies_at_end:
            self._layers.verify()
        return found

    @contextmanager
    def verified_at_end(self) -> Iterator[None]:
        """Give ``scan`` inside as soon as layers are walked: what is made of it is to be held back until this ends.

        Then all digests have been checked; raises DigestMismatchError or LayerReadError where one is wrong.
        """
        self._verifies_at_end = True
        try:
            yield
        finally:
            self._verifies_at_end = False
        if "scan" in vars(self):
            self._layers.verify()
