"""Broken rules as remarks on lines of files: what annotations on GitHub, SARIF and Code Quality have in common."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from analyzer.gates.outcome import PASSED, TROUBLE
from analyzer.gates.subjects import subjects
from analyzer.names import repository

from ..formatting import one_line, shortened, signed_bytes, visible
from .document import PlaceSection
from .words import cause_place, main_line, said, told, whys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .document import GateCauseSection, GateDocument, OutcomeSection

IMAGE = "image"
"""In place of a rule, of an image that could not be judged."""
WHERE_RULES_STAND = PlaceSection("imgscan.toml", 1)
"""In place of a line that nothing points to: hosts refuse remarks on no file."""
_CHARACTERS = 1000
_NAME_CHARACTERS = 200


class Annotation(Struct, frozen=True):
    """A rule that an image breaks, or would without an exception; texts are printable, whatever names are in them.

    ``fingerprint`` stays the same from run to run, whatever the figures, the tag and the line are: it tells hosts
    that this is the problem that they know. It is there once in a run.
    """

    image: str
    rule: str
    status: str
    message: str
    reason: str | None = None
    place: PlaceSection | None = None
    fingerprint: str = ""


def annotated(verdicts: Sequence[GateDocument]) -> Iterator[Annotation]:
    """One for each rule that does not just pass, and one for each image that could not be judged."""
    seen = Counter[str]()
    for document in verdicts:
        for each in _of(document):
            key = "\0".join((repository(document.image), document.platform, each.rule))
            yield replace(each, fingerprint=_fingerprint(key, seen[key]))
            seen[key] += 1


class Note(Struct, frozen=True):
    """What is said of an image beside its rules, in printable texts."""

    image: str
    text: str


def noted(verdicts: Sequence[GateDocument]) -> Iterator[Note]:
    """One for each note, what was not judged first of each image."""
    for document in verdicts:
        image = shortened(visible(document.image), _NAME_CHARACTERS)
        yield from (Note(image, shortened(visible(each), _CHARACTERS)) for each in said(document))


def _fingerprint(key: str, times: int) -> str:
    return sha256(f"imgscan gate\0{key}\0{times}".encode(errors="surrogateescape")).hexdigest()


def _of(document: GateDocument) -> Iterator[Annotation]:
    if document.error is not None:
        yield replace(_annotation(document, IMAGE, TROUBLE, document.error), place=document.place)
    for each in document.outcomes:
        if each.status != PASSED:
            made = _annotation(document, each.rule, each.status, told(each) + _because(document, each))
            reason = None if each.reason is None else shortened(visible(each.reason), _CHARACTERS)
            yield replace(made, reason=reason, place=each.place)


def _annotation(document: GateDocument, rule: str, status: str, message: str) -> Annotation:
    return Annotation(
        image=shortened(visible(document.image), _NAME_CHARACTERS),
        rule=shortened(visible(rule), _NAME_CHARACTERS),
        status=status,
        message=shortened(visible(message), _CHARACTERS),
    )


def _because(document: GateDocument, each: OutcomeSection) -> str:
    """Of rules about growth of figures, what grew most of it."""
    about = subjects(each.rule) if each.kind == "growth" and not each.rule.startswith("growth-of-") else ()
    causes = [cause for why in whys(document) if why.figure in about for cause in why.causes[:1]]
    most = max(causes, key=lambda cause: cause.bytes, default=None)
    return f"; most of it: {_cause(most)}" if most is not None and most.bytes > 0 else ""


def _cause(cause: GateCauseSection) -> str:
    """The layer, and what in it makes up most of the growth."""
    *_, last = main_line(cause)
    named = "" if last is cause else f", {last.name} {signed_bytes(last.bytes)}"
    return f"{cause_place(cause)} {one_line(cause.name)} {signed_bytes(cause.bytes)}{named}".lstrip()
