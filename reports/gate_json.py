"""Verdicts as JSON: a list with one document an image, in the order of the images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from .formatting import json_printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .gate_document import GateDocument


def render(verdicts: Sequence[GateDocument]) -> str:
    """The documents, indented; equal documents give equal text."""
    return json_printable(msgspec.json.format(msgspec.json.encode(verdicts), indent=2).decode()) + "\n"
