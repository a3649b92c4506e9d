"""`imgscan parents IMAGE`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from .groups import grouped
from .lineage import ParentOption, inheritance
from .others import CatalogOption
from .output import OutputOption, line_width, write
from .source import ImageSource


class ParentsFormat(str, Enum):
    """How the parents are printed."""

    table = "table"
    json = "json"


@grouped
def parents(
    source: ImageSource,
    catalog: CatalogOption = None,
    parent: ParentOption = None,
    form: Annotated[
        ParentsFormat, typer.Option("--format", "-f", help="A table to read, or JSON.")
    ] = ParentsFormat.table,
    output: OutputOption = None,
) -> None:
    """The chain of parent images, root first, each with its evidence, and what is inherited from them in bytes.

    Evidence, the strongest first: chain-id (certain), annotation, history, content, boundary (a guess),
    os-release. docs/parents.md explains each. In Python: imgscan.open(IMAGE).parents()
    """
    from reports import parents as shown

    with source.opened(output) as image:
        found = inheritance(image, catalog, parent or [], quiet=source.quiet)
    if form is ParentsFormat.json:
        text = shown.json(found, image.name)
    else:
        text = shown.readable(found, image.name, image.layers.num_rows, line_width(output))
    write(text.encode(), output)
