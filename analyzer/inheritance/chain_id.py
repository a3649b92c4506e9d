"""Evidence `chain-id`: the image begins with all layers of the candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .evidence import CHAIN_ID, Match
from .history import diverges, instructions

if TYPE_CHECKING:
    from .profile import Profile


def by_chain_id(image: Profile, candidate: Profile) -> Match | None:
    """A certain match where the candidate's chain ID is among the image's own, None elsewhere.

    A chain ID names a whole stack of layers (config.md, "Layer ChainID"), and it is made of diff IDs, so
    that compressing layers anew changes nothing. Equal layers are not all:

    - where the histories part before the candidate's ends, both were built from the same layers, and
      neither on the other;
    - with as many layers as the image, the candidate is its parent only where the image's history continues
      the candidate's, by steps that make no layer. Else one is a copy of the other: two configs for one root
      filesystem, or a root filesystem and an image that it was imported as.
    """
    depth = len(candidate.chain_ids)
    if not 0 < depth <= len(image.chain_ids) or image.chain_ids[depth - 1] != candidate.chain_ids[-1]:
        return None
    if diverges(image, candidate):
        return None
    if depth == len(image.chain_ids) and not _only_configures(image, candidate):
        return None
    detail = f"its {depth} layers are the lowest of {len(image.chain_ids)}"
    return Match(CHAIN_ID, 1.0, certain=True, end=depth, detail=detail)


def _only_configures(image: Profile, candidate: Profile) -> bool:
    steps, base = instructions(image.history), instructions(candidate.history)
    more = image.history[len(base) :]
    return 0 < len(base) < len(steps) and steps[: len(base)] == base and all(step.empty_layer for step in more)
