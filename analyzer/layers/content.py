"""What follows a header: the content of a file, plain or sparse, a record, or something to skip.

Each kind takes its bytes from views as they come. ``unread`` counts content bytes still to come and
``padding`` what fills the last block.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from hashlib import sha256
from typing import TYPE_CHECKING

from ..errors import StreamReadError
from ..tar.headers import BLOCK, GNU_SPARSE, KIND, padded
from ..tar.records import check_record_size
from ..tar.sparse import (
    EXTENSION_MAP,
    EXTENSION_MORE,
    OLD_EXTENDED,
    OLD_MAP,
    MapPrefix,
    SparseMap,
    checked_map,
    is_version_1,
    old_real_size,
    old_segments,
    pax_map,
    real_size,
)

if TYPE_CHECKING:
    from ..tar.records import Overrides
    from .facts import Watch
    from .limits import HoleBudget

_ZEROS = bytes(1 << 20)


class Content(ABC):
    """Bytes after a header."""

    def __init__(self, size: int) -> None:
        self.unread = size
        self.padding = padded(size) - size

    def take(self, view: memoryview) -> int:
        """Take what of ``view`` belongs here; how many bytes, padding included."""
        used = view[: self.unread]
        self.unread -= len(used)
        self._use(used)
        if self.unread:
            return len(used)
        skipped = min(self.padding, len(view) - len(used))
        self.padding -= skipped
        return len(used) + skipped

    @property
    def complete(self) -> bool:
        """Whether content and padding have been taken."""
        return not self.unread and not self.padding

    @property
    def unwanted(self) -> int:
        """How many of the bytes that come next nothing depends on: `pass_over` may leave them out."""
        return 0

    def pass_over(self, count: int) -> None:
        """Go on behind ``count`` of the ``unwanted`` bytes."""
        self.unread -= count

    @abstractmethod
    def _use(self, view: memoryview) -> None:
        """Do with content bytes what this kind does."""


class SkippedContent(Content):
    """Content that nobody asks for."""

    @property
    def unwanted(self) -> int:
        """All."""
        return self.unread

    def _use(self, view: memoryview) -> None:
        pass


class RecordContent(Content):
    """A PAX or long-name record, kept whole; ``kind`` is that of its header."""

    def __init__(self, size: int, kind: int) -> None:
        super().__init__(size)
        self.kind = kind
        self._parts: list[bytes] = []

    def _use(self, view: memoryview) -> None:
        self._parts.append(bytes(view))

    def body(self) -> bytes:
        """The record, without padding."""
        return b"".join(self._parts)


class FileContent(Content):
    """A regular file, watched as it passes, and without a digest."""

    def __init__(self, size: int, watch: Watch) -> None:
        super().__init__(size)
        self._watch = watch

    @property
    def unwanted(self) -> int:
        """What comes before the next place that is asked for."""
        return self._watch.unwanted(self.unread)

    def pass_over(self, count: int) -> None:
        """Go on behind ``count`` of the ``unwanted`` bytes."""
        self._watch.pass_over(count)
        super().pass_over(count)

    def _use(self, view: memoryview) -> None:
        self._watch.feed(view)

    def digest(self) -> bytes:
        """sha256 of the content, once all of it has passed; empty where it is not computed."""
        self._watch.end()
        return b""


class DigestedContent(FileContent):
    """A regular file, hashed as it passes."""

    def __init__(self, size: int, watch: Watch) -> None:
        super().__init__(size, watch)
        self._hasher = sha256()

    @property
    def unwanted(self) -> int:
        """None: each byte is hashed."""
        return 0

    def _use(self, view: memoryview) -> None:
        self._hasher.update(view)
        super()._use(view)

    def digest(self) -> bytes:
        """sha256 of the content, once all of it has passed."""
        super().digest()
        return self._hasher.digest()


class KeptContent(DigestedContent):
    """A regular file with its digest, of which the content is kept."""

    def __init__(self, size: int, watch: Watch) -> None:
        super().__init__(size, watch)
        self._parts: list[bytes] = []

    def _use(self, view: memoryview) -> None:
        self._parts.append(bytes(view))
        super()._use(view)

    def body(self) -> bytes:
        """The content, once all of it has passed."""
        return b"".join(self._parts)


class SparseContent(Content):
    """A sparse file: its map, in whichever of the four forms, then the data segments.

    The digest is that of the logical content, zeros included; it is empty where there are too many zeros.
    """

    def __init__(self, size: int, holes: HoleBudget, sparse_map: SparseMap | None = None) -> None:
        super().__init__(size)
        self._map = sparse_map
        self._holes = holes
        self._hashed: bool | None = None
        self._hasher = sha256()
        self._segment = 0
        self._segment_used = 0
        self._logical = 0
        self._block = b""

    @property
    def map(self) -> SparseMap:
        """The map, once it has been read; raises StreamReadError where the entry ended inside it."""
        if self._map is None:
            raise StreamReadError("a sparse file ends inside its map")
        return self._map

    def _use(self, view: memoryview) -> None:
        while self._map is None and len(view):
            part = view[: BLOCK - len(self._block)]
            self._block += bytes(part)
            view = view[len(part) :]
            if len(self._block) == BLOCK:
                self._map = self._read_map(self._block)
                self._block = b""
        if self._map is not None:
            self._use_data(self._map, view)

    def _read_map(self, block: bytes) -> SparseMap | None:
        """The map, if ``block`` was the last part of it."""
        raise StreamReadError(f"a sparse file has no map before its content: {block[:20]!r}")

    def _use_data(self, sparse_map: SparseMap, view: memoryview) -> None:
        hashed = self._is_hashed(sparse_map)
        while len(view):
            if self._segment == len(sparse_map.segments):
                raise StreamReadError("a sparse file stores more bytes than its map describes")
            offset, length = sparse_map.segments[self._segment]
            part = view[: length - self._segment_used]
            if hashed:
                self._hash_zeros(offset + self._segment_used - self._logical)
                self._hasher.update(part)
            self._segment_used += len(part)
            self._logical = offset + self._segment_used
            view = view[len(part) :]
            if self._segment_used == length:
                self._segment, self._segment_used = self._segment + 1, 0

    def _is_hashed(self, sparse_map: SparseMap) -> bool:
        if self._hashed is None:
            self._hashed = self._holes.take(sparse_map.size - sparse_map.stored)
        return self._hashed

    def _hash_zeros(self, count: int) -> None:
        for start in range(0, count, len(_ZEROS)):
            self._hasher.update(memoryview(_ZEROS)[: count - start])

    def digest(self) -> bytes:
        """sha256 of the logical content, or nothing; raises StreamReadError where segments are missing."""
        if self._segment != len(self.map.segments):
            raise StreamReadError("a sparse file stores fewer bytes than its map describes")
        if not self._is_hashed(self.map):
            return b""
        self._hash_zeros(self.map.size - self._logical)
        return self._hasher.digest()


class PrefixedSparseContent(SparseContent):
    """PAX sparse format 1.0: the map stands in the content's first blocks."""

    def __init__(self, size: int, holes: HoleBudget, logical_size: int) -> None:
        super().__init__(size, holes)
        self._logical_size = logical_size
        self._prefix = MapPrefix()

    def _read_map(self, block: bytes) -> SparseMap | None:
        self._prefix.feed(block)
        segments = self._prefix.segments
        return None if segments is None else checked_map(self._logical_size, segments)


