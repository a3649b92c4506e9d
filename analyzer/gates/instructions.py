"""What the layers take that instructions made."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from ..errors import UnknownFigureError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..analysis import Analysis

_ABOVE_A_PARENT = "where that is a parent's layer, as of docker import, judge own layers only: --own --parent IMAGE"


def bytes_of_instructions(image: Analysis, pattern: str, key: str) -> int:
    """File bytes of the layers whose instruction the pattern matches, as `imgscan history` writes it.

    Raises UnknownFigureError where it is not known which instruction made a layer that has files.
    """
    for layer, text, size in _layers(image):
        if not text and size:
            raise UnknownFigureError(
                f"{image.name}: {key} cannot be judged: what made layer {layer} is not known", hint=_ABOVE_A_PARENT
            )
    return sum(size for _, size in layers_of_instructions(image, pattern))


def layers_of_instructions(image: Analysis, pattern: str) -> Iterator[tuple[int, int]]:
    """The layers whose instruction the pattern matches, each with its file bytes."""
    for layer, text, size in _layers(image):
        if fnmatchcase(text, pattern):
            yield layer, size


def _layers(image: Analysis) -> Iterator[tuple[int, str, int]]:
    """Each layer with its instruction on one line, empty where that is not known, and with its file bytes."""
    texts = image.instructions
    for layer, ledger in zip(image.metadata.layers[image.first_layer :], image.ledgers, strict=True):
        text = "" if layer.history_index is None else texts[layer.history_index].text
        yield layer.index, " ".join(text.split()), ledger.file_bytes
