"""Who watches how far the reading of an image is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Who wants to know how far the reading is."""

    def expect(self, total: int | None) -> None:
        """So many bytes are going to be read; None where nobody knows."""
        ...

    def advance(self, count: int) -> None:
        """So many more bytes were read. Called from several threads."""
        ...


class Silence:
    """Progress that nobody watches."""

    def expect(self, total: int | None) -> None:
        """Nothing."""

    def advance(self, count: int) -> None:
        """Nothing."""
