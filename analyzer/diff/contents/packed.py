"""What is packed whole, by gzip or zstd: what is inside is compared, within the bounds of other contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import ImageReadError
from ...streams.base import BytesStream, read
from ...streams.compression import MAGIC_BYTES, PLAIN, DecodedStream, sniff
from .model import CONTENT_BYTES_LIMIT, Content

if TYPE_CHECKING:
    from collections.abc import Iterable

_PIECE_BYTES = 1024 * 1024


def packing(contents: Iterable[Content]) -> str | None:
    """The compression that all of them have; None where one has none, or another."""
    found = {_compression(each) for each in contents}
    return found.pop() if len(found) == 1 else None


def _compression(content: Content) -> str | None:
    try:
        found = sniff(content.data[:MAGIC_BYTES])
    except ImageReadError:  # xz and bzip2, which no layer may have
        return None
    return None if found == PLAIN else found


def unpacked(content: Content, compression: str) -> Content | None:
    """What is inside; None where that is damaged, or more than `CONTENT_BYTES_LIMIT`."""
    if not content.is_whole:
        return None
    stream = DecodedStream(BytesStream(content.data), compression)
    pieces: list[bytes] = []
    try:
        while stream.position <= CONTENT_BYTES_LIMIT:
            piece = read(stream, _PIECE_BYTES)
            pieces.append(piece)
            if len(piece) < _PIECE_BYTES:
                return Content(stream.position, b"".join(pieces))
    except ImageReadError:
        return None
    return None
