"""`imgscan rootfs IMAGE`."""

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


def rootfs(
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
    """What a container of the image sees: one row a path.

    Each row says which layer and which row of `changes` it comes from. docs/tables.md describes the columns.
    In Python: imgscan.open(IMAGE).rootfs
    """
    from .tables import print_table

    with opened(reference, image, platform, max_layer_bytes, max_entries, output, quiet=quiet) as opened_image:
        table = opened_image.rootfs
    print_table(table, "rootfs", form, output, limit, quiet=quiet)
