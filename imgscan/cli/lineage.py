"""Options about parent images: where they are looked for, and whether only what lies above them is shown."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .options import CatalogOption, OwnOption, ParentOption
from .others import catalog_at, read
from .output import tell

if TYPE_CHECKING:
    from analyzer.inheritance.inheritance import Inheritance

    from ..image import Image


@dataclass(frozen=True)
class Lineage:
    """Which images may be parents, and whether their layers are left out."""

    own: OwnOption = False
    parent: ParentOption = None
    catalog: CatalogOption = None

    def __post_init__(self) -> None:
        """Raises CatalogError for a catalog that is not there, before anything is read."""
        if self.catalog is not None:
            catalog_at(self.catalog)

    def of(self, image: Image, *, quiet: bool) -> Inheritance:
        """The parents of ``image``. Raises ImgscanError for a parent or a catalog that cannot be read."""
        return inheritance(image, self.catalog, self.parent or [], quiet=quiet)

    def part(self, image: Image, *, quiet: bool) -> Image:
        """The image, or with ``--own`` what it adds to its parents; a guess is told on stderr."""
        if self.own:
            return own_part(image, self.of(image, quiet=quiet), quiet=quiet)
        if self.parent:
            tell("--parent changes nothing here without --own", quiet=quiet)
        return image


def inheritance(image: Image, catalog: Path | None, parents: list[str], *, quiet: bool) -> Inheritance:
    """The parents of ``image``, looked for among ``parents`` and in the catalog.

    Those of ``parents`` that are none are told on stderr.
    """
    platform = image.platform or None
    named = {each: read(each, None, platform, quiet=quiet) for each in parents}
    folder = catalog_at(catalog).folder
    others = [other for several in named.values() for other in several]
    found = image.parents(folder if os.path.lexists(folder) else None, others)
    fitting = {link.known.profile.identity for link in found.links if link.known}
    for reference, several in named.items():
        if all(each.known().profile.identity not in fitting for each in several):
            tell(f"{reference}, named with --parent, is none of the parents found of {image.name}", quiet=quiet)
    return found


def own_part(image: Image, found: Inheritance, *, quiet: bool) -> Image:
    """What the image adds to the parents that were found; where that is a guess, or nothing, stderr says so."""
    from analyzer.inheritance.evidence import CONTENT

    borders = [link for link in found.links if link.layers]
    by_file = [link for link in found.links if link.evidence == CONTENT and link.layers is None]
    if by_file:
        names = ", ".join(by_file[-1].names)
        tell(
            f"no layer ends with {names}: its files are left out one by one; its directories, links, empty files "
            "and tar headers count as the image's own",
            quiet=quiet,
        )
    elif not borders:
        tell("no layer is known to be a parent image's: all are the image's own", quiet=quiet)
    elif not all(link.certain for link in borders):
        tell(f"that its own layers begin with layer {found.own_from} is a guess: see imgscan parents", quiet=quiet)
    return image.own_part(found)


def tell_waste_below(part: Image, *, quiet: bool) -> None:
    """Say on stderr what own layers make waste of in layers of parents: it is in no sum of own bytes."""
    from reports.formatting import counted

    table = part.waste_below
    if table.num_rows:
        files, total = counted(table.num_rows, "file"), sum(table["bytes"].to_pylist())
        tell(
            f"own layers also put {files} of parents out of sight: {total:,} bytes, stored in the parents' layers and "
            "not counted here; imgscan parents lists them",
            quiet=quiet,
        )
