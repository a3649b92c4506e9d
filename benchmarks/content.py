"""The content of files: slices of two pools made once, so that a file costs a copy and no random numbers."""

from __future__ import annotations

import zlib
from random import Random
from typing import TYPE_CHECKING

from names import word

if TYPE_CHECKING:
    from collections.abc import Iterator

POOL_BYTES = 16 << 20
_WORDS, _LINES = 2_000, 3_000
_STRIDE = 1_048_583  # a prime: neighbouring files start far apart in a pool


class Content:
    """What the files of one image hold. `ratio` is uncompressed ÷ gzip size, of all content together."""

    def __init__(self, seed: int, ratio: float) -> None:
        random = Random(seed)
        text, noise = _text(random), random.randbytes(POOL_BYTES)
        self._pools = (memoryview(text), memoryview(noise))
        self.binary_share = _binary_share(ratio, text)

    def chunks(self, identity: int, size: int, *, binary: bool) -> Iterator[bytes | memoryview]:
        """Give `size` bytes that belong to this identity alone (in files long enough to hold a number)."""
        pool = self._pools[binary]
        prefix = b"\x7fIMG%016x" % identity if binary else b"# generated file %d\n" % identity
        yield prefix[:size]
        rest = size - len(prefix)
        start = identity * _STRIDE % len(pool)
        while rest > 0:
            piece = pool[start : start + rest]
            yield piece
            rest -= len(piece)
            start = 0


def _text(random: Random) -> bytes:
    # Source code repeats itself by the line and by the word: a few thousand lines over a small
    # vocabulary, each ending in a word drawn anew, compress about as well as it does.
    words = [word(random) for _ in range(_WORDS)]
    lines = [
        "    " * random.randint(0, 3) + " ".join(random.choices(words, k=random.randint(2, 9))) for _ in range(_LINES)
    ]
    count = 2 * POOL_BYTES * _LINES // sum(map(len, lines))
    drawn = zip(random.choices(lines, k=count), random.choices(words, k=count), strict=True)
    return "\n".join(f"{line} = {tail}" for line, tail in drawn).encode()[:POOL_BYTES]


def _binary_share(ratio: float, text: bytes) -> float:
    """Tell which share of the bytes has to be incompressible for the whole to compress by `ratio`."""
    sample = text[: 1 << 20]
    text_ratio = len(sample) / len(zlib.compress(sample))
    if not 1 <= ratio <= text_ratio:
        raise ValueError(f"the ratio has to lie between 1 and {text_ratio:.1f}, which text alone reaches: {ratio}")
    return (1 / ratio - 1 / text_ratio) / (1 - 1 / text_ratio)
