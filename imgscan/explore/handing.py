"""What a thread made reaches the widget that it was made for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.widget import Widget

Made = ParamSpec("Made")


def hand_over(widget: Widget, take: Callable[Made, object], *made: Made.args, **named: Made.kwargs) -> None:
    """From a thread: let a widget take what was made for it, and wait until it has.

    Nothing happens where somebody has left meanwhile: a screen that closes loses its widgets one by one, and whoever
    takes would ask for one that is gone.
    """

    def arrive() -> None:
        if widget.app.is_running and widget.is_attached:
            take(*made, **named)

    widget.app.call_from_thread(arrive)
