"""`imgscan gate --init` and `--explain`: what helps to write rules."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from analyzer.errors import OutputError, UsageError

from .output import STANDARD_OUTPUT, tell, write
from .program import given_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import typer

    from .weighing import Opening


_TAKEN = {
    "--explain": ("--explain", "--quiet"),
    "--init": ("--init", "--image", "--platform", "--estimate-pull", "--output", "--quiet"),
}
_DOES = {"--explain": "--explain only says what a rule asks", "--init": "--init judges nothing"}


def refuse_ignored(context: typer.Context, alone: str | None, images: Sequence[str]) -> None:
    """Raises UsageError for what would not be looked at beside an option that does something of its own."""
    if alone is None:
        return
    if alone == "--explain" and images:
        raise UsageError(f"{images[0]}: {_DOES[alone]}", hint="leave the image out")
    for option in given_options(context):
        if option not in _TAKEN[alone]:
            raise UsageError(f"{option}: {_DOES[alone]}", hint=f"leave {option} or {alone} out")


def explain(rule: str) -> None:
    """Print what a rule asks. Raises UsageError for one that there is not."""
    from analyzer.gates.explained import explain as explained

    write(explained(rule).encode(), STANDARD_OUTPUT)


def start(images: Sequence[str], chosen: str | None, opening: Opening, outputs: Sequence[Path]) -> None:
    """Print a settings file for an image, or write it where none is. Raises UsageError, OutputError, ImageReadError."""
    if len(images) != 1 or len(outputs) > 1:
        raise UsageError("--init takes one image, and writes one file")
    path = outputs[0] if outputs else STANDARD_OUTPUT
    if path != STANDARD_OUTPUT and os.path.lexists(path):
        raise OutputError(f"{path} is there already", hint="name another file, or print and copy what you need")
    image = opening.image_at(images[0], chosen)
    write(image.starter(estimate_pull=opening.estimate_pull).encode(), path)
    if path != STANDARD_OUTPUT:
        tell(f"wrote {path}", quiet=opening.quiet)
