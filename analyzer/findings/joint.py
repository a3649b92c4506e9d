"""Edits that several findings make of one instruction of a Dockerfile, as one: each alone would undo the others."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from .advice import is_amendable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..instructions.dockerfile import WrittenInstruction
    from .advice import Amend
    from .model import Finding

_COPY_FLAGS = re.compile(r"\s*(?:COPY|ADD)((?:\s+--\S+)*)", re.IGNORECASE)


class Joint(Struct, frozen=True):
    """By place of a finding, the ``names`` of those that edit an instruction, and its ``lines`` with all their edits.

    ``lines`` are None where that takes a human.
    """

    names: dict[int, str]
    lines: list[str] | None

    def remark(self, place: int) -> str:
        """What the finding at this place says of the other edits."""
        first, name = next(iter(self.names.items()))
        if self.lines is None:
            return f" (also edited for {self._others(place)})"
        return "" if place == first else f" ({name} has all edits of this line in one)"

    def together(self, place: int) -> tuple[str, list[str]] | None:
        """The lines with all edits, which the first of the findings shows, behind what introduces them."""
        if self.lines is None or place != next(iter(self.names)):
            return None
        return f"or, with what is advised for {self._others(place)}, too:", self.lines

    def _others(self, place: int) -> str:
        return ", ".join(name for each, name in self.names.items() if each != place)


def joint_edits(found: Sequence[Finding], written: Sequence[WrittenInstruction | None]) -> dict[int, Joint]:
    """By line of the Dockerfile the edits of instructions that several findings amend."""
    amends: defaultdict[int, dict[int, Amend]] = defaultdict(dict)
    instructions: dict[int, WrittenInstruction] = {}
    for place, finding in enumerate(found):
        for part in finding.advice if is_amendable(finding.advice, written) else ():
            instruction = None if part.layer is None else written[part.layer]
            if instruction and part.amend and part.amended(written) is not None:
                amends[instruction.line][place] = part.amend
                instructions[instruction.line] = instruction
    return {
        line: Joint(_names(found, list(each)), _all_at_once(instructions[line], _in_order(found, each)))
        for line, each in amends.items()
        if len(each) > 1
    }


def _names(found: Sequence[Finding], places: Sequence[int]) -> dict[int, str]:
    """The rules of these findings, with layers where several are of one rule."""
    rules = Counter(found[place].rule for place in places)
    return {
        place: each.rule if rules[each.rule] == 1 else f"{each.rule} in layer {each.layer}"
        for place, each in ((place, found[place]) for place in places)
    }


def _in_order(found: Sequence[Finding], amends: Mapping[int, Amend]) -> list[Amend]:
    """The edits in the order of what they replace: of two owners it is the later that stays."""
    return [amends[place] for place in sorted(amends, key=lambda place: (found[place].layer or 0, place))]


def _all_at_once(instruction: WrittenInstruction, amends: Sequence[Amend]) -> list[str] | None:
    """The lines with one edit after the other; None where one of them leaves nothing to edit."""
    for amend in amends:
        lines = amend(instruction)
        if not lines:
            return None
        flags = _COPY_FLAGS.match(lines[0])
        step = replace(instruction.step, flags=tuple(flags[1].split())) if flags else instruction.step
        instruction = replace(instruction, source=tuple(lines), step=step)
    return list(instruction.source)
