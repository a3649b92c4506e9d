"""How far the reading is."""

from __future__ import annotations

import threading


class Read:
    """Progress to look at: told by several threads, asked by another."""

    def __init__(self) -> None:
        self.total: int | None = None
        self.done = 0
        self._lock = threading.Lock()

    def expect(self, total: int | None) -> None:
        """Start from nothing, towards ``total``."""
        with self._lock:
            self.total, self.done = total, 0

    def advance(self, count: int) -> None:
        """Move on."""
        with self._lock:
            self.done += count
