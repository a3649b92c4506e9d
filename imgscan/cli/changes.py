"""`imgscan changes IMAGE`."""

from __future__ import annotations

from .groups import grouped
from .lineage import Lineage
from .source import ImageSource
from .tables import TableOutput


@grouped
def changes(source: ImageSource, output: TableOutput, lineage: Lineage) -> None:
    """Every tar entry of every layer: one row each, in layer and tar order.

    Paths that a later layer hides are here too. docs/tables.md describes the columns.
    In Python: imgscan.open(IMAGE).changes
    """
    with source.opened(output.path) as image:
        table = lineage.part(image, quiet=source.quiet).changes
    output.print(table, "changes", quiet=source.quiet)
