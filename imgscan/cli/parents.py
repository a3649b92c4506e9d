"""`imgscan parents IMAGE`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from .endings import form_of
from .groups import grouped
from .lineage import inheritance
from .options import FORMAT, BytesOption, CatalogOption, OutputOption, ParentOption
from .others import catalog_at
from .output import line_width, write
from .source import ImageSource


class ParentsFormat(str, Enum):
    """How the parents are printed."""

    table = "table"
    json = "json"


_ENDINGS = {"txt": ParentsFormat.table, "json": ParentsFormat.json}


@grouped
def parents(
    source: ImageSource,
    catalog: CatalogOption = None,
    parent: ParentOption = None,
    form: Annotated[ParentsFormat | None, FORMAT] = None,
    output: OutputOption = None,
    exact: BytesOption = False,  # noqa: ARG001 - its callback does it
) -> None:
    """The chain of parent images, root first, each with its evidence, and what is inherited from them in bytes.

    Evidence, the strongest first: chain-id (certain), annotation, history, content, boundary (a guess),
    os-release. docs/parents.md explains each. In Python: imgscan.open(IMAGE).parents()
    """
    from reports import parents as shown

    chosen = form or form_of(output, _ENDINGS, ParentsFormat.table)
    if catalog is not None:
        catalog_at(catalog)
    with source.opened(output) as image:
        found = inheritance(image, catalog, parent or [], quiet=source.quiet)
    if chosen is ParentsFormat.json:
        text = shown.json(found, image.name)
    else:
        text = shown.readable(found, image.name, image.layers.num_rows, line_width(output))
    write(text.encode(), output)
