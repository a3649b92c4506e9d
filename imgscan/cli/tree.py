"""`imgscan tree IMAGE…`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from .others import CatalogOption, PlatformOption, QuietOption, catalog_at, read
from .output import OutputOption, line_width, refuse_to_replace, write


class TreeFormat(str, Enum):
    """How the tree is drawn."""

    tree = "tree"
    json = "json"
    dot = "dot"
    mermaid = "mermaid"


def tree(
    images: Annotated[list[str], typer.Argument(metavar="IMAGE…", help="Files or folders, as for other commands.")],
    catalog: CatalogOption = None,
    platform: PlatformOption = None,
    form: Annotated[TreeFormat, typer.Option("--format", "-f", help="Text, or for other programs.")] = TreeFormat.tree,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Draw which images stand on the same lower layers, with the bytes of each and what sharing saves.

    Lower layers that several images share and that are none of them have the name that a catalog knows.
    """
    from analyzer.inheritance.forest import forest
    from reports import forest as drawn

    for each in images:
        refuse_to_replace(each, output)
    known = [image.known() for each in images for image in read(each, None, platform, quiet=quiet)]
    found = forest(known, catalog_at(catalog).images())
    width = line_width(output)
    draw = {
        TreeFormat.tree: lambda: drawn.readable(found, width),
        TreeFormat.json: lambda: drawn.json(found),
        TreeFormat.dot: lambda: drawn.dot(found),
        TreeFormat.mermaid: lambda: drawn.mermaid(found),
    }
    write(draw[form]().encode(), output)
