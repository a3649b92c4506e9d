"""`imgscan dockerfile IMAGE`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .groups import grouped
from .lineage import Lineage
from .options import OutputOption
from .output import tell, write
from .source import ImageSource

if TYPE_CHECKING:
    from ..image import Image


@grouped
def dockerfile(source: ImageSource, lineage: Lineage, output: OutputOption = None) -> None:
    """The Dockerfile behind the image, as far as its history tells, with sizes as comments.

    What a history does not hold is marked: the sources of copied files, for one. With --parent, --catalog or
    --own it starts FROM the parent image, and leaves out the instructions that came with it. docs/history.md
    says more. In Python: imgscan.open(IMAGE).dockerfile()
    """
    with source.opened(output) as image:
        asked = lineage.own or lineage.parent or lineage.catalog
        text = _on_parent(image, lineage, quiet=source.quiet) if asked else image.dockerfile()
    write(text.encode(errors="backslashreplace"), output)


def _on_parent(image: Image, lineage: Lineage, *, quiet: bool) -> str:
    """The Dockerfile above the parent that was found; where there is none, the whole, and stderr says so."""
    parent = image.parent_entries(lineage.of(image, quiet=quiet))
    if parent is None:
        tell("no parent image with a name is known: all instructions are shown, as of the image's own", quiet=quiet)
        return image.dockerfile()
    if not parent.certain:
        tell(f"that its parent is {parent.name} is a guess: see imgscan parents", quiet=quiet)
    return image.dockerfile(parent.name, parent_entries=parent.entries)
