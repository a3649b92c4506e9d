"""Who runs the instructions of a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..instructions.created_by import parse_instruction

if TYPE_CHECKING:
    from ..model import ImageMetadata

_ROOT = ("root", "0")


def users(metadata: ImageMetadata) -> tuple[str, ...]:
    """By layer: the last USER before its instruction, as far as the history tells; empty for root."""
    user, before = "", []
    for entry in metadata.config.history or []:
        before.append(user)
        said = parse_instruction(entry.created_by) if entry.created_by else None
        if said is not None and said.kind == "USER":
            user = said.arguments.strip()
            user = "" if user.partition(":")[0] in _ROOT else user
    places = (layer.history_index for layer in metadata.layers)
    return tuple("" if place is None else before[place] for place in places)
