"""What the layers take that instructions made."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from ..errors import UnknownFigureError

if TYPE_CHECKING:
    from ..analysis import Analysis


def bytes_of_instructions(image: Analysis, pattern: str, key: str) -> int:
    """File bytes of the layers whose instruction the pattern matches, as `imgscan history` writes it.

    Raises UnknownFigureError where it is not known which instruction made a layer that has files.
    """
    texts, found = image.instructions, 0
    for layer, ledger in zip(image.metadata.layers[image.first_layer :], image.ledgers, strict=True):
        text = "" if layer.history_index is None else texts[layer.history_index].text
        if not text and ledger.file_bytes:
            reason = f"what made layer {layer.index} is not known"
            raise UnknownFigureError(f"{image.name}: {key} cannot be judged: {reason}")
        found += ledger.file_bytes if fnmatchcase(" ".join(text.split()), pattern) else 0
    return found
