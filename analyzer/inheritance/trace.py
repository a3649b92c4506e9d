"""From an image and candidates to the chain of its parents: the strongest evidence first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import Struct

from .annotation import by_annotation, same_name, statement_score
from .boundary import boundaries
from .chain_id import by_chain_id
from .content import by_content
from .copies import has_all_layers, same_files, same_layers
from .entries import inherited_entries, own_entries_from
from .evidence import ANNOTATION, BOUNDARY, CHAIN_ID, CONTENT, EVIDENCE, HISTORY, OS_RELEASE, Match
from .history import by_history, diverges
from .inheritance import Candidate, Inheritance, ParentLink
from .os_release import distribution
from .profile import KnownImage, moment, same_platform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .files import Occurrences
    from .profile import Profile

# What a candidate needs to be taken for a parent; below it is only listed.
_ENOUGH = {CHAIN_ID: 1.0, ANNOTATION: 0.0, HISTORY: 0.55, CONTENT: 0.9}
_NAMED_BY_FILE = 0.3


class _Found(Struct, frozen=True):
    """A candidate with its match."""

    image: KnownImage
    match: Match

    @property
    def is_enough(self) -> bool:
        return self.match.score >= _ENOUGH[self.match.evidence]


def trace(image: Profile, candidates: Iterable[KnownImage], held: Callable[[], Occurrences]) -> Inheritance:
    """The parents of ``image``, from its own metadata and ``candidates``; ``held`` is asked for its files if needed.

    Each candidate counts by its strongest evidence. A link by weaker evidence is added only above those by
    stronger evidence. Where no layer is known to be a parent's, the history may suggest where one ends, and
    where no parent has a name, os-release names the distribution.
    """
    others = list(candidates)
    merged = _merged(image, others)
    copies = [each for each in others if same_layers(image, each.profile)]
    found = [_Found(each, match) for each in merged if (match := _by_metadata(image, each))]
    chain = _stacked(found)
    own_from = _end(chain)
    if image.sizes.files and len(found) < len(merged):
        rest = [each for each in merged if all(each is not one.image for one in found)]
        alike = [each for each in rest if same_files(image, each, held())]
        copies += alike
        rest = [each for each in rest if all(each is not one for one in alike)]
        more = [_Found(each, match) for each in rest if (match := by_content(image, each, held(), own_from))]
        found += more
        chain += _by_content(more)
        own_from = _end(chain)
    links = _links(image, chain)
    links += _stated(image, links, found)
    links = _guessed(image, links)
    links = _distribution(image, links)
    own_from = max((link.layers.stop for link in links if link.layers), default=0)
    entries = own_entries_from(image, links, own_from)
    notes = _notes(image, links, merged, copies)
    return Inheritance(tuple(links), own_from, entries, _candidates(found, chain), notes)


def _merged(image: Profile, candidates: Iterable[KnownImage]) -> list[KnownImage]:
    """Each other image that can run where this one does, once, with all its names."""
    by_identity: dict[str, KnownImage] = {}
    for each in candidates:
        identity = each.profile.identity
        if not same_platform(image.platform, each.profile.platform) or has_all_layers(image, each.profile):
            continue
        before = by_identity.get(identity)
        names = {*each.names, *(before.names if before else ())}
        by_identity[identity] = replace(before or each, names=tuple(sorted(names)))
    return sorted(by_identity.values(), key=lambda each: (each.names, each.profile.identity))


def _by_metadata(image: Profile, candidate: KnownImage) -> Match | None:
    return (
        by_chain_id(image, candidate.profile)
        or by_annotation(image, candidate)
        or (None if diverges(image, candidate.profile) else by_history(image, candidate.profile))
    )


def _stacked(found: Sequence[_Found]) -> list[_Found]:
    """The candidates that lie on one another: those by layers first, and on top what other evidence adds."""
    chain: list[_Found] = []
    for evidence in (CHAIN_ID, HISTORY, ANNOTATION):
        fitting = [each for each in found if each.match.evidence == evidence and each.is_enough]
        for each in sorted(fitting, key=_height):
            same_place = chain and chain[-1].match.evidence == evidence and _height(chain[-1]) == _height(each)
            if same_place and _preference(each) > _preference(chain[-1]):
                chain[-1] = each
            elif each.match.end is not None and (not chain or _height(each) > _height(chain[-1])):
                chain.append(each)
    unplaced = [each for each in found if each.match.evidence == ANNOTATION and each.match.end is None]
    return chain + sorted(unplaced, key=_preference)[-1:]


def _height(found: _Found) -> tuple[int, int]:
    return found.match.end or 0, len(found.image.profile.history)


def _preference(found: _Found) -> tuple[float, str, str]:
    """Of two that fit equally well, the more certain and then the newer one."""
    created = moment(found.image.profile.created)
    return found.match.score, created.isoformat() if created else "", found.image.profile.identity


def _by_content(found: Sequence[_Found]) -> list[_Found]:
    """The candidate that explains most of the files, on those of the others that it was built on itself."""
    fitting = [each for each in found if each.is_enough]
    if not fitting:
        return []
    top = max(fitting, key=lambda each: (each.image.profile.sizes.files, _preference(each)))
    below = [each for each in fitting if each is not top and by_chain_id(top.image.profile, each.image.profile)]
    return [*sorted(below, key=lambda each: len(each.image.profile.diff_ids)), top]


def _end(chain: Iterable[_Found]) -> int:
    return max((each.match.end for each in chain if each.match.end is not None), default=0)


def _links(image: Profile, chain: Sequence[_Found]) -> list[ParentLink]:
    links: list[ParentLink] = []
    reached = 0
    for each in chain:
        profile, match = each.image.profile, each.match
        layers = None if match.end is None else range(min(reached, match.end), match.end)
        reached = max(reached, match.end or 0)
        links.append(
            ParentLink(
                each.image.names,
                match.evidence,
                match.score,
                match.certain,
                layers,
                profile.image_id,
                profile.created,
                match.detail,
                None if layers is None else inherited_entries(image, profile),
                each.image,
            )
        )
    return links


def _stated(image: Profile, links: Sequence[ParentLink], found: Sequence[_Found]) -> list[ParentLink]:
    """A link for what the image itself states, where no candidate is that image.

    An annotation speaks of the image's own parent. A label may have been inherited, so it only counts
    where nothing else is known.
    """
    stated = next((each for each in image.stated if not each.label or not links), None)
    if stated is None or any(each.match.evidence == ANNOTATION for each in found):
        return []
    at_hand = [each.image.profile.manifest_digest for each in found if stated.digest]
    if stated.digest in at_hand or any(same_name(stated, each.image.names) for each in found):
        return []
    detail = "a label, which children inherit, states it" if stated.label else "an annotation states it"
    name = stated.name or str(stated.digest)
    return [ParentLink((name,), ANNOTATION, statement_score(stated), certain=False, layers=None, detail=detail)]


def _guessed(image: Profile, links: Sequence[ParentLink]) -> list[ParentLink]:
    """The links with boundaries of the history below them, where no link says which layers are inherited."""
    guesses = [] if any(link.layers or link.evidence == CONTENT for link in links) else list(boundaries(image))
    if links and guesses:  # the statement names the parent whose end was guessed last
        last = guesses.pop()
        start = guesses[-1].end if guesses else 0
        detail = f"{links[-1].detail}; its end is guessed: {last.detail}"
        border = range(start, last.end)
        links = [*links[:-1], replace(links[-1], layers=border, entries=last.entries, detail=detail)]
    starts = [0, *(each.end for each in guesses)]
    found = [
        ParentLink(
            names=(each.name,) if each.name else (),
            evidence=BOUNDARY,
            score=each.score,
            certain=False,
            layers=range(start, each.end),
            detail=each.detail,
            entries=each.entries,
        )
        for start, each in zip(starts, guesses, strict=False)
    ]
    return [*found, *links]


def _distribution(image: Profile, links: Sequence[ParentLink]) -> list[ParentLink]:
    name = distribution(image.os_release)
    if name is None or any(link.names for link in links):
        return list(links)
    detail = "os-release names the distribution, and not the image that brought it"
    return [ParentLink((name,), OS_RELEASE, _NAMED_BY_FILE, certain=False, layers=None, detail=detail), *links]


def _candidates(found: Sequence[_Found], chain: Sequence[_Found]) -> tuple[Candidate, ...]:
    rank = {evidence: place for place, evidence in enumerate(EVIDENCE)}
    order = sorted(found, key=lambda each: (rank[each.match.evidence], -each.match.score, each.image.names))
    return tuple(
        Candidate(
            each.image.names,
            each.image.profile.image_id,
            each.match.evidence,
            each.match.score,
            each.match.certain,
            each.match.detail,
            any(each is link for link in chain),
        )
        for each in order
    )


def _notes(
    image: Profile, links: Sequence[ParentLink], others: Sequence[KnownImage], copies: Sequence[KnownImage]
) -> tuple[str, ...]:
    notes = []
    known = [link for link in links if link.evidence != OS_RELEASE]
    if not known:
        count = sum(all(each is not one for one in copies) for each in others)
        looked = f"none of {count} other images fits" if count else "there was no other image to compare with"
        notes.append(
            f"No parent image is known: {looked}, and nothing in the image tells where a parent ends. "
            "It may be built FROM scratch."
        )
    told = copies if not known else [each for each in copies if each.profile.identity != image.identity]
    if told:
        names = ", ".join(sorted({name for each in told for name in each.names}))
        notes.append(f"Of the same content, and so a copy and no parent: {names}.")
    if links and links[-1].evidence == CONTENT and links[-1].layers is None:
        notes.append(
            "The parent's files share a layer with the image's own: what is inherited goes by file, not by layer."
        )
    if any(link.evidence == ANNOTATION and link.layers is None for link in links):
        notes.append("The stated parent's layers are unknown: its bytes count as the image's own.")
    if any(link.evidence == BOUNDARY for link in links):
        notes.append("Where a parent ends is guessed from the history; put the parent into a catalog to know.")
    if image.steps == () and image.history:
        notes.append("The history does not fit the layers, so it tells nothing of parents.")
    return tuple(notes)
