"""`imgscan catalog …`: the images that parents are looked for among."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analyzer.errors import UsageError

from .others import CatalogOption, PlatformOption, QuietOption, catalog_at, read
from .output import line_width
from .program import Commands

catalog = typer.Typer(cls=Commands, help="Keep the images that parents are looked for among.")


@catalog.command("add")
def add(
    images: Annotated[list[str], typer.Argument(metavar="IMAGE…", help="Files or folders, as for other commands.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What to call it. By default its tags.")
    ] = None,
    image: Annotated[
        str | None, typer.Option("--image", metavar="TAG|INDEX", help="Which of several images in an archive.")
    ] = None,
    platform: PlatformOption = None,
    folder: CatalogOption = None,
    quiet: QuietOption = False,
) -> None:
    """Read images and keep what is needed to recognise them: never the content of a file.

    Of a file that holds several images all are added, or the one that --image names.
    """
    from .output import tell

    target = catalog_at(folder)
    found = [other for each in images for other in read(each, image, platform, quiet=quiet)]
    if name is not None and len(found) > 1:
        raise UsageError(f"--name: one name does not fit {len(found)} images")
    for each in found:
        known = each.known(name)
        target.add(known)
        tell(f"added {', '.join(known.names)}", quiet=quiet)


@catalog.command("list")
def list_images(folder: CatalogOption = None) -> None:
    """The images, by name: image ID, platform, layers, bytes that a container sees, and when each was made."""
    from reports.formatting import short_digest, visible
    from reports.tables import align

    from .output import write

    rows = [("name", "image", "platform", "layers", "rootfs_bytes", "created")]
    for each in sorted(catalog_at(folder).images(), key=lambda image: (image.names, image.profile.created or "")):
        profile = each.profile
        rows.append(
            (
                visible(each.names[0]),
                short_digest(profile.identity),
                visible(str(profile.platform)),
                f"{len(profile.diff_ids):,}",
                f"{profile.sizes.rootfs_bytes:,}",
                visible(profile.created or "")[:19],
            )
        )
    columns = [list(column) for column in zip(*rows, strict=True)]
    write(align(columns, [False, False, False, True, True, False], line_width(None)).encode(), None)


@catalog.command("remove")
def remove(
    wanted: Annotated[str, typer.Argument(metavar="NAME|IMAGE-ID", help="All builds of a name, or one image.")],
    folder: CatalogOption = None,
    quiet: QuietOption = False,
) -> None:
    """Forget images."""
    from .output import tell

    for name in catalog_at(folder).remove(wanted):
        tell(f"removed {name}", quiet=quiet)


@catalog.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A zip archive; - is standard output.")],
    folder: CatalogOption = None,
) -> None:
    """Write the whole catalog into one file, to hand on."""
    from analyzer.inheritance.catalog import read as read_file
    from analyzer.inheritance.portable import pack

    from .output import write

    write(pack({path.name: read_file(path) for path in catalog_at(folder).paths()}), file)


@catalog.command("import")
def import_images(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What export wrote.")],
    folder: CatalogOption = None,
    quiet: QuietOption = False,
) -> None:
    """Add all images of an exported catalog, each once it is checked."""
    from analyzer.inheritance.portable import unpack

    from .output import tell

    target = catalog_at(folder)
    for where, content in unpack(file):
        tell(f"added {target.add_encoded(content, where).name}", quiet=quiet)
