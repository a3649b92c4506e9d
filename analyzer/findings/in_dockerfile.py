"""Advice by the lines of a Dockerfile, where one is at hand."""

from __future__ import annotations

import difflib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from .advice import is_amendable, said
from .joint import joint_edits
from .redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..instructions.dockerfile import WrittenInstruction
    from .advice import Advice, Part
    from .joint import Joint
    from .model import Finding, Findings


def in_dockerfile(findings: Findings, file: str, written: Sequence[WrittenInstruction | None]) -> Findings:
    """The findings with the lines of ``file``, in which ``written`` are the instructions that made each layer."""
    joint = joint_edits(findings.found, written)

    def advise(place: int, finding: Finding) -> Advice:
        if not is_amendable(finding.advice, written):
            return finding.advice
        shown = (_shown(part, file, written, joint, place) for part in finding.advice)
        return said("\n".join(text for text in shown if text) or finding.edit)

    located = tuple(
        replace(each, dockerfile_line=_line(written, each.layer), advise=partial(advise, place, each))
        for place, each in enumerate(findings.found)
    )
    return replace(findings, found=located)


def _line(written: Sequence[WrittenInstruction | None], layer: int | None) -> int | None:
    instruction = None if layer is None else written[layer]
    return instruction.line if instruction else None


def _shown(
    part: Part, file: str, written: Sequence[WrittenInstruction | None], joint: Mapping[int, Joint], place: int
) -> str:
    """What a part of the finding at this ``place`` says."""
    instruction, amended = None if part.layer is None else written[part.layer], part.amended(written)
    if instruction is None or amended is None:
        return part.text
    head, lines = f"{file}:{instruction.line}", _changes(instruction, amended)
    others = joint.get(instruction.line)
    if others is None:
        return "\n".join([head, *lines])
    if (together := others.together(place)) is not None:
        introduction, all_edits = together
        lines += [introduction, *_changes(instruction, all_edits)]
    return "\n".join([head + others.remark(place), *lines])


def _changes(instruction: WrittenInstruction, amended: Sequence[str]) -> list[str]:
    """The lines that go and those that come, with a line around them."""
    changes = difflib.unified_diff(instruction.source, amended, n=1, lineterm="")
    return [redacted(line) for line in list(changes)[2:] if not line.startswith("@@ ")]
