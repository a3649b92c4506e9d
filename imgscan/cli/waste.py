"""`imgscan waste IMAGE`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from .options import (
    EntriesOption,
    ImageArgument,
    ImageOption,
    LayerBytesOption,
    OutputOption,
    PlatformOption,
    QuietOption,
    TableFormatOption,
    opened,
)


class By(str, Enum):
    """What waste is summed up by."""

    path = "path"
    cause = "cause"
    layer = "layer"
    directory = "directory"


def waste(
    reference: ImageArgument,
    by: Annotated[By, typer.Option("--by", help="One row a file, or sums.")] = By.path,
    top: Annotated[
        int | None,
        typer.Option(
            "--top", "-n", metavar="N", min=0, help="Rows, the most bytes first. By default 50 as a table, else all."
        ),
    ] = None,
    form: TableFormatOption = None,
    output: OutputOption = None,
    image: ImageOption = None,
    platform: PlatformOption = None,
    max_layer_bytes: LayerBytesOption = None,
    max_entries: EntriesOption = None,
    quiet: QuietOption = False,
) -> None:
    """Bytes that are stored and pulled and that no container sees: which layer holds them, which hid them, why.

    Causes: overwritten (other content at the same path), recopied (the same content stored again: chown, chmod,
    touch), removed (hidden by a removal), repeated (twice in one layer). In Python: imgscan.open(IMAGE).waste
    """
    from .tables import print_table

    with opened(reference, image, platform, max_layer_bytes, max_entries, output, quiet=quiet) as opened_image:
        table = opened_image.waste_by(by.value, top)
    limit = table.num_rows if by is By.layer else top  # layers are not cut: they are in their order
    print_table(table, "waste" if by is By.path else "sums", form, output, limit, quiet=quiet, option="--top")
