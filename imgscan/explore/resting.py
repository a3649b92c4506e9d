"""An app that looks for memory to free while nobody presses a key.

Looking through all objects takes 0.05 seconds: a key that comes at that moment would wait for it.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from textual import events
from textual.app import ReturnType

from .orderly import OrderlyApp

if TYPE_CHECKING:
    from textual.timer import Timer

_REST = 1.0  # seconds without a key, after which somebody reads


class RestingApp(OrderlyApp[ReturnType]):
    """Cycles among all objects are looked for once after the last of several keys."""

    _resting: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        """As usual; a key puts off the rest."""
        await super().on_event(event)
        if isinstance(event, events.Key) and not event.is_forwarded:
            if self._resting is not None:
                self._resting.stop()
            self._resting = self.set_timer(_REST, self._rest)

    def _rest(self) -> None:
        gc.collect()
