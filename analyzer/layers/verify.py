"""What is declared of a blob, against what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..digest import Digest
from ..errors import DigestMismatchError, LayerReadError
from ..streams.base import Hashed, Watched
from ..streams.buffers import buffer_of_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..model import Blob, Layer
    from ..streams.base import ByteStream

_BUFFER_BYTES = 2 * 1024**2  # a larger one means fewer turns with a program that goes on meanwhile


def describe(layer: Layer) -> str:
    """How messages call a layer."""
    name = layer.blob.digest or layer.blob.name
    return f"layer {layer.index} ({name})"


def digest_of(stream: ByteStream, size: int, watch: Callable[[int], None]) -> Digest:
    """sha256 of a blob of ``size`` bytes; raises LayerReadError where it has others now."""
    hashed = Hashed(Watched(stream, watch))
    buffer = memoryview(buffer_of_thread(_BUFFER_BYTES))
    while hashed.readinto(buffer):
        pass
    check_unchanged(hashed.position, size)
    return Digest("sha256:" + hashed.hexdigest())


def check_unchanged(size: int, before: int) -> None:
    """Raise LayerReadError where a blob of ``before`` bytes has another ``size`` now."""
    if size != before:
        raise LayerReadError("the image was changed while it was read")


def verify_size(blob: Blob, actual: int) -> None:
    """Raise DigestMismatchError where another size than the ``actual`` one is declared."""
    if blob.size is not None and blob.size != actual:
        raise DigestMismatchError(f"the blob has {actual:,} bytes, declared are {blob.size:,}")


def verify_digest(blob: Blob, actual: Digest) -> None:
    """Raise DigestMismatchError where another digest of the stored bytes than the ``actual`` one is declared."""
    if blob.digest is not None and blob.digest != actual:
        raise DigestMismatchError(f"the blob has digest {actual}, declared is {blob.digest}")


def verify_diff_id(layer: Layer, actual: Digest) -> None:
    """Raise DigestMismatchError where another digest of the tar than the ``actual`` one is declared."""
    if layer.diff_id is not None and layer.diff_id != actual:
        raise DigestMismatchError(f"the layer has diff ID {actual}, the config declares {layer.diff_id}")
