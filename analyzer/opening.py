"""From the name of an image to its analysis."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .analysis import Analysis
from .errors import InvalidReferenceError, of_image
from .layers.limits import Limits
from .progress import Silence
from .reading import WANTED, Reading
from .reference import Reference, parse_reference
from .sources.candidates import choose, choose_all, parse_platform
from .sources.open import open_source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .layers.scan import LayerScan
    from .model import Platform
    from .progress import Progress
    from .sources.candidates import Candidate
    from .streams.base import ByteStream


def open_image(
    text: str,
    image: str | None = None,
    platform: str | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    *,
    keep: bool = False,
) -> Analysis:
    """The image that ``text`` names. Reads manifest and config; layers only where the archive streams by.

    ``image`` picks one of several by tag or index, ``platform`` one as ``os/arch[/variant]``; ``keep`` keeps
    what comes from a pipe. Raises InvalidReferenceError, ImageReadError, ImageSelectionError.
    """
    return _open(text, image, platform, limits, progress, lambda *choice: [choose(*choice)], keep=keep)[0]


def open_images(
    text: str, image: str | None = None, platform: str | None = None, progress: Progress | None = None
) -> list[Analysis]:
    """All images that ``text`` names, in the source's order, each for one platform; one where one is chosen.

    The source is opened once. Raises as ``open_image``, and where no image is for ``platform``.
    """
    return _open(text, image, platform, None, progress, choose_all)


def _open(
    text: str,
    image: str | None,
    platform: str | None,
    limits: Limits | None,
    progress: Progress | None,
    chosen: Callable[[Sequence[Candidate], str | None, Platform | None, str], list[Candidate]],
    *,
    keep: bool = False,
) -> list[Analysis]:
    wanted = parse_platform(platform) if platform else None
    reference = parse_reference(text)
    if image and reference.choice:
        raise InvalidReferenceError(f"two choices of an image: {reference.choice} and {image}", hint="drop one of them")
    limits, progress = (limits or Limits()).anew(), progress or Silence()
    progress.expect(_streamed_bytes(reference))
    label = reference.label
    with of_image(label):
        source = open_source(reference, partial(_scanned, limits), progress.advance, keep=keep)
        found = chosen(source.candidates, image or reference.choice, wanted, label)
        images = [each.load() for each in found]
    return [Analysis(each, source, label, Reading(each, source, limits, progress)) for each in images]


def _scanned(limits: Limits, stream: ByteStream) -> LayerScan:
    """What a layer holds that streams by."""
    from .layers.scan import scan_blob

    return scan_blob(stream, limits, lambda _: None, WANTED)


def _streamed_bytes(reference: Reference) -> int | None:
    if reference.path is None or not reference.path.is_file():
        return None
    return reference.path.stat().st_size
