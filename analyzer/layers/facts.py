"""What contents say of themselves while they are hashed: debug sections, private keys, a few small files whole.

To look costs nothing for most files: the first byte decides whether there is a question at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import elf
from .probe import Probe, Reading, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

DEBUG_BYTES, PRIVATE_KEY = "debug bytes", "private key"

KEPT_FILE_BYTES_LIMIT = 64 * 1024**2
KEPT_BYTES_LIMIT = 256 * 1024**2

_KEY = re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")
_KEY_BYTES = 48


def private_key(_file_bytes: int) -> Reading:
    """The size of a private key's first line (RFC 7468, and OpenSSH's own), None for other texts."""
    head = yield 0, _KEY_BYTES
    found = _KEY.match(head)
    return found and found.end()


# By the first byte of a content, which is all that most files are looked at for.
QUESTIONS: dict[int, tuple[str, Callable[[int], Reading]]] = {
    elf.MAGIC[0]: (DEBUG_BYTES, elf.debug_bytes),
    b"-"[0]: (PRIVATE_KEY, private_key),
}


class KeptBudget:
    """How many bytes of files the layers of an image may still keep together."""

    def __init__(self) -> None:
        self._left = KEPT_BYTES_LIMIT

    def take(self, size: int) -> bool:
        """Whether a file of ``size`` bytes may be kept; takes them off what is left."""
        if size > min(self._left, KEPT_FILE_BYTES_LIMIT):
            return False
        self._left -= size
        return True


@dataclass(frozen=True)
class Learned:
    """What contents told, by rows of a changes table.

    ``facts`` has the columns of `FACTS`. ``contents`` has some files whole, ``left_out`` counts those of them
    for which there was no room.
    """

    facts: pa.Table
    contents: dict[int, bytes]
    left_out: int = 0


class Facts:
    """Collects what is learned in one layer. Rows are those of the layer's own table."""

    def __init__(self, budget: KeptBudget) -> None:
        self._contents: dict[int, bytes] = {}
        self._left_out = 0
        self._budget = budget
        self._found: list[tuple[int, str, int]] = []

    def look(self, row: int, content: memoryview) -> None:
        """Ask a content that is all there."""
        fact, question = QUESTIONS[content[0]]
        self._note(row, fact, answer(question(len(content)), content))

    def watch(self, row: int, size: int) -> Watch:
        """Ask a content of so many bytes that comes in pieces."""
        return Watch(size, lambda fact, found: self._note(row, fact, found))

    def has_room(self, size: int) -> bool:
        """Whether a content of ``size`` bytes may be kept; if so it is counted, and `keep` has to follow."""
        has_room = self._budget.take(size)
        self._left_out += not has_room
        return has_room

    def keep(self, row: int, content: bytes) -> None:
        """Keep a content whole."""
        self._contents[row] = content

    def learned(self) -> Learned:
        """All that was found, in the order of rows."""
        import pyarrow as pa

        from ..tables import FACTS

        rows = [dict(zip(FACTS.names, each, strict=True)) for each in sorted(self._found)]
        return Learned(pa.Table.from_pylist(rows, FACTS), dict(sorted(self._contents.items())), self._left_out)

    def _note(self, row: int, fact: str, found: int | None) -> None:
        if found:
            self._found.append((row, fact, found))


class Watch:
    """Follows one content and tells at its end what was found."""

    def __init__(self, size: int, tell: Callable[[str, int | None], None]) -> None:
        self._size = size
        self._tell = tell
        self._begun = False
        self._asked: tuple[str, Probe] | None = None

    def feed(self, view: memoryview) -> None:
        """Take the next piece."""
        if not self._begun and len(view):
            self._begun = True
            if view[0] in QUESTIONS:
                fact, question = QUESTIONS[view[0]]
                self._asked = fact, Probe(question(self._size))
        if self._asked:
            self._asked[1].feed(view)

    def end(self) -> None:
        """Tell what was found."""
        if self._asked:
            fact, probe = self._asked
            self._tell(fact, probe.found)
