"""`imgscan explore IMAGE [NEW]`."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from ..explore.read import Read
from .groups import grouped
from .lineage import Lineage
from .others import refuse_one_stream_twice
from .progress import Together, shown_progress
from .settings import checked_settings
from .source import ImageSource

if TYPE_CHECKING:
    from analyzer.progress import Progress

    from ..explore.app import Explorer
    from ..explore.subject import Subject
    from ..image import Image

_TROUBLE = 2
_TERMINAL = "/dev/tty"


class _Handed:
    """Progress that one shows at first and another later."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress

    def expect(self, total: int | None) -> None:
        """Start from nothing, towards ``total``."""
        self.progress.expect(total)

    def advance(self, count: int) -> None:
        """Move on."""
        self.progress.advance(count)


@grouped
def explore(
    source: ImageSource,
    lineage: Lineage,
    new: Annotated[
        str | None, typer.Argument(metavar="NEW", help="A second image: show what became of the first in it.")
    ] = None,
) -> None:
    """Look through layers and files on the whole screen, with keys as in dive, or the mouse; ? shows the keys.

    Also through findings, waste, packages, history, configuration and duplicates, and the contents of all layers,
    removed files included. docs/explore.md has more. For programs there is imgscan.open(IMAGE)
    """
    _refuse_without_terminal()
    references = [source.reference, *([] if new is None else [new])]
    refuse_one_stream_twice(references)
    with ExitStack() as opened:
        with shown_progress("images", quiet=source.quiet) as bar:
            handed = _Handed(bar)
            together = Together(handed)
            images = [source.open(each, together, keep=True) for each in references]
        for image in images:
            opened.callback(image.stop)
        if "-" in references:
            _take_keys_from_terminal()
        handed.progress = read = Read()
        for image in images:
            image.start()
        _run(explorer_of(images, lineage, read))


def explorer_of(images: list[Image], lineage: Lineage | None = None, read: Read | None = None) -> Explorer:
    """The app for an image, or for two. Layers that are being read go on while it is imported."""
    from ..explore.app import Explorer

    name = " → ".join(image.name for image in images)
    return Explorer(name, lambda: _subject(images, lineage or Lineage()), read or Read())


def _refuse_without_terminal() -> None:
    """Raises UsageError where nobody could see the screen. Keys may come from elsewhere than standard input."""
    from analyzer.errors import UsageError

    if sys.stdout is None or sys.stderr is None or not (sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageError("explore needs a terminal", hint="imgscan report prints a summary, and imgscan ls lists files")


def _take_keys_from_terminal() -> None:
    """Standard input was the image: from now on it is the keyboard. Raises UsageError where there is none."""
    from analyzer.errors import UsageError

    try:
        terminal = os.open(_TERMINAL, os.O_RDWR)
    except OSError as error:
        raise UsageError("there is no keyboard: standard input is the image", hint="save it to a file") from error
    os.dup2(terminal, sys.__stdin__.fileno() if sys.__stdin__ is not None else 0)
    os.close(terminal)


def _subject(images: list[Image], lineage: Lineage) -> Subject:
    """What is explored; waits for the layers. Raises ImgscanError."""
    settings = checked_settings()[1].findings
    if len(images) > 1:
        from ..explore.two_images import TwoImages
        from ..image_diff import diff

        old, new = images
        own = (lineage.of(old, quiet=True).own_from, lineage.of(new, quiet=True).own_from) if lineage.own else None
        return TwoImages(old, new, diff(old, new, own_from=own), settings, own)
    from ..explore.one_image import OneImage

    return OneImage(images[0], lineage.of(images[0], quiet=True), settings, only_own=lineage.own)


def _run(app: Explorer) -> None:
    """Show it until somebody leaves. Raises the ImgscanError that ended it."""
    error = app.run()
    if error is not None:
        raise error
    if app.return_code:
        sys.exit(_TROUBLE)
