"""Texts of edits, made from the real instruction and the real paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import amending
from .advice import Part, said
from .amending import appended
from .naming import is_complete, named_paths
from .sweeping import free_above, removal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..arrays import Ints
    from .advice import Advice, Amend
    from .context import Context
    from .made import Edit

_INSTRUCTION_SHOWN = 120
_LAYERS_DESCRIBED = 3
# What the classic builder leaves of sources: `COPY file:5f2a… in /etc/motd`.
_COPY = re.compile(r"(COPY|ADD) ((?:--\S+ )*)((?:file|dir|multi):[0-9a-f]+ in )?(.*)", re.DOTALL)


def at_the_end(command: str) -> Edit:
    """Run ``command`` where the files come from, so that they are gone before the layer is stored."""

    def edit(context: Context, layer: int, names: Ints) -> Advice:
        return _amended(context, layer, names, lambda line: f"{line} && {command}", appended(command))

    return edit


def with_option(installs: str, option: str, otherwise: str) -> Edit:
    """Give each command that ``installs`` matches an ``option``; where there is none, run ``otherwise`` at the end."""
    command = re.compile(installs)

    def amend(line: str) -> str:
        amended = amending.with_option(line, command, option)
        return amended if amended != line else f"{line} && {otherwise}"

    def edit(context: Context, layer: int, names: Ints) -> Advice:
        return _amended(context, layer, names, amend, amending.optioned(command, option, otherwise))

    return edit


def removed() -> Edit:
    """Remove the paths themselves where the files come from."""

    def edit(context: Context, layer: int, names: Ints) -> Advice:
        paths = named_paths(context, names)
        in_file = appended(f"rm -rf {paths}") if is_complete(paths) else None
        return _amended(context, layer, names, lambda line: f"{line} && rm -rf {paths}", in_file)

    return edit


def cleared(free: Ints) -> Edit:
    """Have the RUN remove those of the folders that are ``free`` to go with such files, and nothing of lower layers."""

    def edit(context: Context, layer: int, names: Ints) -> Advice:
        command = removal(context, free_above(context, free, layer), names)
        in_file = appended(command) if is_complete(command) else None
        return _amended(context, layer, names, lambda line: f"{line} && {command}", in_file)

    return edit


def left_out(advice: str) -> Edit:
    """Do not store the files: ``advice`` for a RUN, whose paths go in place of ``PATHS``."""

    def edit(context: Context, layer: int, names: Ints) -> Advice:
        line = context.instructions[layer]
        if is_copy(line):
            return not_copied(context, line, names)
        return said(advice.replace("PATHS", named_paths(context, names)))

    return edit


def not_copied(context: Context, line: str, names: Ints) -> Advice:
    """Advice for a COPY or ADD of more than is needed."""
    return said(
        f"leave out of what {brief(line)} copies, by .dockerignore or in the stage or archive that it comes from: "
        f"{named_paths(context, names)}"
    )


def _amended(context: Context, layer: int, names: Ints, amend: Callable[[str], str], in_file: Amend | None) -> Advice:
    line = context.instructions[layer]
    if is_copy(line):
        return not_copied(context, line, names)
    if line.startswith("RUN "):
        return (Part(amend(brief(line)), layer, in_file),)
    return said(f"where layer {layer} is made: {amend('RUN …')}")


def is_copy(line: str) -> bool:
    """Whether an instruction copies files from outside."""
    return line.startswith(("COPY ", "ADD "))


def copied_with(line: str, options: str) -> str:
    """The COPY or ADD with further options; sources that the history does not tell become an ellipsis.

    >>> copied_with("COPY dir:4bb2cf in /srv/", "--chown=1:1")
    'COPY --chown=1:1 … /srv/'
    """
    match = _COPY.fullmatch(line)
    if match is None:
        return line
    verb, before, unknown, rest = match.groups()
    return brief(f"{verb} {options} {before}{'… ' if unknown else ''}{rest}")


def brief(line: str) -> str:
    """The start of an instruction, with an ellipsis for what is left out."""
    match = _COPY.fullmatch(line)
    if match is not None and match[3]:
        line = f"{match[1]} {match[2]}… {match[4]}"
    return line if len(line) <= _INSTRUCTION_SHOWN else line[: _INSTRUCTION_SHOWN - 1].rstrip() + "…"


def all_described(context: Context, layers: Sequence[int]) -> str:
    """The first few layers and their instructions."""
    return " and ".join(described(context, each) for each in layers[:_LAYERS_DESCRIBED])


def described(context: Context, layer: int) -> str:
    """A layer and its instruction: ``layer 3 (RUN chmod …)``."""
    line = context.instructions[layer]
    return f"layer {layer} ({brief(line)})" if line else f"layer {layer}"
