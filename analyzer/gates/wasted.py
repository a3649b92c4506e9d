"""Why an image has more waste than a baseline tells of, by what its layers make waste now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from ..diff.waste import made_by
from .certain import certain_layers

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ..analysis import Analysis
    from ..diff.growth import Cause


class Candidate(Struct, frozen=True):
    """A layer that may have made more waste: all ``bytes`` that it makes waste now, and what they are."""

    layer: int
    bytes: int
    parts: tuple[Cause, ...]


class Wasted(Struct, frozen=True):
    """The growth of waste_bytes by ``bytes``, from ``before`` on.

    ``layers`` says by how much each layer is certain to have made more waste; ``others`` made some too, and how much
    the layers that they replaced had made nobody knows: ``candidates`` are those of them that make the most now.
    ``parts`` say what it is of layers that made no waste before.
    """

    bytes: int
    before: int
    layers: Mapping[int, int] = field(default_factory=dict)
    others: tuple[int, ...] = ()
    parts: Mapping[int, tuple[Cause, ...]] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()

    @property
    def unsure(self) -> int:
        """What several layers may have made any part of."""
        return self.bytes - sum(self.layers.values()) if self.others else 0


def wasted_since(before: int, image: Analysis, known: Collection[str], top: int) -> Wasted:
    """How waste grew from ``before`` on. Only ``known`` blobs at the bottom make the same waste as they did before."""
    growth = image.size.waste_bytes - before
    if growth <= 0:
        return Wasted(growth, before)
    first = next((at for at, each in enumerate(image.scan.layers) if str(each.digest) not in known), len(image.ledgers))
    caused = {each["layer"]: each["waste_caused"] for each in image.history.to_pylist() if each["waste_caused"]}
    made = {layer: size for layer, size in caused.items() if layer >= first}
    layers, others = certain_layers(growth, made)
    whole = [layer for layer, size in layers.items() if size == made[layer]]
    parts = {layer: made_by(layer, image.waste, top) for layer in whole}
    candidates = tuple(Candidate(layer, made[layer], made_by(layer, image.waste, top)) for layer in others[:top])
    return Wasted(growth, before, layers, others, parts, candidates)
