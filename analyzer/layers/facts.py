"""What contents say of themselves while they are hashed: debug sections, private keys, the packages in programs and
Java archives, a few small files whole.

To look costs nothing for most files: the first byte decides whether there is a question at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from . import elf, jar, program, zips
from .kept import Keeper, Kept
from .probe import Findings, Probe, Question, Reading, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from .limits import KeptBudget

PRIVATE_KEY = "private key"

PAYLOAD_BYTES_LIMIT = 1024**2

_KEY = re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")
_KEY_BYTES = 48


def private_key(_file_bytes: int) -> Reading:
    """The size of a private key's first line (RFC 7468, and OpenSSH's own), nothing for other texts."""
    head = yield 0, _KEY_BYTES
    found = _KEY.match(head)
    return ((PRIVATE_KEY, found.end()),) if found else ()


# By the first byte of a content, which is all that most files are looked at for.
QUESTIONS = {
    elf.MAGIC[0]: Question(program.told),
    zips.MAGIC[0]: Question(jar.told, jar.KEPT_WHOLE_LIMIT),
    b"-"[0]: Question(private_key),
}


class Learned(Struct, frozen=True):
    """What contents told, by rows of a changes table.

    ``facts`` has the columns of `FACTS`. ``contents`` has some files whole. ``payloads`` has, by kind, what was made
    of others that tell of packages (`program`, `jar`). ``left_out`` counts those for which there was no room.
    """

    facts: pa.Table
    contents: Kept
    left_out: int = 0
    payloads: dict[str, dict[int, bytes]] = field(default_factory=dict)


class Facts:
    """Collects what is learned in one layer. Rows are those of the layer's own table."""

    def __init__(self, budget: KeptBudget) -> None:
        self._keeper = Keeper()
        self._left_out = 0
        self._budget = budget
        self._found: list[tuple[int, str, int]] = []
        self._payloads: dict[str, dict[int, bytes]] = {}

    def look(self, row: int, content: memoryview) -> None:
        """Ask a content that is all there."""
        self._note(row, answer(QUESTIONS[content[0]].ask(len(content)), content))

    def watch(self, row: int, size: int) -> Watch:
        """Ask a content of so many bytes that comes in pieces."""
        return Watch(size, lambda findings: self._note(row, findings))

    def has_room(self, size: int) -> bool:
        """Whether a content of ``size`` bytes may be kept; if so it is counted, and `keep` has to follow."""
        has_room = self._budget.take(size)
        self._left_out += not has_room
        return has_room

    def keep(self, row: int, content: bytes) -> None:
        """Keep a content whole."""
        keep = self._keeper.pack if self._budget.is_tight else self._keeper.keep
        keep(row, content)

    def learned(self) -> Learned:
        """All that was found, in the order of rows."""
        import pyarrow as pa

        from ..tables import FACTS

        rows = [dict(zip(FACTS.names, each, strict=True)) for each in sorted(self._found)]
        return Learned(pa.Table.from_pylist(rows, FACTS), self._keeper.kept(), self._left_out, self._payloads)

    def _note(self, row: int, findings: Findings) -> None:
        for fact, found in findings:
            if isinstance(found, int):
                self._found.append((row, fact, found))
            elif len(found) > PAYLOAD_BYTES_LIMIT:
                self._left_out += 1
            elif self.has_room(len(found)):
                self._payloads.setdefault(fact, {})[row] = found


class Watch:
    """Follows one content and tells at its end what was found."""

    def __init__(self, size: int, tell: Callable[[Findings], None]) -> None:
        self._size = size
        self._tell = tell
        self._begun = False
        self._asked: Probe[Findings] | None = None

    def feed(self, view: memoryview) -> None:
        """Take the next piece."""
        if not self._begun and len(view):
            self._begun = True
            if view[0] in QUESTIONS:
                question = QUESTIONS[view[0]]
                self._asked = Probe(question.ask(self._size), self._size, question.whole_bytes)
        if self._asked:
            self._asked.feed(view)

    def unwanted(self, unread: int) -> int:
        """How many of the ``unread`` bytes come before what is asked for."""
        if self._asked:
            return self._asked.unwanted(unread)
        return unread if self._begun else 0

    def pass_over(self, count: int) -> None:
        """Go on behind ``count`` of the ``unwanted`` bytes."""
        if self._asked:
            self._asked.pass_over(count)

    def end(self) -> None:
        """Tell what was found."""
        if self._asked:
            self._tell(self._asked.found or ())
