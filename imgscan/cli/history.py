"""`imgscan history IMAGE`."""

from __future__ import annotations

from .groups import grouped
from .lineage import Lineage
from .lines import Lines
from .output import tell
from .source import ImageSource
from .tables import TableFormat, TableOutput


@grouped
def history(source: ImageSource, output: TableOutput, lines: Lines, lineage: Lineage) -> None:
    """What each instruction of the build cost: its files, what there is to pull, what it wasted.

    In the order of the build, the parent image's instructions first. docs/history.md says how instructions are
    told, and what stays unknown. In Python: imgscan.open(IMAGE).history
    """
    with source.opened(output.path) as image:
        found = lines.of(image, quiet=source.quiet)
        part = lineage.part(image, quiet=source.quiet)
        table = part.history_in(found) if found else part.history
        notes = part.history_notes if output.chosen is TableFormat.table else ()
    for note in notes:
        tell(note, quiet=source.quiet)
    output.print(table, "history", quiet=source.quiet)
