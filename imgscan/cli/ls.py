"""`imgscan ls IMAGE [PATH]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from analyzer.errors import UsageError

from .groups import grouped
from .lineage import Lineage
from .options import top
from .source import ImageSource, LayerOption
from .tables import TableFormat, TableOutput


@dataclass(frozen=True)
class ListingOutput(TableOutput):
    """The same, but nothing is cut that nobody asked to cut."""

    limit: Annotated[int | None, top("all")] = None


@grouped
def ls(
    source: ImageSource,
    output: ListingOutput,
    lineage: Lineage,
    at: Annotated[str, typer.Argument(metavar="PATH", help="A folder, a file, or a glob such as 'etc/*.conf'.")] = "",
    layer: LayerOption = None,
    all_layers: Annotated[
        bool, typer.Option("--all-layers", help="Every version of each path, with its layer.")
    ] = False,
    recursive: Annotated[bool, typer.Option("--recursive", "-R", help="All that is below as well.")] = False,
) -> None:
    """List files as ls -l does: as a container sees them, or the entries of layers, whiteouts included.

    Times are UTC. A folder that a glob matches is not opened without --recursive. docs/tables.md describes
    the columns under "listing". In Python: imgscan.open(IMAGE).list(PATH)
    """
    if all_layers and layer is not None:
        raise UsageError("--layer and --all-layers: one layer or all of them?", hint="leave out one of the two")
    with source.opened(output.path) as image:
        table = lineage.part(image, quiet=source.quiet).list(at, layer, all_layers=all_layers, recursive=recursive)
    if output.chosen is TableFormat.table:
        from reports.listing import listed

        output.write(listed(output.sorted(table), output.limit, with_layers=all_layers))
    else:
        output.print(table, "listing", quiet=source.quiet)
