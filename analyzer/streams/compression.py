"""Compressed streams, told apart by their first bytes and decoded with bounded memory.

gzip may have several members (RFC 1952, 2.2: estargz, pigz, bgzip write them), zstd several frames and
skippable ones (RFC 8878, 3.1: zstd:chunked): both are read to the end of the input.
"""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, Protocol

from isal.igzip_lib import DECOMP_GZIP, IgzipDecompressor, IsalError

from ..errors import StreamReadError, UnsupportedImageError
from .base import ByteStream, drain, fill

if TYPE_CHECKING or sys.version_info < (3, 14):
    from backports import zstd
else:
    from compression import zstd

PLAIN, GZIP, ZSTD = "plain", "gzip", "zstd"
MAGIC_BYTES = 6
_GZIP_MAGIC, _ZSTD_MAGIC = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"

_DAMAGE = (IsalError, zstd.ZstdError, ValueError, MemoryError)

# How much compressed input is decoded at a time: a 64th of what was read so far, within these bounds. It is
# the resolution at which positions in the compressed and the decoded stream are paired.
_STEP_MINIMUM, _STEP_MAXIMUM, _STEP_SHARE = 512, 32 * 1024, 64
_INPUT_BYTES = 256 * 1024

# The most that is decoded in one call. Above some 128 KiB, malloc (mallopt(3), M_TRIM_THRESHOLD) takes the pages of
# each call's result from the kernel anew.
_OUTPUT_BYTES = 64 * 1024


def sniff(head: bytes) -> str:
    """The compression that ``head`` starts with: "plain", "gzip" or "zstd".

    Raises UnsupportedImageError for xz and bzip2, which no engine takes for layers.
    """
    for compression in (GZIP, ZSTD):
        if _starts(compression, head):
            return compression
    for magic, name in ((b"\xfd7zXZ\0", "xz"), (b"BZh", "bzip2")):
        if head.startswith(magic):
            raise UnsupportedImageError(
                f"{name} compression is not supported: the image specification knows gzip and zstd",
                hint=f"decompress it with {'xz' if name == 'xz' else 'bzip2'} -d, or save the image again",
            )
    return PLAIN


def _starts(compression: str, head: bytes) -> bool:
    """Whether a gzip member or a zstd frame may begin so."""
    if compression == GZIP:
        return head.startswith(_GZIP_MAGIC)
    return head.startswith(_ZSTD_MAGIC) or _starts_skippable(head)


def _starts_skippable(head: bytes) -> bool:
    return head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class DecodedStream:
    """What a gzip or zstd stream decodes to.

    ``input_positions[i]`` bytes of the compressed stream are what it took to decode the first
    ``output_positions[i]`` bytes; frames that decode to nothing (skippable ones) are not counted.
    """

    def __init__(self, stream: ByteStream, compression: str) -> None:
        self.position = 0
        self.input_positions = array("q", [0])
        self.output_positions = array("q", [0])
        self._stream = stream
        self._compression = compression
        self._decoder = self._new_decoder()
        self._buffer = memoryview(bytearray(_INPUT_BYTES))
        self._filled = 0
        self._next = 0
        self._consumed = 0
        self._frame_start = (0, 0)
        self._idle_bytes = 0

    def readinto(self, buffer: memoryview) -> int:
        """Decode into ``buffer``; raises StreamReadError where the stream is damaged or ends too early."""
        while not self._decoder.eof or self._start_frame():
            decoded = self._decode(min(len(buffer), _OUTPUT_BYTES))
            if decoded:
                buffer[: len(decoded)] = decoded
                self.position += len(decoded)
            if self._decoder.needs_input or self._decoder.eof:
                self._pair_positions()
            if decoded:
                return len(decoded)
        return 0

    def skip(self, size: int) -> None:
        """Decode and drop."""
        drain(self, size)

    def _decode(self, limit: int) -> bytes:
        piece = self._take_input() if self._decoder.needs_input else b""
        if self._decoder.needs_input and not piece:
            raise StreamReadError(f"the {self._compression} stream ends too early, after {self._consumed:,} bytes")
        try:
            decoded = self._decoder.decompress(piece, limit)
        except _DAMAGE as error:  # type: ignore[misc] # isal's stub calls its exception an instance
            raise StreamReadError(
                f"damaged {self._compression} stream near byte {self._consumed:,}: {error}"
            ) from error
        if self._decoder.eof:
            self._give_back(len(self._decoder.unused_data))
            self._count_idle_frame(len(decoded))
        return decoded

    def _count_idle_frame(self, decoded: int) -> None:
        consumed, position = self._frame_start
        if position == self.position + decoded:
            self._idle_bytes += self._consumed - consumed

    def _start_frame(self) -> bool:
        """Go on to the next gzip member or zstd frame; False where at most zero padding follows."""
        while piece := self._take_input():
            rest = piece.lstrip(b"\0")
            if rest:
                self._give_back(len(rest))
                if len(rest) >= MAGIC_BYTES and not _starts(self._compression, rest):
                    raise StreamReadError(
                        f"what follows the end of the {self._compression} stream, at byte {self._consumed:,}, is none"
                    )
                self._decoder = self._new_decoder()
                self._frame_start = (self._consumed, self.position)
                return True
        return False

    def _take_input(self) -> bytes:
        if self._next == self._filled:
            self._filled = fill(self._stream, self._buffer)
            self._next = 0
        step = min(max(self._consumed // _STEP_SHARE, _STEP_MINIMUM), _STEP_MAXIMUM)
        piece = bytes(self._buffer[self._next : min(self._next + step, self._filled)])
        self._next += len(piece)
        self._consumed += len(piece)
        return piece

    def _give_back(self, size: int) -> None:
        self._next -= size
        self._consumed -= size

    def _new_decoder(self) -> _Decoder:
        if self._compression == GZIP:
            return IgzipDecompressor(flag=DECOMP_GZIP)
        return zstd.ZstdDecompressor()

    def _pair_positions(self) -> None:
        """Note where both streams stand. Input that yields nothing yet belongs to what it will yield."""
        if self.position == self.output_positions[-1]:
            return
        self.input_positions.append(self._consumed - self._idle_bytes)
        self.output_positions.append(self.position)
