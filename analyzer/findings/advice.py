"""What to change, said by what the history knows, and, where a Dockerfile is at hand, by its own lines."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from .joint import joint_edits
from .redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..instructions.dockerfile import WrittenInstruction
    from .joint import Joint
    from .model import Finding, Findings

Amend: TypeAlias = "Callable[[WrittenInstruction], list[str] | None]"
"""From an instruction of a Dockerfile to the lines that should stand there; None where that takes a human."""


class Part(Struct, frozen=True):
    """A line of advice. Where ``amend`` can amend what made ``layer``, the amended lines stand in its place.

    Without a ``text``, it is told only then.
    """

    text: str
    layer: int | None = None
    amend: Amend | None = None


Advice: TypeAlias = "tuple[Part, ...]"


def said(text: str) -> Advice:
    """Advice that no line can be shown for."""
    return (Part(text),)


def wording(advice: Advice) -> str:
    """All of the advice, without a Dockerfile."""
    return "\n".join(part.text for part in advice if part.text)


def in_dockerfile(findings: Findings, file: str, written: Sequence[WrittenInstruction | None]) -> Findings:
    """The findings with the lines of ``file``, in which ``written`` are the instructions that made each layer."""
    joint = joint_edits(findings.found, written)

    def edit(place: int, finding: Finding) -> str:
        shown = (_shown(part, file, written, joint, place) for part in finding.advice)
        return "\n".join(text for text in shown if text) or finding.edit

    located = tuple(
        replace(each, dockerfile_line=_line(written, each.layer), edit=edit(place, each))
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
    instruction = None if part.layer is None else written[part.layer]
    amended = part.amend(instruction) if part.amend and instruction else None
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
