"""`imgscan sql IMAGE STATEMENT`."""

from __future__ import annotations

from typing import Annotated

import typer

from analyzer.errors import UsageError
from analyzer.reference import is_there

from .groups import grouped
from .lineage import Lineage
from .source import ImageSource
from .tables import TableOutput


@grouped
def sql(
    source: ImageSource,
    statement: Annotated[str, typer.Argument(metavar="STATEMENT", help='For instance "select * from layers".')],
    output: TableOutput,
    lineage: Lineage,
) -> None:
    """Run SQL (DuckDB's dialect) over the tables changes, rootfs, layers, waste, history, packages and findings.

    In Python: imgscan.open(IMAGE).sql(STATEMENT)
    """
    if is_there(statement) and len(source.reference.split()) > 1 and not is_there(source.reference):
        raise UsageError(f"{statement} is no statement", hint="the image comes first: sql IMAGE STATEMENT")
    with source.opened(output.path) as image:
        table = lineage.part(image, quiet=source.quiet).sql(statement)
    output.print(table, "result", quiet=source.quiet)
