"""`imgscan waste IMAGE`."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Annotated

import typer

from .groups import grouped
from .lineage import Lineage, tell_waste_below
from .source import ImageSource
from .tables import TableOutput


class By(str, Enum):
    """What waste is summed up by."""

    path = "path"
    cause = "cause"
    layer = "layer"
    directory = "directory"


@grouped
def waste(
    source: ImageSource,
    output: TableOutput,
    lineage: Lineage,
    by: Annotated[By, typer.Option("--by", help="One row a file, or sums.")] = By.path,
) -> None:
    """Bytes that are stored and pulled and that no container sees: which layer holds them, which hid them, why.

    Causes: overwritten (other content at the same path), recopied (the same content stored again: chown, chmod,
    touch), removed (hidden by a removal), repeated (twice in one layer). In Python: imgscan.open(IMAGE).waste
    """
    if output.sort is not None and by is not By.path:
        from analyzer.tables import WASTE_BY
        from reports.sorting import check

        check(output.sort, WASTE_BY[by.value].names)
    with source.opened(output.path) as image:
        part = lineage.part(image, quiet=source.quiet)
        table = part.waste_by(by.value)
        # Layers are in their order, so the first are not those that matter: none is left out unasked.
        chosen = part.waste_by(by.value, output.limit) if by is By.layer and output.sort is None else table
        tell_waste_below(part, quiet=source.quiet)
    if by is By.layer and output.limit is None:
        output = replace(output, limit=table.num_rows)
    output.print(chosen, "waste" if by is By.path else "sums", quiet=source.quiet)
    output.tell_cut(table.num_rows - chosen.num_rows, quiet=source.quiet)
