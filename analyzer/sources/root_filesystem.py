"""A bare root filesystem: the tar that `docker export` writes, taken as an image of one layer without a config."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..model import Blob, Config, ImageMetadata, Layer
from .candidates import Candidate
from .files import not_found, passed_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..streams.base import ByteStream

FORMAT = "rootfs"
NAME = "rootfs.tar"
NOTE = "a bare root filesystem: one layer, without history, config, or anything that earlier layers hid"


class OnlyBlob:
    """One blob and no metadata. ``visit_blob`` gives a visitor its bytes, or what it made of them before.

    ``reopen`` begins with them anew; None where they came from a pipe.
    """

    may_lack_members = False  # the blob itself may be cut off: its layer tells

    def __init__(
        self,
        visit_blob: Callable[[Callable[[ByteStream], Any]], Any],
        size: int,
        label: str,
        reopen: Callable[[], ByteStream] | None,
    ) -> None:
        self.label = label
        self._visit_blob = visit_blob
        self._size = size
        self._reopen = reopen

    def __contains__(self, name: str) -> bool:
        return name == NAME

    def read(self, name: str) -> bytes:
        """There is no metadata: always raises BlobNotFoundError."""
        raise not_found(name, self.label)

    def size(self, name: str) -> int:
        """Bytes of the blob."""
        if name != NAME:
            raise not_found(name, self.label)
        return self._size

    def is_symlink(self, name: str) -> bool:  # noqa: ARG002
        """The blob is none."""
        return False

    def visit(self, name: str, visitor: Callable[[ByteStream], Any]) -> Any:  # noqa: ARG002
        """What the visitor makes of the blob."""
        return self._visit_blob(visitor)

    def stream(self, name: str) -> ByteStream:
        """The blob from its start."""
        if name != NAME:
            raise not_found(name, self.label)
        if self._reopen is None:
            raise passed_by(self.label)
        return self._reopen()


def images() -> list[Candidate]:
    """The one image."""
    return [Candidate(0, (), None, (), _load)]


def _load() -> ImageMetadata:
    layer = Layer(index=0, blob=Blob(NAME), diff_id=None, chain_id=None, history=None)
    return ImageMetadata(
        name="",
        format=FORMAT,
        manifest_digest=None,
        config=Config(),
        config_bytes=b"",
        layers=(layer,),
        notes=(NOTE,),
    )
