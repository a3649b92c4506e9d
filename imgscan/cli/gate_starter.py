"""`imgscan gate --init` and `--explain`: what helps to write rules."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from analyzer.errors import OutputError, UsageError

from .output import STANDARD_OUTPUT, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .weighing import Opening


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
