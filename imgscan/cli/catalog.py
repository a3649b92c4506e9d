"""`imgscan catalog …`: the images that parents are looked for among."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Annotated

import typer

from analyzer.errors import CatalogError, OutputError, UsageError

from .groups import grouped
from .options import CatalogOption, ImageOption, ImagesArgument, PlatformOption, QuietOption
from .others import catalog_at, read, refuse_one_stream_twice
from .output import STANDARD_INPUT, is_terminal, tell, write
from .program import Commands, words
from .tables import TableOutput

catalog = typer.Typer(cls=Commands, help="Keep the images that parents are looked for among.")


@catalog.command("add", **words("catalog add"))
def add(
    images: ImagesArgument,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What to call it. By default its tags.")
    ] = None,
    image: ImageOption = None,
    platform: PlatformOption = None,
    folder: CatalogOption = None,
    quiet: QuietOption = False,
) -> None:
    """Read images and keep what is needed to recognise them: never the content of a file.

    Of a file that holds several images all are added, or the one that --image names.
    """
    target = catalog_at(folder, new=True)
    refuse_one_stream_twice(images)
    found = [other for each in images for other in read(each, image, platform, quiet=quiet)]
    if name is not None and len(found) > 1:
        raise UsageError(f"--name: one name does not fit {len(found)} images")
    for each in found:
        known = each.known(name)
        target.add(known)
        tell(f"added {', '.join(known.names)}", quiet=quiet)


@catalog.command("list", **words("catalog list"))
@grouped
def list_images(output: TableOutput, folder: CatalogOption = None, quiet: QuietOption = False) -> None:
    """The images, by name: image ID, platform, layers, bytes that a container sees, and when each was made."""
    from analyzer.inheritance.listing import images_table

    known = catalog_at(folder)
    table = images_table(known.images())
    output.print(table, "known_images", quiet=quiet)
    if not len(table):
        tell("no image is known yet: imgscan catalog add IMAGE", quiet=quiet)


@catalog.command("remove", **words("catalog remove"))
def remove(
    wanted: Annotated[str, typer.Argument(metavar="NAME|IMAGE-ID", help="All builds of a name, or one image.")],
    folder: CatalogOption = None,
    quiet: QuietOption = False,
) -> None:
    """Forget images."""
    for name in catalog_at(folder).remove(wanted):
        tell(f"removed {name}", quiet=quiet)


@catalog.command("export", **words("catalog export"))
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A zip archive; - is standard output.")],
    folder: CatalogOption = None,
) -> None:
    """Write the whole catalog into one file, to hand on."""
    from analyzer.inheritance.portable import pack

    if is_terminal(file):
        raise OutputError("a zip archive is not for a terminal", hint="name a file")
    write(pack(catalog_at(folder).contents()), file)


@catalog.command("import", **words("catalog import"))
def import_images(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What export wrote; - is standard input.")],
    folder: CatalogOption = None,
    quiet: QuietOption = False,
) -> None:
    """Add all images of an exported catalog, each once it is checked."""
    from analyzer.inheritance.portable import unpack

    target = catalog_at(folder, new=True)
    with _opened(file) as archive:
        for where, content in unpack(archive, "standard input" if file == STANDARD_INPUT else file.name):
            tell(f"added {target.add_encoded(content, where).name}", quiet=quiet)


def _opened(file: Path) -> AbstractContextManager[IO[bytes]]:
    if file == STANDARD_INPUT:
        if sys.stdin is None:
            raise CatalogError("standard input is closed")
        return nullcontext(sys.stdin.buffer)
    try:
        return file.open("rb")
    except OSError as error:
        raise CatalogError(f"cannot read {file}: {error.strerror}") from error
