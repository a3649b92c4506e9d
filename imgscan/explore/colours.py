"""Themes: a key goes through them, and what is on the screen takes their colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ReturnType
from textual.widgets import ContentSwitcher

from .resting import RestingApp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

THEMES = (
    "textual-dark",
    "textual-light",
    "ansi-dark",
    "ansi-light",
    "nord",
    "gruvbox",
    "dracula",
    "tokyo-night",
    "monokai",
    "catppuccin-mocha",
    "catppuccin-latte",
    "solarized-dark",
    "solarized-light",
    "rose-pine",
)
"""In the order in which a key goes through them; those called ansi take the terminal's own colours."""


class ColouredApp(RestingApp[ReturnType]):
    """An app whose other colours cost what is in sight: panes behind the one shown take them when they are shown.

    Textual gives every widget its new styles at once, seven tables that nobody sees among them: 0.1 seconds.
    """

    def __init__(self) -> None:
        super().__init__()
        self._behind: set[Widget] = set()

    def next_theme(self) -> str:
        """Take the colours that come next, and say which."""
        names = [name for name in THEMES if name in self.available_themes]
        at = names.index(self.theme) if self.theme in names else -1
        with self.batch_update():  # or the screen would first be drawn once more as it was
            self.theme = names[(at + 1) % len(names)]
            self.refresh_css(animate=False)
        return self.theme

    def refresh_css(self, animate: bool = True) -> None:
        """New styles for what is in sight; nothing where it has them.

        A theme has colours alone: nothing moves, and each widget is drawn once, not once for each property of its own
        and of all that it is in, as Textual would have it for widgets that are mounted. Screens below are blank.
        """
        screen = self.screen
        if screen._css_update_count == self._css_update_count:  # noqa: SLF001 - as what this stands for counts
            return
        self.stylesheet.set_variables(self.get_css_variables())
        self.stylesheet.reparse()
        seen = list(self._in_sight(screen))
        _ = screen._compositor.full_map  # noqa: SLF001 - it is made when asked for, and of mounted widgets
        nodes = [node for node in (self, *seen) if node._is_mounted]  # noqa: SLF001 - an app has no other word for it
        for node in nodes:
            node._is_mounted = False  # noqa: SLF001 - styles of such nodes change in silence
        self.stylesheet.update_nodes((self, *seen), animate=animate)
        for node in nodes:
            node._is_mounted = True  # noqa: SLF001 - as above
        for widget in seen:
            widget.refresh()
        screen._css_update_count = self._css_update_count  # noqa: SLF001 - as above

    def _in_sight(self, widget: Widget) -> Iterator[Widget]:
        yield widget
        for child in widget.children:
            if child.display or not isinstance(widget, ContentSwitcher):
                yield from self._in_sight(child)
            else:
                self._behind.add(child)

    def bring_up_to_date(self, pane: Widget) -> None:
        """Give a pane the colours that it has missed."""
        if pane in self._behind:
            self._behind.remove(pane)
            self.stylesheet.update(pane)
