"""What contents say of themselves while they are hashed: debug sections, private keys, a few small files whole.

To look costs nothing for most files: the first byte decides whether there is a question at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import elf
from .probe import Probe, Reading, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from ..arrays import Octets

DEBUG_BYTES, PRIVATE_KEY = "debug bytes", "private key"

CAPTURED_BYTES_LIMIT = 64 * 1024
CAPTURED_FILES_LIMIT = 1000
_CAPTURED_NAME = b"/os-release\0"
_CAPTURED_PATHS = (b"etc/os-release\0", b"usr/lib/os-release\0")
_NAME_BYTES = 100

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


class Facts:
    """Collects what is found in one layer. Rows are those of the layer's own table."""

    def __init__(self) -> None:
        self.contents: dict[int, bytes] = {}
        self._found: list[tuple[int, str, int]] = []

    def look(self, row: int, content: memoryview) -> None:
        """Ask a content that is all there."""
        fact, question = QUESTIONS[content[0]]
        self._note(row, fact, answer(question(len(content)), content))

    def watch(self, row: int, size: int) -> Watch:
        """Ask a content of so many bytes that comes in pieces."""
        return Watch(size, lambda fact, found: self._note(row, fact, found))

    def capture(self, row: int, content: memoryview) -> None:
        """Keep a small content."""
        if len(content) <= CAPTURED_BYTES_LIMIT and len(self.contents) < CAPTURED_FILES_LIMIT:
            self.contents[row] = bytes(content)

    def table(self) -> pa.Table:
        """What was found (`tables.FACTS`), in the order of rows."""
        import pyarrow as pa

        from ..tables import FACTS

        rows = [dict(zip(FACTS.names, each, strict=True)) for each in sorted(self._found)]
        return pa.Table.from_pylist(rows, FACTS)

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


def captured(headers: Octets) -> Iterator[int]:
    """Which of the header blocks are those of files that are kept whole."""
    names = headers[:, :_NAME_BYTES].tobytes()
    # One search for a plain text: a pattern tried at every byte would take as long as all else in the walk.
    at = names.find(_CAPTURED_NAME)
    while at >= 0:
        entry = at // _NAME_BYTES
        if names[entry * _NAME_BYTES : at + len(_CAPTURED_NAME)].lstrip(b"./") in _CAPTURED_PATHS:
            yield entry
        at = names.find(_CAPTURED_NAME, at + 1)
