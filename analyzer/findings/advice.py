"""What to change, said by what the history knows, and, where a Dockerfile is at hand, by its own lines."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from .redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..instructions.dockerfile import WrittenInstruction
    from .model import Findings

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
    located = tuple(
        replace(
            each,
            dockerfile_line=_line(written, each.layer),
            edit="\n".join(text for part in each.advice if (text := _shown(part, file, written))) or each.edit,
        )
        for each in findings.found
    )
    return replace(findings, found=located)


def _line(written: Sequence[WrittenInstruction | None], layer: int | None) -> int | None:
    instruction = None if layer is None else written[layer]
    return instruction.line if instruction else None


def _shown(part: Part, file: str, written: Sequence[WrittenInstruction | None]) -> str:
    instruction = None if part.layer is None else written[part.layer]
    amended = part.amend(instruction) if part.amend and instruction else None
    if instruction is None or amended is None:
        return part.text
    changes = difflib.unified_diff(instruction.source, amended, n=1, lineterm="")
    lines = [redacted(line) for line in list(changes)[2:] if not line.startswith("@@ ")]
    return "\n".join([f"{file}:{instruction.line}", *lines])
