"""An app that is done with one key before it looks at the next.

Textual hands a key to the widget that has the focus when the key comes. Where somebody types fast, or a line of a
terminal is slow, keys come in bunches: those behind one that moves the focus would go to the widget before.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import events
from textual.app import App, ReturnType
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.widget import Widget

_PATIENCE = 5.0  # seconds: a widget that waits for the app must not make it wait for ever


class OrderlyApp(App[ReturnType]):
    """What a key brings about decides where the next one goes."""

    async def on_event(self, event: events.Event) -> None:
        """Keys one by one; anything else as usual."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        had: Widget = self.focused or self.screen
        active = self.screen.active_bindings.get(event.key)
        is_text = isinstance(had, Input) and event.is_printable
        if is_text or active is None or not active.enabled:
            await super().on_event(event)
        else:
            await self.run_action(active.binding.action, active.node)
        await self._settle(had)
        if self.screen not in had.ancestors_with_self:
            await self._settle(self.focused or self.screen)

    async def _settle(self, widget: Widget) -> None:
        """Wait until a widget, and whatever it is part of, has handled all that was sent to it."""
        for each in widget.ancestors_with_self:
            if each is not self:
                handled = asyncio.Event()
                if each.call_later(handled.set):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(handled.wait(), _PATIENCE)
