"""Reading some bytes out of a content that passes by: what a question asks for, piece after piece.

A question is a generator: it yields ``(start, size)`` of the bytes that it wants next, is sent exactly those,
and returns a number, or None where the content is not what it seemed. Starts should grow; what lies further
back than `KEPT_BYTES` is gone.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeAlias

Reading: TypeAlias = Generator[tuple[int, int], bytes, int | None]

KEPT_BYTES = 256 * 1024


def answer(reading: Reading, content: memoryview) -> int | None:
    """What ``reading`` finds in a content that is all there.

    >>> def size_field():
    ...     raw = yield 4, 2
    ...     return int.from_bytes(raw, "big")
    >>> answer(size_field(), memoryview(b"abcd\\x01\\x02"))
    258
    """
    try:
        start, size = next(reading)
        while start + size <= len(content):
            start, size = reading.send(bytes(content[start : start + size]))
    except StopIteration as stop:
        found: int | None = stop.value
        return found
    reading.close()
    return None


class Probe:
    """Answers a question from content that comes in pieces; ``found`` stays None until it is known."""

    def __init__(self, reading: Reading) -> None:
        self.found: int | None = None
        self._reading = reading
        self._start, self._size = next(reading)
        self._kept = bytearray()
        self._position = 0
        self._ended = False

    def feed(self, view: memoryview) -> None:
        """Take the next piece of the content."""
        if self._ended:
            return
        self._kept += view
        self._position += len(view)
        first = self._position - len(self._kept)
        while not self._ended and self._start + self._size <= self._position:
            self._ended = self._start < first
            if not self._ended:
                at = self._start - first
                self._send(bytes(self._kept[at : at + self._size]))
        del self._kept[: max(min(self._start, self._position - KEPT_BYTES) - first, 0)]

    def _send(self, wanted: bytes) -> None:
        try:
            self._start, self._size = self._reading.send(wanted)
        except StopIteration as stop:
            self.found, self._ended = stop.value, True
