"""Where in an image's history its parent ends: what FROM brings, and a Dockerfile must not say again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from ..model import ImageMetadata
    from .inheritance import Inheritance, ParentLink


class ParentEntries(Struct, frozen=True):
    """The ``name`` of a parent image, and how many ``entries`` at the start of the history are its."""

    name: str
    entries: int
    certain: bool


def parent_entries(image: ImageMetadata, found: Inheritance) -> ParentEntries | None:
    """The parent that the image's own layers stand on; None where none with a name is known, or not where it ends.

    Its own history tells how many entries there are. Where that is not at hand, or is another's, they end with its
    last layer; settings that came after it are then among the image's own.
    """
    placed = [link for link in found.links if link.layers]
    if not placed or not placed[-1].names:
        return None
    entries = _by_history(image, placed[-1]) or _by_layers(image, found.own_from)
    return ParentEntries(placed[-1].names[0], entries, placed[-1].certain) if entries else None


def _by_history(image: ImageMetadata, link: ParentLink) -> int:
    theirs = link.known.profile.history if link.known else ()
    ours = (image.config.history or [])[: len(theirs)]
    same = [(each.created_by, each.empty_layer) for each in ours] == [
        (each.created_by, each.empty_layer) for each in theirs
    ]
    return len(theirs) if same else 0


def _by_layers(image: ImageMetadata, own_from: int) -> int:
    last = image.layers[own_from - 1].history_index if own_from else None
    return 0 if last is None else last + 1
