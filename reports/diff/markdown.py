"""A comparison as Markdown for pull requests: what grew and why in sight, the rest folded, never longer than allowed.

GitHub takes 65,536 characters in a comment. What stands in sight is bounded by its own limits; folded tables share
the room that is left, and say how many rows they had to leave out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..formatting import counted, signed_bytes
from ..markdown_parts import (
    INSTRUCTION_CHARACTERS,
    LIMIT,
    NAME_CHARACTERS,
    PATH_CHARACTERS,
    fitting,
    make_table,
    path_span,
    span,
)
from . import words
from .markdown_tables import folded_sections
from .parts import UNOWNED, Part, layer_of, parts_of, reasons, rest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .document import DiffDocument, ReorderingSection
    from .markdown_tables import Folded

_WHY_CHARACTERS = 12_000
_LEVELS = (5, 4, 3, 2)
_NOTES = 5
_FOLD = "<details>\n<summary>{}</summary>\n\n{}\n\n</details>"
_FOLD_CHARACTERS = 200


def render(document: DiffDocument) -> str:
    """The comparison as GitHub-flavoured Markdown; equal documents give equal text."""
    opening = [
        f"## {_names(document)}",
        _verdict(document),
        _measures(document),
        *_notes(document),
        *_why(document),
        *_update(document),
        *_strict(document),
    ]
    closing = f"<sub>imgscan · diff schema {span(document.schema_version, NAME_CHARACTERS)}</sub>\n"
    room = LIMIT - sum(len(each) + 2 for each in (*opening, closing))
    return "\n\n".join([*opening, *_folds(folded_sections(document), room), closing])


def _names(document: DiffDocument) -> str:
    names = [span(each.image.name, NAME_CHARACTERS) for each in (document.old, document.new)]
    platforms = dict.fromkeys(each.image.platform for each in (document.old, document.new) if each.image.platform)
    told = " → ".join(span(each, NAME_CHARACTERS) for each in platforms)
    return " → ".join(names) + (f" · {told}" if told else "")


def _verdict(document: DiffDocument) -> str:
    found = [] if document.identical else reasons(document)
    named = ", ".join(f"{_name(each)} {signed_bytes(each.bytes)}" for each in found)
    return f"**{words.verdict(document)}**" + (f": {named}" if named else ".")


def _name(part: Part) -> str:
    """A part of the growth: its name, with its versions where it has any."""
    if part.name == UNOWNED:
        return UNOWNED
    name = path_span(part.title)
    return f"{name} {span(part.versions, NAME_CHARACTERS)}" if part.versions else name


def _measures(document: DiffDocument) -> str:
    rows = [[each.name, *each.texts, each.relative] for each in words.measures(document)]
    return make_table(["", "Old:", "New:", "Growth:", "%:"], rows)


def _notes(document: DiffDocument) -> Iterable[str]:
    yield from (f"> **Note** {span(each, 2 * PATH_CHARACTERS)}" for each in document.notes[:_NOTES])
    if len(document.notes) > _NOTES:
        yield f"> and {counted(len(document.notes) - _NOTES, 'more note')}"


def _why(document: DiffDocument) -> Iterable[str]:
    """Blocks that say what grew, as a list by layer, package, directory and file; cut where it becomes long."""
    parts = parts_of(document.growth.layers, _LEVELS)
    if not parts:
        return
    lines = list(_items(document, parts, rest_of(document.growth.bytes, parts), 0))
    shown = fitting(lines, _WHY_CHARACTERS)
    yield "### Why"
    yield "\n".join(shown)
    if len(shown) < len(lines):
        yield f"and {counted(len(lines) - len(shown), 'more line')}"


def _items(document: DiffDocument, parts: Sequence[Part], rest: int, depth: int) -> Iterable[str]:
    indent = "  " * depth
    for each in parts:
        amount = signed_bytes(each.bytes)
        yield f"{indent}- {f'**{amount}**' if not depth else amount} {_described(document, each)}"
        yield from _items(document, each.parts, each.rest, depth + 1)
    if rest:
        yield f"{indent}- {signed_bytes(rest)} others"


def _described(document: DiffDocument, part: Part) -> str:
    layer = layer_of(document, part)
    if layer is None:
        return _name(part)
    instruction = span(layer.instruction, INSTRUCTION_CHARACTERS)
    return f"layer {words.place(layer)} {span(layer.status, NAME_CHARACTERS)} {instruction}".rstrip()


def _update(document: DiffDocument) -> Iterable[str]:
    cost = document.cost
    told = words.update(cost)
    yield f"**Update:** {told}" + (f"; {words.least(cost)}." if cost.layers else ".")
    yield from map(_reordering, cost.reorderings[:1])


def _reordering(each: ReorderingSection) -> str:
    cause = span(each.cause_instruction, INSTRUCTION_CHARACTERS)
    layers = counted(len(each.layers), "unchanged layer")
    return f"**Order:** below layer {each.cause} {cause}, {layers} could have stayed cached: {words.kept(each)}."


def _strict(document: DiffDocument) -> Iterable[str]:
    if document.strict is None:
        return
    if not document.strict:
        yield "**Strict:** the same, down to single bytes."
        return
    first = document.strict[0]
    level, where = span(first.level, NAME_CHARACTERS), span(first.where, PATH_CHARACTERS)
    yield f"**Strict:** the first difference is at level {level}: {where}"


def _folds(sections: Sequence[Folded], room: int) -> Iterable[str]:
    """Each section with as many lines as its part of the room holds; what one leaves over goes to those after it."""
    for at, each in enumerate(sections):
        share = room // (len(sections) - at) - _FOLD_CHARACTERS
        text = _fold(each, share)
        room -= len(text) + 2
        yield text


def _fold(section: Folded, room: int) -> str:
    fixed = sum(len(line) + 1 for line in (section.title, *section.opening, *section.closing))
    shown = fitting(section.lines, room - fixed)
    left_out = section.count - len(shown)
    blocks = ["\n".join([*section.opening, *shown, *section.closing])] if shown else []
    blocks += [f"and {counted(left_out, f'more {section.noun}')}"] if left_out else []
    return _FOLD.format(section.title, "\n\n".join(blocks))
