"""`imgscan layers IMAGE`."""

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


def layers(
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
    """The layers, lowest first: sizes, and every byte in exactly one class of the ledger.

    docs/metrics.md says what each number means.
    In Python: imgscan.open(IMAGE).layers
    """
    from .tables import print_table

    with opened(reference, image, platform, max_layer_bytes, max_entries, output, quiet=quiet) as opened_image:
        table = opened_image.layers
    print_table(table, "layers", form, output, limit, quiet=quiet)
