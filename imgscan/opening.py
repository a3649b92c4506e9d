"""From a file or folder to an image."""

from __future__ import annotations

from os import fsdecode
from typing import TYPE_CHECKING

from analyzer.opening import open_image, open_images

from .image import Image

if TYPE_CHECKING:
    from os import PathLike

    from analyzer.layers.limits import Limits
    from analyzer.progress import Progress


def open(  # noqa: A001 - `imgscan.open` is the name that users expect
    reference: str | PathLike[str],
    *,
    image: str | int | None = None,
    platform: str | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    keep: bool = False,
) -> Image:
    """The image in a file or directory, or on standard input for ``"-"``.

    Reads the manifest and config only, so it returns in milliseconds; layers are read once, when something
    first needs them. Compressed archives and standard input pass by just once: their layers are read here.

    ``image`` chooses among several by tag or index, ``platform`` as ``os/arch[/variant]``. ``limits``
    bounds what one layer may unfold to, and how many entries all have. ``keep`` keeps what comes from a pipe in
    a temporary file without a name, so that contents can be read from it. Raises `ImgscanError`, and
    TypeError for what is no path.
    """
    chosen = None if image is None else str(image)
    return Image(open_image(fsdecode(reference), chosen, platform, limits, progress, keep=keep))


def open_all(
    reference: str | PathLike[str],
    *,
    image: str | int | None = None,
    platform: str | None = None,
    progress: Progress | None = None,
) -> list[Image]:
    """All images in a file or directory, or on standard input, in its order, each for one platform.

    A compressed archive is read once for all of them. ``image`` leaves one, ``platform`` those that are for it;
    without, each is taken as ``open`` takes it. Raises `ImgscanError`.
    """
    chosen = None if image is None else str(image)
    return [Image(each) for each in open_images(fsdecode(reference), chosen, platform, progress)]
