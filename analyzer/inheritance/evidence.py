"""What a comparison of two images gives, and the order in which evidence counts."""

from __future__ import annotations

from msgspec import Struct

CHAIN_ID, ANNOTATION, HISTORY, CONTENT, BOUNDARY, OS_RELEASE = EVIDENCE = (
    "chain-id",
    "annotation",
    "history",
    "content",
    "boundary",
    "os-release",
)
"""All kinds of evidence, the strongest first."""


class Match(Struct, frozen=True):
    """What speaks for one image being a parent of another.

    ``score`` is between 0 and 1; ``certain`` means that it cannot be otherwise. The parent's content lies in
    the layers below ``end``, which is None where no layer ends with it. ``detail`` is for people.
    """

    evidence: str
    score: float
    certain: bool
    end: int | None
    detail: str
