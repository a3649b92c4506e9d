"""Evidence `annotation`: the image says what it was built on (annotations.md, ``org.opencontainers.image.base``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..names import full_name
from .evidence import ANNOTATION, Match
from .history import by_history
from .profile import StatedParent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .profile import KnownImage, Profile

NAME, DIGEST = "org.opencontainers.image.base.name", "org.opencontainers.image.base.digest"
# A statement is as good as who made it. A name is weaker than a digest, since it moves on; a label is
# weaker than an annotation, since children inherit it: it may speak of the parent of the parent.
_DIGEST_SCORE, _NAME_SCORE, _OTHER_BUILD_SCORE, _LABEL_FACTOR = 0.95, 0.8, 0.5, 0.75


def stated_parents(annotations: Mapping[str, str], labels: Mapping[str, object]) -> tuple[StatedParent, ...]:
    """What a manifest's annotations and a config's labels say, in this order."""
    found = [(_stated(annotations, label=False)), _stated(labels, label=True)]
    return tuple(each for each in found if each.name or each.digest)


def by_annotation(image: Profile, candidate: KnownImage) -> Match | None:
    """The best match of what the image states with the candidate's digest or names; None where it states others."""
    found = [match for stated in image.stated if (match := _match(stated, image, candidate))]
    return max(found, key=lambda match: match.score, default=None)


def statement_score(stated: StatedParent) -> float:
    """How far a statement is believed where the image that it names is not at hand."""
    score = _DIGEST_SCORE if stated.digest else _NAME_SCORE
    return score * (_LABEL_FACTOR if stated.label else 1)


def same_name(stated: StatedParent, names: tuple[str, ...]) -> bool:
    """Whether one of the names is the one stated."""
    return stated.name is not None and full_name(stated.name) in map(full_name, names)


def _match(stated: StatedParent, image: Profile, candidate: KnownImage) -> Match | None:
    where = "a label" if stated.label else "an annotation"
    digest = candidate.profile.manifest_digest
    if stated.digest is not None and stated.digest == digest:
        score, detail = _DIGEST_SCORE, f"{where} states its digest"
    elif same_name(stated, candidate.names):
        other = stated.digest is not None and digest is not None
        score = _OTHER_BUILD_SCORE if other else _NAME_SCORE
        detail = f"{where} states its name" + (", and the digest of another build" if other else "")
    else:
        return None
    rebuilt = by_history(image, candidate.profile)
    end = rebuilt.end if rebuilt else None
    return Match(ANNOTATION, score * (_LABEL_FACTOR if stated.label else 1), certain=False, end=end, detail=detail)


def _stated(pairs: Mapping[str, object], *, label: bool) -> StatedParent:
    name, digest = pairs.get(NAME), pairs.get(DIGEST)
    return StatedParent(
        name if isinstance(name, str) and name else None,
        digest if isinstance(digest, str) and digest else None,
        label,
    )
