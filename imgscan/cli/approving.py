"""The command that approves of what an image weighs."""

from __future__ import annotations

from shlex import join
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from .weighing import Opening


def approval(reference: str, file: Path, opening: Opening) -> str:
    """What renews the entry of an image in a baseline file, opened as it is now; why is left to whoever runs it."""
    lineage = opening.lineage
    options = [
        *(word for parent in lineage.parent or [] for word in ("--parent", parent)),
        *(("--catalog", str(lineage.catalog)) if lineage.catalog else ()),
        *(("--platform", opening.platform) if opening.platform else ()),
        *(("--estimate-pull",) if opening.estimate_pull else ()),
    ]
    return f'{join(["imgscan", "baseline", "update", reference, "--file", str(file), *options])} --reason "…"'