class ExtendedSparseContent(SparseContent):
    """Old GNU format: the map starts in the header and goes on in blocks that the size does not count."""

    def __init__(self, size: int, holes: HoleBudget, header: bytes) -> None:
        super().__init__(size, holes)
        self.unread += BLOCK
        self._logical_size = old_real_size(header)
        self._segments = old_segments(header, OLD_MAP)
        self._blocks = 0

    def _read_map(self, block: bytes) -> SparseMap | None:
        self._blocks += 1
        check_record_size(self._blocks * BLOCK)
        self._segments += old_segments(block, EXTENSION_MAP)
        if block[EXTENSION_MORE]:
            self.unread += BLOCK
            return None
        return checked_map(self._logical_size, self._segments)


def sparse_content(header: bytes, overrides: Overrides, size: int, holes: HoleBudget) -> SparseContent | None:
    """The reader for an entry with ``size`` bytes after its header, or None where it is not sparse."""
    if header[KIND] == GNU_SPARSE:
        if header[OLD_EXTENDED]:
            return ExtendedSparseContent(size, holes, header)
        return SparseContent(size, holes, checked_map(old_real_size(header), old_segments(header, OLD_MAP)))
    if is_version_1(overrides):
        return PrefixedSparseContent(size, holes, real_size(overrides))
    sparse_map = pax_map(overrides)
    return None if sparse_map is None else SparseContent(size, holes, sparse_map)
