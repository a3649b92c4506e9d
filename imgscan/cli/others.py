"""Images beside the one that a command is about: those of a catalog, and those given by name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from analyzer.inheritance.catalog import Catalog

    from ..image import Image

CatalogOption = Annotated[
    Path | None,
    typer.Option(
        "--catalog", metavar="DIR", help="Folder of known images. By default $IMGSCAN_CATALOG, or the user's own."
    ),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="By default imgscan.toml or pyproject.toml in this folder."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no messages.")]
ImageOption = Annotated[
    str | None, typer.Option("--image", metavar="TAG|INDEX", help="Which of several images in an archive.")
]
PlatformOption = Annotated[
    str | None, typer.Option("--platform", metavar="OS/ARCH[/VARIANT]", help="Which of several platforms.")
]


def _exactly(context: typer.Context, wanted: bool) -> bool:
    """Tell sizes to the byte until the command is done."""
    if wanted:
        from reports.formatting import exact_sizes

        context.with_resource(exact_sizes())
    return wanted


BytesOption = Annotated[
    bool, typer.Option("--bytes", callback=_exactly, help="Sizes to the byte, where they are told in kB, MB or GB.")
]


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
