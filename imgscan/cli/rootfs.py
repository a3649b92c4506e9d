"""`imgscan rootfs IMAGE`."""

from __future__ import annotations

from .groups import grouped
from .lineage import Lineage
from .source import ImageSource
from .tables import TableOutput


@grouped
def rootfs(source: ImageSource, output: TableOutput, lineage: Lineage) -> None:
    """What a container of the image sees: one row a path.

    Each row says which layer and which row of `changes` it comes from. docs/tables.md describes the columns.
    In Python: imgscan.open(IMAGE).rootfs
    """
    with source.opened(output.path) as image:
        table = lineage.part(image, quiet=source.quiet).rootfs
    output.print(table, "rootfs", quiet=source.quiet)
