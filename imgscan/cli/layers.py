"""`imgscan layers IMAGE`."""

from __future__ import annotations

from .groups import grouped
from .lineage import Lineage
from .output import tell
from .source import ImageSource
from .tables import TableFormat, TableOutput


@grouped
def layers(source: ImageSource, output: TableOutput, lineage: Lineage) -> None:
    """The layers, lowest first: sizes, and every byte in exactly one class of the ledger.

    docs/metrics.md says what each number means.
    In Python: imgscan.open(IMAGE).layers
    """
    with source.opened(output.path) as image:
        table = lineage.part(image, quiet=source.quiet).layers
        notes = image.notes if output.chosen is TableFormat.table else ()
    for note in notes:
        tell(note, quiet=source.quiet)
    output.print(table, "layers", quiet=source.quiet)
