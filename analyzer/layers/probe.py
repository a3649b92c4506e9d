"""Reading some bytes out of a content that passes by: what a question asks for, piece after piece.

A question is a generator: it yields ``(start, size)`` of the bytes that it wants next and is sent exactly those,
or nothing where the content does not have them all or they have passed. It returns what it found: by the name of
a fact, a number of bytes, or a payload that a parser understands. Starts should grow; what lies further back than
`KEPT_BYTES` is gone, except where a question wants small contents kept whole.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Generic, NamedTuple, TypeAlias, TypeVar

Found = TypeVar("Found")
Asking: TypeAlias = Generator[tuple[int, int], bytes, Found]
Findings: TypeAlias = tuple[tuple[str, int | bytes], ...]
Reading: TypeAlias = Asking[Findings]

KEPT_BYTES = 256 * 1024


def answer(reading: Asking[Found], content: memoryview) -> Found:
    """What ``reading`` finds in a content that is all there.

    >>> def size_field():
    ...     raw = yield 4, 2
    ...     return int.from_bytes(raw, "big")
    >>> answer(size_field(), memoryview(b"abcd\\x01\\x02")), answer(size_field(), memoryview(b"abcd"))
    (258, 0)
    """
    size = len(content)
    wanted = b""
    try:
        start, count = next(reading)
        while True:
            wanted = bytes(content[start : start + count]) if start + count <= size else b""
            start, count = reading.send(wanted)
    except StopIteration as stop:
        found: Found = stop.value
        return found


class Question(NamedTuple):
    """What to ask contents of so many bytes, and up to how many they are kept whole while they pass."""

    ask: Callable[[int], Reading]
    whole_bytes: int = 0


class Probe(Generic[Found]):
    """Answers a question from a content of ``size`` bytes that comes in pieces.

    ``found`` stays None until it is known. Contents of up to ``whole_bytes`` are kept whole until then.
    """

    def __init__(self, reading: Asking[Found], size: int, whole_bytes: int = 0) -> None:
        self.found: Found | None = None
        self._reading = reading
        self._size = size
        self._start, self._count = next(reading)
        self._kept = bytearray()
        self._kept_bytes = KEPT_BYTES if size > whole_bytes else size
        self._position = 0
        self._ended = False

    def feed(self, view: memoryview) -> None:
        """Take the next piece of the content."""
        if self._ended:
            return
        self._position += len(view)
        if self._start >= self._position and len(view) >= self._kept_bytes:
            self._kept[:] = view[-self._kept_bytes :]
        else:
            self._kept += view
        first = self._position - len(self._kept)
        while not self._ended and not self._position < self._start + self._count <= self._size:
            self._send(self._wanted(first))
        del self._kept[: max(min(self._start, self._position - self._kept_bytes) - first, 0)]

    def unwanted(self, unread: int) -> int:
        """How many of the ``unread`` bytes come before what is asked for, and what is kept to look back at."""
        return unread if self._ended else max(self._start - self._kept_bytes - self._position, 0)

    def pass_over(self, count: int) -> None:
        """Go on behind ``count`` of the ``unwanted`` bytes."""
        self._position += count
        self._kept.clear()

    def _wanted(self, first: int) -> bytes:
        at, end = self._start - first, self._start + self._count
        if at < 0 or end > self._size:
            return b""
        with memoryview(self._kept) as kept:
            return bytes(kept[at : at + self._count])

    def _send(self, wanted: bytes) -> None:
        try:
            self._start, self._count = self._reading.send(wanted)
        except StopIteration as stop:
            self.found, self._ended = stop.value, True
            self._kept.clear()
            self._start = self._position
