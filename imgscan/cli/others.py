"""Images beside the one that a command is about: those of a catalog, and those given by name."""

from __future__ import annotations

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
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no messages.")]
PlatformOption = Annotated[
    str | None, typer.Option("--platform", metavar="OS/ARCH[/VARIANT]", help="Which of several platforms.")
]


def catalog_at(chosen: Path | None) -> Catalog:
    """The catalog that the options mean. Raises CatalogError where a folder was named that is none."""
    from analyzer.errors import CatalogError
    from analyzer.inheritance.catalog import Catalog

    from ..places import catalog_folder

    folder = catalog_folder(chosen)
    if folder.exists() and not folder.is_dir():
        raise CatalogError(f"the catalog {folder} is not a folder")
    return Catalog(folder)


def read(reference: str, image: str | None, platform: str | None, *, quiet: bool) -> list[Image]:
    """All images that ``reference`` names, layers read, with a progress bar. Raises ImgscanError."""
    from ..image import open_all
    from .progress import shown_progress

    with shown_progress(reference, quiet=quiet) as progress:
        found = open_all(reference, image=image, platform=platform, progress=progress)
        for each in found:
            _ = each.layers
    return found
