"""Evidence `history`: the image's instructions begin with the candidate's, though the layers differ.

So it looks when a parent was built again, with newer packages for instance, after the image was.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..instructions.created_by import parse_instruction
from .evidence import HISTORY, Match

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..model import HistoryEntry
    from .profile import Profile

# What a builder writes for the content that it copies, and debuerreotype for its snapshot: other in each build.
_OF_ONE_BUILD = re.compile(r"\b(file|dir|multi):[0-9a-f]{32,}|@\d{9,}\b")
_NOT_THE_SAME = 0.5


def by_history(image: Profile, candidate: Profile) -> Match | None:
    """A match where each step of the candidate is the same as the image's, in order; None elsewhere.

    An instruction that is equal to the letter counts 1, one that copies other content ½, an empty one 0;
    the score is their sum over the number of steps and one more, so that few steps prove little.
    """
    steps, base = image.steps, candidate.steps
    if not base or len(base) >= len(steps) or _skeleton(steps[: len(base)]) != _skeleton(base):
        return None
    weights = (_weight(one, other) for one, other in zip(steps, base, strict=False))
    score = sum(weights) / (len(base) + 1)
    end = sum(not step.empty_layer for step in base)
    detail = f"its {len(base)} steps are the first of {len(steps)}; its layers are others"
    return Match(HISTORY, score, certain=False, end=end, detail=detail) if score else None


def diverges(image: Profile, candidate: Profile) -> bool:
    """Whether the histories begin alike and part before the candidate's ends: siblings, not parent and child."""
    steps, base = instructions(image.history), instructions(candidate.history)
    common = next((at for at, (one, other) in enumerate(zip(steps, base, strict=False)) if one != other), None)
    return bool(common) or (common is None and 0 < len(steps) < len(base))


def instructions(history: Sequence[HistoryEntry]) -> list[str]:
    """The instruction of each step, without what differs from build to build."""
    return [_plain(step.created_by) for step in history]


@lru_cache(maxsize=4096)
def _plain(created_by: str | None) -> str:
    return _OF_ONE_BUILD.sub(r"\1:", parse_instruction(created_by).text)


def _skeleton(steps: Sequence[HistoryEntry]) -> list[tuple[str, bool]]:
    return list(zip(instructions(steps), (step.empty_layer for step in steps), strict=True))


def _weight(one: HistoryEntry, other: HistoryEntry) -> float:
    if not (one.created_by or "").strip():
        return 0.0
    return 1.0 if parse_instruction(one.created_by).text == parse_instruction(other.created_by).text else _NOT_THE_SAME
