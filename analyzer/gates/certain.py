"""What layers are certain to have made of a growth, where only sums are known of what was there before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def certain_layers(change: int, brought: Mapping[int, int]) -> tuple[dict[int, int], tuple[int, ...]]:
    """By how much each layer is certain to have grown something, and, where that is not all, those that brought to it.

    What was there before made room for some of what was brought. However much of the others' that is, a layer made at
    least the difference that these cannot have made.

    >>> certain_layers(94, {1: 100, 2: 4}), certain_layers(3, {1: 3})
    (({1: 90}, (1, 2)), ({1: 3}, ()))
    """
    total = sum(brought.values())
    certain = {layer: min(size, change - (total - size)) for layer, size in brought.items()}
    certain = {layer: size for layer, size in certain.items() if size > 0}
    ranked = sorted(brought, key=lambda layer: -brought[layer])
    return certain, tuple(ranked) if sum(certain.values()) < min(change, total) else ()
