"""Where the image's own entries of the history begin: layers alone do not say it.

A parent's last instructions, CMD for instance, make no layer; nor do the first ones that the image adds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .boundary import boundaries
from .history import instructions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .inheritance import ParentLink
    from .profile import Profile


def inherited_entries(image: Profile, candidate: Profile) -> int | None:
    """How many of the image's first entries are those of the candidate; None where the histories differ."""
    steps, base = instructions(image.history), instructions(candidate.history)
    return len(base) if base and steps[: len(base)] == base else None


def own_entries_from(image: Profile, links: Sequence[ParentLink], own_from: int) -> int:
    """The index of the first entry that the image's own build made, where its layers begin with ``own_from``.

    The history of a parent that is at hand tells, or else what suggests a boundary at that layer. Without
    either, entries without a layer count as own. Where the history does not fit the layers, and no parent's
    history is at hand, none of it is known to be own.
    """
    if not own_from:
        return 0
    told = [link.entries for link in links if link.entries is not None]
    told = told or [each.entries for each in boundaries(image) if each.end == own_from]
    made = [at for at, step in enumerate(image.steps) if not step.empty_layer]
    if not made:
        return max(told, default=len(image.history))
    after_parent = made[own_from - 1] + 1
    first_own = made[own_from] if own_from < len(made) else len(image.steps)
    return min(max([after_parent, *told]), first_own)
