"""Which compression the pages of a Parquet file claim, read from its footer without a Parquet library.

Arrow answers this from C++ that may raise where Python cannot catch it: a damaged footer then ends the whole
process. The footer is one struct in Thrift's compact protocol; parquet.thrift numbers its fields.
"""

from __future__ import annotations

from os import SEEK_END
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

UNCOMPRESSED = 0
_MAGIC = b"PAR1"
_TRAILER_BYTES = 8  # the footer's size, and the magic
_DEPTH_LIMIT = 16

# FileMetaData.row_groups, RowGroup.columns, ColumnChunk.meta_data, ColumnMetaData.codec.
_CODEC = (4, 1, 3, 4)

_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)


def codecs(file: BinaryIO) -> set[int]:
    """The codec numbers of all column chunks, 0 for none; raises ValueError for a footer that is none."""
    end = file.seek(0, SEEK_END)
    file.seek(max(end - _TRAILER_BYTES, 0))
    trailer = file.read()
    size = int.from_bytes(trailer[:-4], "little")
    if trailer[-4:] != _MAGIC or not 0 < size <= end - _TRAILER_BYTES:
        raise ValueError("it does not end like a Parquet file")
    file.seek(end - _TRAILER_BYTES - size)
    try:
        return set(_Footer(file.read(size)).struct((), 0))
    except IndexError as error:
        raise ValueError("its footer ends too early") from error


class _Footer:
    """Walks the footer once and hands out the numbers that stand where codecs do."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def struct(self, path: tuple[int, ...], depth: int) -> Iterator[int]:
        """The codecs in the struct that begins here; ``path`` are the fields that lead to it."""
        field = 0
        while header := self._byte():
            delta, kind = header >> 4, header & 15
            field = field + delta if delta else self._number()
            if kind not in (_TRUE, _FALSE):  # a field's boolean is in its header
                yield from self._value(kind, (*path, field), depth)

    def _value(self, kind: int, path: tuple[int, ...], depth: int) -> Iterator[int]:
        if depth > _DEPTH_LIMIT:
            raise ValueError("its footer is nested too deeply")
        if kind in (_I16, _I32, _I64):
            number = self._number()
            if path == _CODEC:
                yield number
        elif kind in (_TRUE, _FALSE, _BYTE):
            self._skip(1)
        elif kind == _DOUBLE:
            self._skip(8)
        elif kind == _BINARY:
            self._skip(self._unsigned())
        elif kind in (_LIST, _SET):
            header = self._byte()
            for _ in range(self._unsigned() if header >> 4 == 15 else header >> 4):
                yield from self._value(header & 15, path, depth + 1)
        elif kind == _STRUCT:
            yield from self.struct(path, depth + 1)
        else:
            raise ValueError(f"its footer has a value of kind {kind}")

    def _byte(self) -> int:
        self._at += 1
        return self._content[self._at - 1]

    def _skip(self, size: int) -> None:
        self._at += size
        if self._at > len(self._content):
            raise IndexError

    def _unsigned(self) -> int:
        value = shift = 0
        while (byte := self._byte()) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
            if shift > 63:
                raise ValueError("its footer has a number of too many bytes")
        return value | byte << shift

    def _number(self) -> int:
        """A number in zigzag form."""
        value = self._unsigned()
        return (value >> 1) ^ -(value & 1)
