"""The content of one file, read once more out of its layer's blob: whole, in pieces, and checked.

A plain layer is read at the file's place; a compressed one is decoded up to its end.
"""

from __future__ import annotations

import io
import sys
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct

from ..errors import DigestMismatchError, LayerReadError, located
from ..streams.base import Part, Prefixed, drain, fill, read
from ..streams.compression import MAGIC_BYTES, PLAIN, DecodedStream, sniff
from .facts import Facts
from .limits import AttributeBudget, EntryBudget, HoleBudget, KeptBudget
from .scan import CHUNK_BYTES
from .walk import RawEntries, TarWalk
from .wanted import NO_FILES

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..streams.base import ByteStream
    from ..tar.sparse import SparseMap

    Reopen = Callable[[], ByteStream]


class StoredFile(Struct, frozen=True):
    """Where the content of a file lies: what its row of `changes` says. ``digest`` is None where it is unknown."""

    offset: int
    size: int
    stored: int
    digest: bytes | None


def content_stream(reopen: Reopen, file: StoredFile) -> ByteStream:
    """The file's bytes, holes as zeros; ``reopen`` gives the blob from its start, as often as it is called.

    Reading raises LayerReadError or DigestMismatchError where the image is not what it was when it was scanned.
    """
    tar = tar_stream(reopen())
    tar.skip(file.offset)
    content: ByteStream = Part(tar, file.stored)
    if file.stored != file.size:
        content = WithHoles(content, _sparse_map(reopen, file.offset))
    return Checked(content, file)


def tar_stream(blob: ByteStream) -> ByteStream:
    """The tar stream in a layer's blob, whether it is compressed or not."""
    head = read(blob, MAGIC_BYTES)
    whole, compression = Prefixed(head, blob), sniff(head)
    return whole if compression == PLAIN else DecodedStream(whole, compression)


def _sparse_map(reopen: Reopen, offset: int) -> SparseMap:
    """The map of the file whose content starts at ``offset``, which is told by its records, far before or after it.

    The table has no maps, since next to nobody asks for one: the layer is walked again.
    """
    found: list[SparseMap] = []

    def note(raw: RawEntries) -> None:
        found.extend(each for row, each in raw.sparse.items() if raw.offsets[0][row] == offset)

    walk = TarWalk(note, EntryBudget(sys.maxsize), AttributeBudget(), HoleBudget(), Facts(KeptBudget()), 0, NO_FILES)
    stream = tar_stream(reopen())
    chunk = bytearray(CHUNK_BYTES)
    while not found and (size := fill(stream, memoryview(chunk))):
        walk.feed(chunk, size)
    if not found:
        walk.finish()
    if not found:
        raise _changed()
    return found[0]


def _changed() -> LayerReadError:
    return LayerReadError("the image was changed while it was read")


class WithHoles:
    """A sparse file's logical content: ``stored`` at the places that the map names, zeros between them."""

    def __init__(self, stored: ByteStream, sparse_map: SparseMap) -> None:
        self.position = 0
        self._stored = stored
        self._size = sparse_map.size
        self._segments = iter((*sparse_map.segments, (sparse_map.size, 0)))
        self._start, self._length = next(self._segments)

    def readinto(self, buffer: memoryview) -> int:
        """Fill from the hole or the segment that comes next."""
        while self.position == self._start + self._length < self._size:
            self._start, self._length = next(self._segments)
        if self.position < self._start:
            count = min(len(buffer), self._start - self.position)
            buffer[:count] = bytes(count)
        else:
            count = self._stored.readinto(buffer[: self._start + self._length - self.position])
        self.position += count
        return count

    def skip(self, size: int) -> None:
        """Read and drop."""
        drain(self, size)


class Checked:
    """A content that raises, in place of its last bytes, where size or digest are not those of the file."""

    def __init__(self, content: ByteStream, file: StoredFile) -> None:
        self.position = 0
        self._content = content
        self._file = file
        self._hasher = sha256()

    def readinto(self, buffer: memoryview) -> int:
        """Fill, count and hash."""
        count = self._content.readinto(buffer) if self.position < self._file.size else 0
        self.position += count
        if self._file.digest is not None:
            self._hasher.update(buffer[:count])
        if not count and self.position < self._file.size:
            raise _changed()
        if self.position == self._file.size and self._file.digest not in (None, self._hasher.digest()):
            raise DigestMismatchError(
                f"the content has digest {self._hasher.hexdigest()}, "
                f"and had {(self._file.digest or b'').hex()} when the image was read"
            )
        return count

    def skip(self, size: int) -> None:
        """Read and hash, since a digest covers every byte."""
        drain(self, size)


class ContentReader(io.RawIOBase):
    """A content as a file of Python's; errors say that it is of ``where``."""

    def __init__(self, content: ByteStream, where: str) -> None:
        self._content = content
        self._where = where

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # io gives nothing else
        """Fill from the content; raises ImageReadError."""
        with located(self._where, LayerReadError):
            return self._content.readinto(memoryview(buffer).cast("B"))
