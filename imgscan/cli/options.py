"""Options that several commands have, each declared once: what is learned of one command holds for all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from .program import empty


def _countable(value: int | None) -> int | None:
    """A number of rows that Arrow can count with: more than any table has is as good as that."""
    return None if value is None else min(value, sys.maxsize)


def _stated(parameter: typer.CallbackParam, value: str | None) -> str | None:
    """A choice with something in it: an unset variable chooses nothing. Raises UsageError, before reading."""
    if value == "":
        raise empty(parameter.opts[0])
    return value


def _of_columns(context: typer.Context, words: str | None) -> str | None:
    """Columns to sort by, of the command's table where it is known which it has. Raises UsageError, before reading."""
    if words is not None:
        from reports.sorting import check

        from .columns import columns_of

        known = columns_of(context.command_path.partition(" ")[2])
        if known:
            check(words, known)
    return words


def _exactly(context: typer.Context, wanted: bool) -> bool:
    """Tell sizes to the byte until the command is done."""
    if wanted:
        from reports.formatting import exact_sizes

        context.with_resource(exact_sizes())
    return wanted


FORMAT: Any = typer.Option("--format", "-f", help="By default what FILE's name ends in, else the first of these.")
IMAGES: Any = typer.Argument(metavar="IMAGE...", help="Files or folders, as for other commands.")
_TOP = "At most so many rows, or items of each list."


def top(usual: str | bool = True, *, least: int = 0) -> Any:
    """The option ``--top``; ``usual`` tells what happens without it, where its default does not."""
    return typer.Option("--top", "-n", metavar="N", min=least, callback=_countable, help=_TOP, show_default=usual)


OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file; - is standard output.")
]
SortOption = Annotated[
    str | None,
    typer.Option(
        "--sort",
        metavar="COLUMNS",
        callback=_of_columns,
        help="Order of the rows, before --top cuts them: bytes,path; -bytes or bytes:desc for the largest first.",
    ),
]
BytesOption = Annotated[
    bool, typer.Option("--bytes", callback=_exactly, help="Sizes to the byte, where they are told in kB, MB or GB.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no messages.")]
OwnOption = Annotated[bool, typer.Option("--own", help="Only the image's own layers: those above its parent images.")]
ParentOption = Annotated[
    list[str] | None,
    typer.Option("--parent", metavar="IMAGE", help="An image that may be a parent, or a file of several. Repeatable."),
]
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
ImageOption = Annotated[
    str | None,
    typer.Option("--image", metavar="TAG|INDEX", callback=_stated, help="Which of several images in an archive."),
]
PlatformOption = Annotated[
    str | None,
    typer.Option("--platform", metavar="OS/ARCH[/VARIANT]", callback=_stated, help="Which of several platforms."),
]
ImagesArgument = Annotated[list[str], IMAGES]
