"""`imgscan dockerfile IMAGE`."""

from __future__ import annotations

from .groups import grouped
from .output import OutputOption
from .source import ImageSource


@grouped
def dockerfile(
    source: ImageSource,
    output: OutputOption = None,
) -> None:
    """The Dockerfile behind the image, as far as its history tells, with sizes as comments.

    What a history does not hold is marked: the sources of copied files, for one. docs/history.md says more.
    In Python: imgscan.open(IMAGE).dockerfile()
    """
    from .output import write

    with source.opened(output) as image:
        text = image.dockerfile()
    write(text.encode(errors="backslashreplace"), output)
