"""Writes one layer of a plan as a tar stream, and takes its digests on the way."""

from __future__ import annotations

import tarfile
import zlib
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from content import Content
    from shape import Entry, Plan

_FIRST_MTIME, _DAY = 1_700_000_000, 86_400
_EDITED = 20  # of so many contents another version has one anew
_VERSION = 1_000_000_000  # numbers of contents that no other version has
_BUFFER = 1 << 20
_GZIP_LEVEL, _GZIP = 6, 31  # what engines use; zlib's number for a gzip wrapper
_END = bytes(2 * tarfile.BLOCKSIZE)


class WrittenLayer(NamedTuple):
    """What manifest and config say of a layer. Stored plain, its digest is its diff ID."""

    diff_id: str
    digest: str
    blob_bytes: int


def write_layer(plan: Plan, index: int, content: Content, out: BinaryIO, *, gzip: bool) -> WrittenLayer:
    """Write a layer to `out`, plain or as gzip."""
    diff_id, digest, blob_bytes = sha256(), sha256(), 0
    compressor = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP) if gzip else None
    for plain in _buffered(_tar_pieces(plan, index, content)):
        diff_id.update(plain)
        stored = compressor.compress(plain) if compressor else plain
        blob_bytes += out.write(stored)
        if compressor:
            digest.update(stored)
    if compressor is None:
        return WrittenLayer(diff_id.hexdigest(), diff_id.hexdigest(), blob_bytes)
    rest = compressor.flush()
    digest.update(rest)
    return WrittenLayer(diff_id.hexdigest(), digest.hexdigest(), blob_bytes + out.write(rest))


def _tar_pieces(plan: Plan, index: int, content: Content) -> Iterator[bytes | memoryview]:
    version = plan.version if index >= plan.rebuilt_from else 0
    for entry in plan.layers[index]:
        size = plan.sizes[entry.content] if entry.content >= 0 else 0
        yield _header(entry, size, _FIRST_MTIME + 60 * index + _DAY * version)
        if size:
            if entry.content in plan.texts:
                yield plan.texts[entry.content]
            else:
                edited = version * _VERSION if entry.content % _EDITED == 0 else 0
                yield from content.chunks(entry.content + edited, size, binary=plan.binary[entry.content])
            yield bytes(-size % tarfile.BLOCKSIZE)
    yield _END


def _header(entry: Entry, size: int, mtime: int) -> bytes:
    info = tarfile.TarInfo(entry.path)
    info.type, info.mode, info.size, info.mtime = entry.type, entry.mode, size, mtime
    info.uid = info.gid = entry.owner
    info.linkname = entry.link
    return info.tobuf(tarfile.PAX_FORMAT)  # plain ustar, but for the few names too long for it: as engines do


def _buffered(pieces: Iterator[bytes | memoryview]) -> Iterator[bytes]:
    """Join the many small pieces: hashing and writing by the megabyte is what makes this fast."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        if len(buffer) >= _BUFFER:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer)
