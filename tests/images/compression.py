"""How a blob is stored: each compression is a callable from bytes to bytes that knows its name."""

import bz2
import gzip as gzip_module
import lzma
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

if sys.version_info >= (3, 14):
    from compression import zstd as zstd_module
else:
    from backports import zstd as zstd_module


@dataclass(frozen=True)
class Compression:
    """Call it to compress, a layer or a whole archive; the same bytes in give the same bytes out."""

    name: str
    compress: Callable[[bytes], bytes]
    extension: str = ""

    def __call__(self, content: bytes) -> bytes:
        return self.compress(content)


def gzip_members(count: int) -> Compression:
    """Return gzip that writes `count` members one after the other, as pigz, bgzip and estargz do."""
    return Compression("gzip", lambda content: b"".join(map(_gzip, _parts(content, count))), ".gz")


def zstd_frames(count: int, skippable: bytes | None = None) -> Compression:
    """Return zstd that writes `count` frames; a skippable frame, if given, stands around each of them."""
    skipped = b"" if skippable is None else skippable_frame(skippable)

    def compress(content: bytes) -> bytes:
        frames = [zstd_module.compress(part) for part in _parts(content, count)]
        return skipped + b"".join(frame + skipped for frame in frames)

    return Compression("zstd", compress, ".zst")


def skippable_frame(content: bytes) -> bytes:
    """Return a zstd frame that a decoder steps over (RFC 8878, 3.1.2)."""
    return (0x184D2A50).to_bytes(4, "little") + len(content).to_bytes(4, "little") + content


def _gzip(content: bytes) -> bytes:
    return gzip_module.compress(content, mtime=0)


def _parts(content: bytes, count: int) -> list[bytes]:
    edges = [len(content) * part // count for part in range(count + 1)]
    return [content[start:end] for start, end in pairwise(edges)]


plain = Compression("plain", bytes)
gzip = Compression("gzip", _gzip, ".gz")
zstd = zstd_frames(1)
xz = Compression("xz", lzma.compress, ".xz")
bzip2 = Compression("bzip2", bz2.compress, ".bz2")
