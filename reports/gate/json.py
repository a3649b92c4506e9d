"""Verdicts as JSON: a list with one document an image, in the order of the images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..json import indented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .document import GateDocument


def render(verdicts: Sequence[GateDocument]) -> str:
    """The documents, indented; equal documents give equal text."""
    return indented(verdicts)
