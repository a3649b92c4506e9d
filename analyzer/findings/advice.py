"""What to change, said by what the history knows, and how lines of a Dockerfile are to be amended."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..instructions.dockerfile import WrittenInstruction

Amend: TypeAlias = "Callable[[WrittenInstruction], list[str] | None]"
"""From an instruction of a Dockerfile to the lines that should stand there; None where that takes a human."""


class Part(Struct, frozen=True):
    """A line of advice. Where ``amend`` can amend what made ``layer``, the amended lines stand in its place.

    Without a ``text``, it is told only then.
    """

    text: str
    layer: int | None = None
    amend: Amend | None = None

    def amended(self, written: Sequence[WrittenInstruction | None]) -> list[str] | None:
        """The amended lines, where ``written`` has the instruction that made each layer."""
        instruction = None if self.layer is None else written[self.layer]
        return self.amend(instruction) if self.amend and instruction else None


Advice: TypeAlias = "tuple[Part, ...]"


def said(text: str) -> Advice:
    """Advice that no line can be shown for."""
    return (Part(text),)


def wording(advice: Advice) -> str:
    """All of the advice, without a Dockerfile."""
    return "\n".join(part.text for part in advice if part.text)


def is_amendable(advice: Advice, written: Sequence[WrittenInstruction | None]) -> bool:
    """Whether all lines that it takes can be shown: some alone, such as what is dropped, would lose something."""
    return all(part.amended(written) is not None for part in advice if part.layer is not None and part.text)
