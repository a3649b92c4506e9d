"""`imgscan sql IMAGE STATEMENT`."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import (
    EntriesOption,
    ImageArgument,
    ImageOption,
    LayerBytesOption,
    LimitOption,
    OutputOption,
    PlatformOption,
    QuietOption,
    TableFormatOption,
    opened,
)


def sql(
    reference: ImageArgument,
    statement: Annotated[str, typer.Argument(metavar="STATEMENT", help='For instance "select * from layers".')],
    form: TableFormatOption = None,
    output: OutputOption = None,
    limit: LimitOption = None,
    image: ImageOption = None,
    platform: PlatformOption = None,
    max_layer_bytes: LayerBytesOption = None,
    max_entries: EntriesOption = None,
    quiet: QuietOption = False,
) -> None:
    """Run SQL (DuckDB's dialect) over the tables changes, rootfs, layers and waste.

    Example: imgscan sql app.tar "select path, size from rootfs order by size desc limit 5".
    In Python: imgscan.open(IMAGE).sql(STATEMENT)
    """
    from .tables import print_table

    with opened(reference, image, platform, max_layer_bytes, max_entries, output, quiet=quiet) as opened_image:
        table = opened_image.sql(statement)
    print_table(table, "result", form, output, limit, quiet=quiet)
