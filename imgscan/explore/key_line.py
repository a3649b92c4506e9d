"""The line at the bottom: the keys that are most used where one is, to read and to click on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from . import keys

if TYPE_CHECKING:
    from textual import events


class KeyLine(Widget):
    """Keys and what they do. It is drawn anew when the keys go elsewhere, without any layout."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-line--key"}

    def __init__(self, *places: str) -> None:
        super().__init__()
        self._places = places

    def show(self, *places: str) -> None:
        """The keys of other places."""
        if places != self._places:
            self._places = places
            self.refresh()

    def _labels(self) -> list[tuple[str, str, str]]:
        """Those that there is room for, and that can do something."""
        found, taken = [], 0
        for each in keys.of(*self._places):
            if each.label and self.screen.check_action(each.action, ()):
                name = keys.name(each.keys[0])
                taken += len(name) + len(each.label) + 3
                if taken <= self.size.width:
                    found.append((each.keys[0], name, each.label))
        return found

    def render_line(self, y: int) -> Strip:
        """All of them in a row."""
        del y
        style, segments = self.get_component_rich_style("key-line--key"), []
        for _, name, label in self._labels():
            segments += [Segment(f" {name}", style), Segment(f" {label} ", self.rich_style)]
        return Strip(segments).crop_extend(0, self.size.width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """A click is as good as the key."""
        end = 0
        for key, name, label in self._labels():
            end += len(name) + len(label) + 3
            if event.x < end:
                self.app.simulate_key(key)
                return
