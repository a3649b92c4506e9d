"""A widget of lines with a cursor. It draws what is in sight and asks for nothing else, however long the list is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from . import keys
from .states import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.style import Style
    from textual import events
    from textual.binding import BindingType

    from .rows import Rows

ROLES = (*NAMES, "directory", "size", "waste", "quiet", "title", "cursor", "plain")


def bindings(*places: str) -> list[BindingType]:
    """The keys of these places as Textual takes them."""
    return [
        Binding(key, each.action.replace("KEY", key), each.what, show=False)
        for each in keys.of(*places)
        for key in each.keys
    ]


class Listing(ScrollView, can_focus=True):
    """Lines under a title, one of them chosen. ``drawn`` counts the lines that were made, for tests.

    ``follow`` is called where another line was chosen, at once: what it changes is painted with the line. A message
    would come a frame later.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"listing--{role}" for role in ROLES}
    BINDINGS: ClassVar[list[BindingType]] = bindings(keys.LISTS)

    class Opened(Message):
        """Somebody wants to see what is behind the line."""

        def __init__(self, listing: Listing, index: int) -> None:
            super().__init__()
            self.listing = listing
            self.index = index

    def __init__(self, rows: Rows | None = None, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.rows = rows
        self.cursor = 0
        self.pan = 0
        self.drawn = 0
        self.follow: Callable[[], None] = lambda: None
        self._waiting: list[Callable[[], None]] = []

    @property
    def count(self) -> int:
        """How many lines there are."""
        return 0 if self.rows is None else len(self.rows)

    def show(self, rows: Rows, cursor: int = 0) -> None:
        """Other lines, or the same ones after they changed; with this one chosen."""
        self.rows = rows
        self._measure()
        self.cursor = max(0, min(cursor, self.count - 1))
        self._keep_in_sight()
        self.refresh()
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act()

    def when_there(self, act: Callable[[], None]) -> None:
        """Do it at once; while lines are still being made, once they are there."""
        if self.rows is None:
            self._waiting.append(act)
        else:
            act()

    def on_mount(self) -> None:
        """Take the size of what is there."""
        self._measure()

    def on_resize(self) -> None:
        """The chosen line stays in sight."""
        self._keep_in_sight()

    def _measure(self) -> None:
        """Tell the scrollbar how many lines there are. A layout of the whole screen, as usual, is not needed for it."""
        self.set_reactive(Listing.virtual_size, Size(0, self.count + 1))
        self.vertical_scrollbar.window_virtual_size = self.count + 1
        if self.scroll_y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True, force=True)

    def move_to(self, index: int) -> None:
        """Choose a line."""
        index = max(0, min(index, self.count - 1))
        if self.count and index != self.cursor:
            self.cursor = index
            self._keep_in_sight()
            self.refresh()
            self.follow()

    @property
    def _page(self) -> int:
        return max(self.size.height - 1, 1)

    def _keep_in_sight(self) -> None:
        top = int(self.scroll_offset.y)
        if not top <= self.cursor < top + self._page:
            target = self.cursor if self.cursor < top else self.cursor - self._page + 1
            self.scroll_to(y=target, animate=False, immediate=True, force=True)

    def render_line(self, y: int) -> Strip:
        """The title, then the lines from where it is scrolled to."""
        width = self.scrollable_content_region.width
        base = self._style("plain")
        if self.rows is None or y > self.count:
            return Strip.blank(width, base)
        if y == 0:
            return Strip([Segment(self.rows.title(width), self._style("title"))]).crop_extend(0, width, base)
        index = y - 1 + int(self.scroll_offset.y)
        if index >= self.count:
            return Strip.blank(width, base)
        self.drawn += 1
        over = self._style("cursor") if index == self.cursor else None
        parts = self.rows.line(index, width)
        strip = Strip([Segment(text, self._style(role or "plain") + over) for text, role in parts])
        return strip.crop_extend(self.pan, self.pan + width, base + over)

    def _style(self, role: str) -> Style:
        return self.get_component_rich_style(f"listing--{role}", partial=role == "cursor")

    def on_click(self, event: events.Click) -> None:
        """Choose a line; open it with a second click."""
        index = event.y - 1 + int(self.scroll_offset.y)
        if event.y < 1 or index >= self.count:
            return
        self.move_to(index)
        if event.chain == 2:
            self.action_choose()

    def search(self, text: str, *, backwards: bool = False) -> bool:
        """Go to the next line with a text in it; whether there is one."""
        found = None if self.rows is None else self.rows.find(text, self.cursor, backwards=backwards)
        if found is not None:
            self.move_to(found)
        return found is not None

    def _go(self, where: Callable[[], int]) -> None:
        self.when_there(lambda: self.move_to(where()))

    def action_down(self) -> None:
        """The next line."""
        self._go(lambda: self.cursor + 1)

    def action_up(self) -> None:
        """The line before."""
        self._go(lambda: self.cursor - 1)

    def action_page_down(self) -> None:
        """As many lines on as there are in sight."""
        self._go(lambda: self.cursor + self._page)

    def action_page_up(self) -> None:
        """As many lines back."""
        self._go(lambda: self.cursor - self._page)

    def action_first(self) -> None:
        """The first line."""
        self._go(lambda: 0)

    def action_last(self) -> None:
        """The last line."""
        self._go(lambda: self.count - 1)

    def action_choose(self) -> None:
        """What is behind the line."""
        self.when_there(self._open)

    def _open(self) -> None:
        if self.count and self.has_focus:  # not where somebody went on while the lines were made
            self.post_message(self.Opened(self, self.cursor))
