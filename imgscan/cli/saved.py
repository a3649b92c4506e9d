"""Reports that were saved as JSON, where an image may stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.document import Document


def saved_report(reference: str) -> Document | None:
    """The document in a saved report, or None where the argument is something else."""
    path = Path(reference)
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            content = file.read(64)
            if content.lstrip()[:1] != b"{":
                return None
            content += file.read()
    except OSError:  # what is wrong with it is told when it is opened as an image
        return None
    from reports.json import parse

    return parse(content, path.name)
