"""Lines to show, each made when it comes into sight: parts of text with the names of their styles."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
from rich.cells import cell_len, set_cell_size

from reports.formatting import visible

from .matching import having

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analyzer.arrays import Flags, Ints

_CHARACTERS = 4000  # of one value: more would not fit on any screen


class Part(NamedTuple):
    """A text to be shown as it is, and what it is; ``role`` is empty for what is nothing special."""

    text: str
    role: str = ""


class Detail(NamedTuple):
    """Something that is known of what is chosen."""

    label: str
    value: str


class Target(NamedTuple):
    """A place in the tree of files: ``path`` as the tree has it; ``layer`` None where it does not matter."""

    path: bytes | None
    layer: int | None


class Rows(Protocol):
    """Lines under a title. Only those in sight are asked for."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def title(self, width: int) -> str:
        """What stands above them."""
        ...

    def line(self, index: int, width: int) -> list[Part]:
        """One of them; what is wider than the screen is cut there."""
        ...

    def find(self, text: str, start: int, *, backwards: bool) -> int | None:
        """The next line with a text in it, behind ``start`` or before it and around the end; None for none."""
        ...


@dataclass(frozen=True)
class Column:
    """A column of a table: ``width`` 0 takes what the others leave."""

    title: str
    width: int
    cell: Callable[[int], str]
    right: bool = False
    role: str = ""


@dataclass(frozen=True)
class Table:
    """A table, ready to be shown.

    ``texts`` makes what one can seek in, one item a row; ``nothing`` is said of an empty one; ``places`` are the rows
    chosen, None for all.
    """

    columns: Sequence[Column]
    count: int
    details: Callable[[int], list[Detail]]
    target: Callable[[int], Target | None]
    texts: Callable[[], Sequence[str] | pa.Array]
    nothing: str = "nothing here"
    places: Ints | None = field(default=None)

    def __len__(self) -> int:
        return self.count if self.places is None else len(self.places)

    def row(self, index: int) -> int:
        """The row of the whole table that stands at a line."""
        return index if self.places is None else int(self.places[index])

    def title(self, width: int) -> str:
        """The titles of the columns, over them."""
        return "".join(text for text, _ in self._laid_out([each.title for each in self.columns], width))

    def line(self, index: int, width: int) -> list[Part]:
        """A row, each cell in its column."""
        row = self.row(index)
        return self._laid_out([each.cell(row) for each in self.columns], width)

    def only(self, text: str) -> Table:
        """The same table with the rows alone that have a text in them."""
        return replace(self, places=np.flatnonzero(self._having(text)) if text else None)

    def find(self, text: str, start: int, *, backwards: bool) -> int | None:
        """The next row with a text in it."""
        having = self._having(text)
        chosen = having if self.places is None else having[self.places]
        return next_of(np.flatnonzero(chosen), start, backwards=backwards)

    def _having(self, text: str) -> Flags:
        texts = self.texts()
        column = pa.array(texts, pa.string()) if isinstance(texts, list) else texts
        return having(column, text)

    def _laid_out(self, cells: Sequence[str], width: int) -> list[Part]:
        taken = sum(each.width + 1 for each in self.columns if each.width)
        parts = []
        for column, cell in zip(self.columns, cells, strict=True):
            room = column.width or max(width - taken, 1)
            parts.append(Part(fitted(cell, room, right=column.right) + " ", column.role))
        return parts


def nothing(why: str) -> Table:
    """A table without rows, of which there is only said why it has none."""
    return Table((), 0, lambda _: [], lambda _: None, list, why)


def next_of(places: Ints, start: int, *, backwards: bool) -> int | None:
    """The next of ascending places behind ``start``, or before it; around the end, and None where there are none.

    >>> [next_of(np.array([2, 5]), start, backwards=False) for start in (0, 2, 5)]
    [2, 5, 2]
    """
    if not len(places):
        return None
    if backwards:
        return int(places[np.searchsorted(places, start) - 1])
    return int(places[np.searchsorted(places, start, side="right") % len(places)])


def places_having(lines: Sequence[str], text: str) -> Ints:
    """The places of lines with a text in them; capitals count where one is typed."""
    if text == text.lower():
        return np.array([at for at, line in enumerate(lines) if text in line.lower()], np.int64)
    return np.array([at for at, line in enumerate(lines) if text in line], np.int64)


def fitted(text: str, width: int, *, right: bool = False) -> str:
    """A text of exactly ``width`` cells, cut with an ellipsis or filled up; what would not show is spelled out.

    >>> fitted("usr/share", 6), fitted("7 B", 6, right=True), fitted("a\\x1bb", 6)
    ('usr/s…', '   7 B', 'a\\\\x1bb')
    """
    text = shown(text)
    taken = cell_len(text)
    if taken > width:
        return set_cell_size(text, width - 1) + "…"
    return " " * (width - taken) + text if right else text + " " * (width - taken)


def shown(text: str) -> str:
    """A stranger's text on one line, with nothing in it that a terminal would obey; far too long ones are cut."""
    return visible(text[:_CHARACTERS])
