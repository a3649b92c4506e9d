"""What an image shall be like, and the plan that follows: entries and sizes, no content yet."""

from __future__ import annotations

import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from random import Random

SMALLEST_LAYER = 24  # entries: room for a file under eight directories, and to spare
ENTRIES_PER_PACKAGE = 8  # of each of the three kinds, their directories with them
_EMPTY_LAYERS, _ONE_FILE_LAYERS = 0.07, 0.27  # shares found among the layers of public images


@dataclass(frozen=True)
class Shape:
    """The knobs. The same shape gives the same layers in every format."""

    layers: int = 15
    entries: int = 22_500
    content_bytes: int = 1_020_000_000
    ratio: float = 2.6  # uncompressed ÷ gzip size, of the content
    whiteouts: float = 0.03  # share of the files that a later layer removes
    copies: float = 0.03  # share that a later layer stores again for another owner
    overwrites: float = 0.02  # share that a later layer stores with other content
    packages: int = 400  # of each kind: Debian, Python, npm
    version: int = 0  # other versions have other times and some other contents in the upper half of the layers
    seed: int = 1

    def __post_init__(self) -> None:
        least = SMALLEST_LAYER * self.layers + ENTRIES_PER_PACKAGE * self.packages
        if self.layers < 1 or self.entries < least:
            raise ValueError(f"{self.layers} layers with {self.packages} packages need {least} entries")
        shares = (self.whiteouts, self.copies, self.overwrites)
        if min(shares) < 0 or sum(shares) > 1:
            raise ValueError("whiteouts, copies and overwrites are shares of the files, together at most 1")


class Entry(NamedTuple):
    """One tar entry. Regular files of the same `content` number hold the same bytes."""

    path: str
    type: bytes = tarfile.REGTYPE
    mode: int = 0o644
    owner: int = 0
    content: int = -1  # none: a whiteout, or not a regular file
    link: str = ""


class Plan(NamedTuple):
    """The layers of an image; and for each number of content its size and kind, or the text itself.

    Layers from `rebuilt_from` on were built anew for `version`.
    """

    layers: list[list[Entry]]
    sizes: list[int]
    binary: list[bool]  # incompressible
    texts: dict[int, bytes]
    version: int
    rebuilt_from: int


def entries_per_layer(shape: Shape, random: Random) -> list[int]:
    """Share the entries out: 0 for an empty layer, 1 for a layer of one file, the rest heavy-tailed.

    First and last layer, the distribution and the application, are always full ones.
    """
    empty, one_file = round(_EMPTY_LAYERS * shape.layers), round(_ONE_FILE_LAYERS * shape.layers)
    full = [2] * shape.layers
    middle = ([0] * empty + [1] * one_file + full)[: max(0, shape.layers - 2)]
    random.shuffle(middle)
    kinds = [2, *middle, 2][: shape.layers]
    weights = [random.paretovariate(1.1) if kind == 2 else 0.0 for kind in kinds]
    weights[0] = 1.5 * max(weights)
    spare = shape.entries - SMALLEST_LAYER * shape.layers
    return [
        SMALLEST_LAYER + int(spare * weight / sum(weights)) if kind == 2 else kind
        for kind, weight in zip(kinds, weights, strict=True)
    ]


def scaled_sizes(
    weights: list[float], texts: dict[int, bytes], layers: list[list[Entry]], content_bytes: int
) -> list[int]:
    """Turn the drawn weights into sizes that add up to `content_bytes`, give or take a byte a file."""
    stored = [entry.content for layer in layers for entry in layer if entry.content >= 0]
    scalable = content_bytes - sum(len(texts.get(content, b"")) for content in stored)
    if scalable < 0:
        raise ValueError(f"{content_bytes} bytes do not hold the packages' records: {-scalable} are missing")
    drawn = sum(weights[content] for content in stored)
    sizes = [round(weight * scalable / drawn) for weight in weights]
    return [len(texts[content]) if content in texts else size for content, size in enumerate(sizes)]
