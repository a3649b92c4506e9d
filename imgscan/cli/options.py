"""Options that several commands share, and the image that they describe."""

from __future__ import annotations

from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..image import Image

ImageArgument = Annotated[
    str,
    typer.Argument(
        metavar="IMAGE",
        help="File or folder, or - for standard input. Also docker-archive:PATH, oci-archive:PATH, "
        "oci:PATH[:TAG], dir:PATH.",
    ),
]
ImageOption = Annotated[
    str | None, typer.Option("--image", metavar="TAG|INDEX", help="Which of several images in an archive.")
]
PlatformOption = Annotated[
    str | None, typer.Option("--platform", metavar="OS/ARCH[/VARIANT]", help="Which of several platforms.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no messages.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file; - is standard output.")
]
LayerBytesOption = Annotated[
    int | None,
    typer.Option("--max-layer-bytes", metavar="BYTES", min=1, help="Bound on what a layer may unfold to."),
]
EntriesOption = Annotated[
    int | None, typer.Option("--max-entries", metavar="N", min=1, help="Bound on the entries of a layer.")
]


class TableFormat(str, Enum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    arrow = "arrow"


TableFormatOption = Annotated[
    TableFormat | None,
    typer.Option("--format", "-f", help="By default what FILE's name ends in, else a table to read."),
]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", "-n", metavar="N", min=0, help="Rows to print. By default 50 as a table, else all."),
]


@contextmanager
def opened(
    reference: str,
    image: str | None,
    platform: str | None,
    max_layer_bytes: int | None,
    max_entries: int | None,
    output: Path | None,
    *,
    quiet: bool,
) -> Iterator[Image]:
    """The image that the options choose, with a progress bar while it is read, which begins at once."""
    from analyzer.layers.scan import Limits

    from ..image import open as open_image
    from .output import refuse_to_replace
    from .progress import shown_progress

    refuse_to_replace(reference, output)
    limits = Limits()
    limits = Limits(max_layer_bytes or limits.tar_bytes, max_entries or limits.entries)
    with shown_progress(reference, quiet=quiet) as progress:
        opened_image = open_image(reference, image=image, platform=platform, limits=limits, progress=progress)
        opened_image.start()
        try:
            yield opened_image
        finally:
            opened_image.stop()
