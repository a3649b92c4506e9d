"""Who runs the instructions of a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..instructions.created_by import parse_instruction

if TYPE_CHECKING:
    from ..model import ImageMetadata

_ROOT = ("root", "0")


def user_of(metadata: ImageMetadata, layer: int) -> str:
    """The last USER before the instruction that made this layer, as far as the history tells; empty for root."""
    place = metadata.layers[layer].history_index
    before = (metadata.config.history or [])[: place or 0]
    said = (parse_instruction(entry.created_by) for entry in before if entry.created_by)
    users = [each.arguments.strip() for each in said if each.kind == "USER"]
    user = users[-1] if users else ""
    return "" if user.partition(":")[0] in _ROOT else user
