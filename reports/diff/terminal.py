"""A comparison in a terminal: `summary` on one screen, `details` with all that the document holds."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ..formatting import counted, decimal_bytes, one_line, shortened, shortened_path, signed_bytes, visible
from ..tables import align
from . import words
from .details import details, package_versions, part_name
from .parts import parts_of, reasons

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .document import DiffDocument, LayerPairSection
    from .parts import Part

__all__ = ["WIDTH", "details", "summary"]

WIDTH = 100
LAYERS_SHOWN = 4
PACKAGES_SHOWN = 3
CONFIG_SHOWN = 3
FOLDERS_SHOWN = 2
NOTES_SHOWN = 2
_LABEL = 8
_NAME = 44
_PATH = 48


def summary(document: DiffDocument) -> str:
    """At most 35 lines of at most 100 characters, the sentence aside, which is never cut; without colours."""
    blocks = (
        [_why(document), _facts(_update(document), _notes(document))]
        if document.identical
        else [
            _measures(document),
            _why(document),
            _layers(document),
            _facts(
                _packages(document),
                _config(document),
                _files(document),
                _update(document),
                _strict(document),
                _notes(document),
            ),
        ]
    )
    return "\n".join([_title(document), *filter(None, blocks)])


def _measures(document: DiffDocument) -> str:
    """The headline numbers, old beside new."""
    rows = words.measures(document)
    columns = [
        ["  " + each.name.lower() for each in rows],
        [each.texts[0] for each in rows],
        ["→" for _ in rows],
        [each.texts[1] for each in rows],
        [each.texts[2] if each.growth else "" for each in rows],
        [each.relative for each in rows],
    ]
    return align(columns, [False, True, False, True, True, True], WIDTH)


def _title(document: DiffDocument) -> str:
    sides = document.old.image, document.new.image
    names = " → ".join(shortened_path(visible(each.name), _NAME) for each in sides)
    facts = " → ".join(dict.fromkeys(visible(each.platform) for each in sides if each.platform))
    return _line(f"{names}  ({facts})" if facts else names)


def _why(document: DiffDocument) -> str:
    """The verdict, and what explains most of it."""
    found = reasons(document)
    told = words.verdict(document)
    if not found:
        return told + ".\n"
    return f"{told}:\n  {_listed(found)}\n"


def _listed(parts: Iterable[Part]) -> str:
    return ", ".join(f"{part_name(each, _PATH)}: {signed_bytes(each.bytes)}" for each in parts)


def _layers(document: DiffDocument) -> str:
    """Layers that are not the same, those that weigh most in the growth first, each with what it consists of."""
    layers = list(enumerate(document.layers))
    differing = [(at, each) for at, each in layers if each.status != words.SAME or each.growth]
    telling = [(at, each) for at, each in differing if each.status != words.CHANGED or each.growth] or differing
    shown = sorted(telling, key=lambda each: -abs(each[1].growth))[:LAYERS_SHOWN]
    below = {each.pair: each for each in parts_of(document.growth.layers, [len(layers), 3, 2])}
    consist_of = (_consists_of(below.get(at)) for at, _ in shown)
    lines = zip(_aligned([each for _, each in shown]).splitlines(keepends=True), consist_of, strict=True)
    rest = [each for at, each in differing if at not in dict(shown)]
    told = _line(f"Layers: {words.statuses(document.layers)}")
    return told + "".join(chain.from_iterable(lines)) + _other_layers(rest)


def _aligned(layers: Sequence[LayerPairSection]) -> str:
    columns = [
        ["  " + signed_bytes(each.growth) for each in layers],
        [visible(each.status) for each in layers],
        [words.place(each) for each in layers],
        [one_line(each.instruction) or "(instruction unknown)" for each in layers],
    ]
    return align(columns, [True, False, True, False], WIDTH)


def _consists_of(part: Part | None) -> str:
    """The parts of a layer in one line; of a lone one also its own."""
    if part is None or not part.parts:
        return ""
    inside = part.parts[0].parts if len(part.parts) == 1 else ()
    told = _listed(part.parts) + (f" ({_listed(inside)})" if inside else "")
    left = f", others: {signed_bytes(part.rest)}" if part.rest else ""
    return _line(f"      {told}{left}")


def _other_layers(rest: Sequence[LayerPairSection]) -> str:
    if not rest:
        return ""
    total = signed_bytes(sum(each.growth for each in rest))
    return _line(f"  and {counted(len(rest), 'more layer')}, {total} together: {words.places(rest)}")


def _facts(*facts: Iterable[tuple[str, str]]) -> str:
    """Lines that each say in front what they are about."""
    return "".join(_line(f"{label:<{_LABEL}}  {text}") for label, text in chain.from_iterable(facts))


def _packages(document: DiffDocument) -> Iterable[tuple[str, str]]:
    """The names only: what they weigh is told with the layers."""
    shown = document.packages[:PACKAGES_SHOWN]
    if shown:
        names = ", ".join(shortened(f"{visible(each.name)} {package_versions(each)}", _NAME) for each in shown)
        count = len(document.packages) + document.packages_omitted
        yield "packages", f"{count:,} changed: {names}{_and_more(count - len(shown))}"


def _config(document: DiffDocument) -> Iterable[tuple[str, str]]:
    changes = document.config
    names = [shortened(visible(each.field), _NAME) for each in changes[:CONFIG_SHOWN]]
    if len(changes) == 1:
        values = [shortened(visible(each or "not set"), _NAME // 2) for each in (changes[0].old, changes[0].new)]
        yield "config", f"{names[0]}: {' → '.join(values)}"
    elif changes:
        more = _and_more(len(changes) - len(names))
        yield "config", f"{counted(len(changes), 'field')}: {', '.join(names)}{more}"


def _files(document: DiffDocument) -> Iterable[tuple[str, str]]:
    yield "files", words.counts(document)
    for each in document.files.moved_folders[:FOLDERS_SHOWN]:
        places = " → ".join(shortened_path(visible(folder), _PATH // 2) or "/" for folder in (each.old_path, each.path))
        yield "moved", f"{places}: {counted(each.paths, 'path')}, {decimal_bytes(each.bytes)}"


def _update(document: DiffDocument) -> Iterable[tuple[str, str]]:
    cost = document.cost
    yield "update", words.update(cost)
    if cost.layers:
        yield "", words.least(cost)
    for each in cost.reorderings[:1]:
        instruction = one_line(each.cause_instruction)
        layers = counted(len(each.layers), "unchanged layer")
        yield "order", f"below layer {each.cause}, {layers} could stay cached, {words.kept(each)}: {instruction}"


def _strict(document: DiffDocument) -> Iterable[tuple[str, str]]:
    """The outermost level that differs, and the innermost: where it begins."""
    if document.strict is None:
        return
    if not document.strict:
        yield "strict", "the same, down to single bytes"
        return
    first, last = document.strict[0], document.strict[-1]
    yield "strict", f"the first difference is at level {visible(first.level)}: {visible(first.where)}"
    if len(document.strict) > 1:
        yield "", f"the innermost at level {visible(last.level)}: {visible(last.where)}"


def _notes(document: DiffDocument) -> Iterable[tuple[str, str]]:
    notes = document.notes
    yield from (("note", visible(each)) for each in notes[:NOTES_SHOWN])
    if len(notes) > NOTES_SHOWN:
        yield "note", f"and {counted(len(notes) - NOTES_SHOWN, 'more note')}"


def _and_more(count: int) -> str:
    return f" and {count:,} more" if count else ""


def _line(text: str) -> str:
    return shortened(text, WIDTH) + "\n"
