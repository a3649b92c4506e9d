"""Evidence `boundary`: where the history itself suggests that a parent image ends. A guess, and called one.

The rules, each with what it is good for; docs/parents.md has them for users:

- buildah writes ``FROM name`` as the comment of the first step on a parent;
- an instruction that makes sense once in a Dockerfile, CMD or ENTRYPOINT, and is there again further up;
- a root filesystem that is added and at once given its CMD, as base images of distributions are made, with
  layers on top; or the step that debuerreotype writes for Debian's.

A pause between two steps is no reason of its own, since a build cache makes the same: it only supports one.
"""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from ..instructions.created_by import parse_instruction
from .profile import moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..model import HistoryEntry
    from .profile import Profile

_FROM = re.compile(r"FROM (\S+)")
_IMAGE_ID = re.compile(r"(sha256:)?[0-9a-f]{12,64}")
_ROOT_FILESYSTEM = re.compile(r"ADD \S+ in /|ADD \S*(rootfs|root|base)\S*\.(tar\S*|tgz) /")
_DEBUERREOTYPE = re.compile(r"# debian\.sh ")
_PAUSE = timedelta(hours=1)
_INSTRUCTION_LENGTH = 500  # a bound on what patterns go through: the history is the image's
_NAMED, _SET_AGAIN, _DISTRIBUTION, _PAUSED = 0.9, 0.6, 0.6, 0.2


class Boundary(Struct, frozen=True):
    """A parent that ends with layer ``end`` - 1, and with its first ``entries`` of the history.

    ``name`` is known where buildah wrote it.
    """

    end: int
    entries: int
    score: float
    name: str | None
    detail: str


def boundaries(image: Profile) -> tuple[Boundary, ...]:
    """Where parents seem to end, lowest first; none where the history does not fit the layers or is mute.

    There are layers below each and above each: an image is never taken for its own parent.
    """
    steps = image.steps
    best: dict[int, Boundary] = {}
    for step, score, name, detail in (*_named(steps), *_set_again(steps), *_distribution(steps)):
        end = sum(not each.empty_layer for each in steps[:step])
        if not 0 < end < len(image.diff_ids):
            continue
        pause = _pauses(steps, step)
        found = Boundary(end, step, score + (_PAUSED if pause and not name else 0), name, detail + pause)
        if end not in best or found.score > best[end].score:
            best[end] = found
    return tuple(best[end] for end in sorted(best))


def _named(steps: Sequence[HistoryEntry]) -> Iterator[tuple[int, float, str | None, str]]:
    for at, step in enumerate(steps):
        found = _FROM.fullmatch((step.comment or "").strip())
        if found and not _IMAGE_ID.fullmatch(found[1]) and found[1] != "scratch":
            yield at, _NAMED, found[1], f"step {at + 1} of the history says FROM"


def _set_again(steps: Sequence[HistoryEntry]) -> Iterator[tuple[int, float, str | None, str]]:
    """After each CMD or ENTRYPOINT with layers above it and the same instruction above those."""
    words = [parse_instruction(step.created_by).kind for step in steps]
    for word in ("CMD", "ENTRYPOINT"):
        places = [at for at, each in enumerate(words) if each == word and steps[at].empty_layer]
        for place, following in pairwise(places):
            if any(not step.empty_layer for step in steps[place:following]):
                yield (
                    place + 1,
                    _SET_AGAIN,
                    None,
                    f"{word} is set in step {place + 1}, and again in step {following + 1}",
                )


def _distribution(steps: Sequence[HistoryEntry]) -> Iterator[tuple[int, float, str | None, str]]:
    if not steps or steps[0].empty_layer:
        return
    first = parse_instruction(steps[0].created_by).text[:_INSTRUCTION_LENGTH]
    if _DEBUERREOTYPE.match(first):
        yield 1, _DISTRIBUTION + _PAUSED, None, "step 1 is how Debian's own images are made"
    elif _ROOT_FILESYSTEM.fullmatch(first):
        for at, step in enumerate(steps[1:], 1):
            if not step.empty_layer:
                return
            if parse_instruction(step.created_by).text.startswith("CMD "):
                yield at + 1, _DISTRIBUTION, None, "a root filesystem is added and at once given its CMD"
                return


def _pauses(steps: Sequence[HistoryEntry], first: int) -> str:
    """How long nothing happened from the step before ``first`` to the next one that makes a layer, if it was long."""
    last = next((at for at in range(first, len(steps)) if not steps[at].empty_layer), len(steps) - 1)
    before, after = moment(steps[first - 1].created), moment(steps[last].created)
    if first == 0 or before is None or after is None or after - before < _PAUSE:
        return ""
    return f"; {_duration(after - before)} pass before the next layer"


def _duration(pause: timedelta) -> str:
    return f"{pause.days} days" if pause.days > 1 else f"{pause.total_seconds() / 3600:.0f} hours"
