"""What is known of a line, below each other; long values go on in the next line."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, ClassVar

from rich.cells import chop_cells
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from .rows import Part, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .rows import Detail


class Details(Widget):
    """Labels and values. Values are a stranger's: they are drawn as they are, and never taken for markup.

    The wheel goes through what has no room. There is no scrollbar: for one the whole screen would be laid out anew.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"details--label", "details--value"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.details: Sequence[Detail] = ()
        self._lines: list[list[Part]] = []
        self._first = 0

    def show(self, details: Sequence[Detail]) -> None:
        """Others than before, from the first on."""
        self.details = details
        self._first = 0
        self._lay_out()

    def on_resize(self) -> None:
        """Another width has other lines."""
        self._lay_out()

    def _lay_out(self) -> None:
        self._lines = list(laid_out(self.details, self.size.width))
        self.refresh()

    def _scroll(self, count: int) -> None:
        self._first = max(0, min(self._first + count, len(self._lines) - self.size.height))
        self.refresh()

    def on_mouse_scroll_down(self) -> None:
        """On."""
        self._scroll(1)

    def on_mouse_scroll_up(self) -> None:
        """Back."""
        self._scroll(-1)

    def render_line(self, y: int) -> Strip:
        """A line, as far as there are any; the last one says that there are more."""
        label, value = (self.get_component_rich_style(f"details--{each}") for each in ("label", "value"))
        at = self._first + y
        more = len(self._lines) - self._first - self.size.height
        parts = self._lines[at] if at < len(self._lines) else []
        if y == self.size.height - 1 and more > 0:
            parts = [Part(f"… {more + 1} more: i", "label")]
        strip = Strip([Segment(text, label if role else value) for text, role in parts])
        return strip.crop_extend(0, self.size.width, value)


def laid_out(details: Sequence[Detail], width: int) -> Iterator[list[Part]]:
    """Lines of at most ``width`` cells, values below each other behind the longest label."""
    longest = max((len(label) for label, _ in details), default=0)
    room = max(width - longest - 1, 10)
    for label, value in details:
        pieces = [piece for line in value.split("\n") for piece in _wrapped(shown(line), room)]
        for at, piece in enumerate(pieces or [""]):
            yield [Part(f"{label if at == 0 else '':{longest}} ", "label"), Part(piece)]


def _wrapped(line: str, width: int) -> Iterator[str]:
    """Cut between words where that is possible; wide characters take two cells."""
    for piece in textwrap.wrap(line, width, break_on_hyphens=False) or [""]:
        yield from chop_cells(piece, width)
