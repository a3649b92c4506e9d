"""Copies: what an image holds, once more under another name. Nothing was built on a copy, so it is no parent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .chain_id import by_chain_id
from .files import NOWHERE, keys_of

if TYPE_CHECKING:
    from .files import Occurrences
    from .profile import KnownImage, Profile


def has_all_layers(image: Profile, candidate: Profile) -> bool:
    """Whether the candidate holds the whole image: it is a copy, or was built on the image itself.

    With just the same layers that is so unless `by_chain_id` finds more steps in the image's history.
    """
    if candidate.identity == image.identity:
        return True
    contains = bool(image.chain_ids) and image.chain_ids[-1] in candidate.chain_ids
    return contains and by_chain_id(image, candidate) is None


def same_layers(image: Profile, candidate: Profile) -> bool:
    """Whether one is a copy of the other by its layers: they are the same, and neither history continues the other."""
    if candidate.identity == image.identity:
        return True
    same = image.diff_ids == candidate.diff_ids
    return same and by_chain_id(image, candidate) is None and by_chain_id(candidate, image) is None


def same_files(image: Profile, candidate: KnownImage, held: Occurrences) -> bool:
    """Whether one is a copy of the other by content: as many layers, and the same files at the same paths.

    So are two exports of one container, or two builds of one Dockerfile. An image with the same files in
    fewer layers was flattened: the other one is where its files are from.
    """
    other = candidate.profile
    if (image.sizes.files, image.sizes.rootfs_bytes) != (other.sizes.files, other.sizes.rootfs_bytes):
        return False
    if len(image.diff_ids) != len(other.diff_ids):
        return False
    return bool((held.first_layers(keys_of(candidate.files)) != NOWHERE).all())
