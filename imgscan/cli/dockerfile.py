"""`imgscan dockerfile IMAGE`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .groups import grouped
from .source import ImageSource


@grouped
def dockerfile(
    source: ImageSource,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file; - is standard output.")
    ] = None,
) -> None:
    """The Dockerfile behind the image, as far as its history tells, with sizes as comments.

    What a history does not hold is marked: the sources of copied files, for one. docs/history.md says more.
    In Python: imgscan.open(IMAGE).dockerfile()
    """
    from .output import write

    with source.opened(output) as image:
        text = image.dockerfile()
    write(text.encode(errors="backslashreplace"), output)
