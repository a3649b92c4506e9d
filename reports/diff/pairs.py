"""How a page of a comparison names its pairs of layers, so that one can be looked at alone, and a link leads to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from ..formatting import one_line
from . import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .document import LayerPairSection


class Pairs(Struct, frozen=True):
    """A key for each pair of layers, in their order, and the same by the layers of both images.

    A pair is called as its layer of the new image is; where there is none, ``old`` and its layer of the old one.
    """

    keys: tuple[str, ...]
    old: dict[int, str]
    new: dict[int, str]

    def of_layers(self, old: int | None, new: int | None) -> str:
        """The keys of what has to do with these layers, as a page writes them."""
        found = (None if old is None else self.old.get(old), None if new is None else self.new.get(new))
        return _written(key for key in found if key is not None)

    def of_places(self, places: Iterable[int]) -> str:
        """The same of what has to do with the pairs at these places."""
        return _written(self.keys[at] for at in places if 0 <= at < len(self.keys))


def pairs(layers: Sequence[LayerPairSection]) -> Pairs:
    """The keys of all pairs."""
    keys = tuple(str(each.new) if each.new is not None else f"old{each.old}" for each in layers)
    return Pairs(
        keys,
        {each.old: key for each, key in zip(layers, keys, strict=True) if each.old is not None},
        {each.new: key for each, key in zip(layers, keys, strict=True) if each.new is not None},
    )


def choices(layers: Sequence[LayerPairSection]) -> list[tuple[str, str]]:
    """Each pair that can be looked at alone: its key, and what it is in words."""
    return [
        (key, f"layer {words.place(each)}, {each.status}: {one_line(each.instruction)}")
        for key, each in zip(pairs(layers).keys, layers, strict=True)
    ]


def _written(keys: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(keys))
