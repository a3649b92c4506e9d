"""Contents that are kept while layers are read. Where there are many, larger ones are packed: an image with thousands
of packages has tens of megabytes of their lists, and most wait for the end of the pass, or for nobody.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING or sys.version_info < (3, 14):
    from backports import zstd
else:
    from compression import zstd

_PACKED_BYTES = 2048
_LEVEL = 3


class _Packed(bytes):
    """A content as one zstd frame."""


class Kept(Mapping[int, bytes]):
    """Contents by row, in the order of rows; each is unpacked whenever it is asked for, and ``held`` as it is."""

    def __init__(self, held: dict[int, bytes] | None = None) -> None:
        self.held = held or {}

    def __getitem__(self, row: int) -> bytes:
        content = self.held[row]
        return zstd.decompress(content) if isinstance(content, _Packed) else content

    def __iter__(self) -> Iterator[int]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)


def joined(parts: Iterable[tuple[Kept, int]]) -> Kept:
    """What several tables keep, by rows of the whole one, in which each begins at its number."""
    return Kept({start + row: content for part, start in parts for row, content in part.held.items()})


class Keeper:
    """Takes contents one by one, in any order."""

    def __init__(self) -> None:
        self._held: dict[int, bytes] = {}
        self._compressor = zstd.ZstdCompressor(level=_LEVEL)

    def keep(self, row: int, content: bytes) -> None:
        """Keep the content of one row."""
        self._held[row] = content

    def pack(self, row: int, content: bytes) -> None:
        """Keep the content of one row in less room, if it is worth the time."""
        if len(content) >= _PACKED_BYTES:
            content = _Packed(self._compressor.compress(content, self._compressor.FLUSH_FRAME))
        self.keep(row, content)

    def kept(self) -> Kept:
        """All that was kept."""
        return Kept(dict(sorted(self._held.items())))
