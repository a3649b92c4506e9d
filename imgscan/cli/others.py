"""Images beside the one that a command is about: those of a catalog, and those given by name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.inheritance.catalog import Catalog

    from ..image import Image


def catalog_at(chosen: Path | None, *, new: bool = False) -> Catalog:
    """The catalog that the options mean. Raises CatalogError where a folder was named that is not there.

    With ``new`` it is made when something is added, as the user's own always is.
    """
    from analyzer.inheritance.catalog import Catalog, catalog_in

    from ..places import catalog_folder

    folder = catalog_folder(chosen)
    missing = not os.path.lexists(folder)
    return Catalog(folder) if missing and (new or chosen is None) else catalog_in(folder)


def read(reference: str, image: str | None, platform: str | None, *, quiet: bool) -> list[Image]:
    """All images that ``reference`` names, layers read, with a progress bar. Raises ImgscanError."""
    from ..opening import open_all
    from .progress import shown_progress

    with shown_progress(reference, quiet=quiet) as progress:
        found = open_all(reference, image=image, platform=platform, progress=progress)
        for each in found:
            _ = each.layers
    return found


def refuse_one_stream_twice(references: list[str]) -> None:
    """Raises UsageError where several images are to come from standard input, which can be read once."""
    from analyzer.errors import UsageError

    if sum(map(_is_stream, references)) > 1:
        raise UsageError("only one of the images can be standard input", hint="save the others to files")


def _is_stream(reference: str) -> bool:
    from analyzer.errors import InvalidReferenceError
    from analyzer.reference import parse_reference

    try:
        return parse_reference(reference).path is None
    except InvalidReferenceError:  # told where it is opened, which other images need not wait for
        return False
