"""The IMAGE argument, the options that choose among several images, and the bounds on reading one."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import ImageOption, PlatformOption, QuietOption
from .output import refuse_to_replace, refuse_unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyzer.progress import Progress

    from ..image import Image


LayerOption = Annotated[
    int | None,
    typer.Option("--layer", metavar="N", min=0, help="What this layer itself has, also where later ones hide it."),
]


@dataclass(frozen=True)
class ImageSource:
    """Which image is read, and how."""

    reference: Annotated[
        str,
        typer.Argument(
            metavar="IMAGE",
            help="File or folder, or - for standard input. Also docker-archive:PATH, oci-archive:PATH, oci:PATH, "
            "each with :TAG or :@INDEX behind it where there are several images, and dir:PATH.",
        ),
    ]
    image: ImageOption = None
    platform: PlatformOption = None
    max_layer_bytes: Annotated[
        int | None,
        typer.Option("--max-layer-bytes", metavar="BYTES", min=1, help="Bound on what a layer may unfold to."),
    ] = None
    max_entries: Annotated[
        int | None,
        typer.Option("--max-entries", metavar="N", min=1, help="Bound on the entries of all layers."),
    ] = None
    quiet: QuietOption = False

    @contextmanager
    def opened(self, output: Path | None = None, *, keep: bool = False) -> Iterator[Image]:
        """The image, with a progress bar while it is read, which begins at once. Raises ImgscanError.

        ``output`` is the file where the result will go: not the image itself, and one that can be written.
        ``keep`` keeps what comes from a pipe.
        """
        from .progress import shown_progress

        refuse_to_replace(self.reference, output)
        refuse_unwritable(output)
        with shown_progress(self.reference, quiet=self.quiet) as progress:
            image = self.open(self.reference, progress, keep=keep)
            image.start()
            try:
                yield image
            finally:
                image.stop()

    def open(self, reference: str, progress: Progress, *, keep: bool) -> Image:
        """An image by these options, its layers not read yet unless they stream by. Raises ImgscanError."""
        from analyzer.layers.limits import Limits

        from ..opening import open as open_image

        usual = Limits()
        limits = Limits(self.max_layer_bytes or usual.tar_bytes, self.max_entries or usual.entries)
        return open_image(
            reference, image=self.image, platform=self.platform, limits=limits, progress=progress, keep=keep
        )
