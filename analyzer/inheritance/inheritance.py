"""The result: the chain of parent images, and what it was chosen from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from .inherited import InheritedBytes
    from .newer import Newer
    from .profile import KnownImage


@dataclass(frozen=True)
class ParentLink:
    """One parent image.

    ``names`` are all names that it is known by; none for a boundary that the history suggests. ``layers``
    are the image's layers that came with it and not with a parent further down; None where that is not
    known, or where no layer ends with it. ``entries`` says how many of the first entries of the history are
    its own or its parents', None where that is unknown. ``score`` is between 0 and 1; a link that is not
    ``certain`` is a statement or a guess. ``image_id`` and ``created`` are None where the image itself is not
    at hand, which is then ``known``.
    """

    names: tuple[str, ...]
    evidence: str
    score: float
    certain: bool
    layers: range | None
    image_id: str | None = None
    created: str | None = None
    detail: str = ""
    entries: int | None = None
    known: KnownImage | None = field(default=None, repr=False, compare=False)


class Candidate(Struct, frozen=True):
    """An image that was looked at, with its strongest evidence; ``chosen`` where it became a link."""

    names: tuple[str, ...]
    image_id: str | None
    evidence: str
    score: float
    certain: bool
    detail: str
    chosen: bool


@dataclass(frozen=True)
class Inheritance:
    """The parents of an image, root first.

    ``own_from`` is the index of the first layer that is not known to be a parent's as a whole: 0 when none
    is. ``own_entries_from`` is the index of the first entry of the history that is the image's own.
    ``candidates`` have the best first. ``notes`` are sentences for people. ``sizes`` says what is
    inherited in bytes; ``newer`` which parents have been built again.
    """

    links: tuple[ParentLink, ...]
    own_from: int
    own_entries_from: int
    candidates: tuple[Candidate, ...]
    notes: tuple[str, ...]
    sizes: InheritedBytes | None = field(default=None, repr=False)
    newer: tuple[Newer, ...] = field(default=(), repr=False)

    def __repr__(self) -> str:
        return f"<Inheritance of {len(self.links)} parents, own from layer {self.own_from}>"
