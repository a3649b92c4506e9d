"""`imgscan changes IMAGE`."""

from __future__ import annotations

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


def changes(
    reference: ImageArgument,
    form: TableFormatOption = None,
    output: OutputOption = None,
    limit: LimitOption = None,
    image: ImageOption = None,
    platform: PlatformOption = None,
    max_layer_bytes: LayerBytesOption = None,
    max_entries: EntriesOption = None,
    quiet: QuietOption = False,
) -> None:
    """Every tar entry of every layer: one row each, in layer and tar order.

    Paths that a later layer hides are here too. docs/tables.md describes the columns.
    In Python: imgscan.open(IMAGE).changes
    """
    from .tables import print_table

    with opened(reference, image, platform, max_layer_bytes, max_entries, output, quiet=quiet) as opened_image:
        table = opened_image.changes
    print_table(table, "changes", form, output, limit, quiet=quiet)
