"""`imgscan diff OLD NEW`."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack, contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from .endings import form_of
from .groups import grouped
from .lineage import Lineage
from .options import FORMAT, BytesOption, OutputOption, PlatformOption, QuietOption, SortOption, top
from .others import refuse_one_stream_twice
from .output import line_width, refuse_to_replace, refuse_unwritable, write
from .saved import refuse_saved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.diff.document import DiffDocument

    from ..image import Image

DIFFERENT = 1
LISTED = 50


class DiffFormat(str, Enum):
    """How a difference is printed; the last three print the table of files only."""

    text = "text"
    json = "json"
    markdown = "markdown"
    html = "html"
    csv = "csv"
    parquet = "parquet"
    arrow = "arrow"


_ENDINGS = {
    "txt": DiffFormat.text,
    "json": DiffFormat.json,
    "md": DiffFormat.markdown,
    "html": DiffFormat.html,
    "csv": DiffFormat.csv,
    "parquet": DiffFormat.parquet,
    "arrow": DiffFormat.arrow,
}
_TABLES = (DiffFormat.csv, DiffFormat.parquet, DiffFormat.arrow)

_IMAGE = "File, folder or - for standard input, as for the other commands; docker-archive:PATH:TAG is one of several."


@grouped
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=_IMAGE)],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The image to compare with it.")],
    lineage: Lineage,
    base: Annotated[
        str | None,
        typer.Option("--base", metavar="IMAGE", help="A third image: say which of the two differs from it, and where."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Compare every byte: say at which level the first difference is.")
    ] = False,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="GLOB", help="Leave out these paths. Repeatable.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="GLOB", help="Look at these paths only. Repeatable.")
    ] = None,
    ignore_pyc_headers: Annotated[
        bool,
        typer.Option(
            "--ignore-pyc-headers", help="Leave out compiled Python files that differ only in when they were compiled."
        ),
    ] = False,
    content: Annotated[
        list[str] | None,
        typer.Option("--content", metavar="GLOB", help="Show what differs inside these files. Repeatable."),
    ] = None,
    diffoscope: Annotated[
        bool, typer.Option("--diffoscope", help="Leave what --content compares to diffoscope, if it is installed.")
    ] = False,
    details: Annotated[bool, typer.Option("--details", help="Behind the summary, print all tables.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 where the images differ.")] = False,
    form: Annotated[DiffFormat | None, FORMAT] = None,
    output: OutputOption = None,
    limit: Annotated[int | None, top(f"{LISTED} items, all rows of a table", least=1)] = None,
    sort: SortOption = None,
    exact: BytesOption = False,  # noqa: ARG001 - its callback does it
    platform: PlatformOption = None,
    quiet: QuietOption = False,
) -> None:
    """What became of one image in another: why it grew, file by file, layer by layer, and what the update costs.

    What every rebuild changes is left out: times, and the order and names of things. With --strict nothing is. --own
    leaves out what parent images changed. In Python: imgscan.diff(imgscan.open(OLD), imgscan.open(NEW))
    """
    from analyzer.errors import UsageError

    from ..image_diff import diff as compared
    from .tables import TableFormat, TableOutput

    for option, globs in (("--ignore", ignore), ("--only", only), ("--content", content)):
        if "" in (globs or ()):
            raise UsageError(f"{option}: an empty pattern names no path")
    if diffoscope and not content:
        raise UsageError("--diffoscope compares what --content names", hint="add --content GLOB")
    if diffoscope:
        signal.signal(signal.SIGTERM, _terminated)

    chosen = form or form_of(output, _ENDINGS, DiffFormat.text)
    table = TableOutput(limit, sort, form=TableFormat(chosen.value), path=output) if chosen in _TABLES else None
    if sort is not None and table is None:
        raise UsageError(f"--sort: {chosen.value} has lists of its own order", hint="choose csv, parquet or arrow")
    if table is not None and content:
        raise UsageError(
            f"--content: the table of files that {chosen.value} has no place for contents",
            hint="choose text, markdown, html or json",
        )
    with _opened([old, new, *([base] if base else [])], output, platform, quiet=quiet) as images:
        found = compared(
            *images[:2],
            ignore=ignore or (),
            only=only or (),
            bytecode=ignore_pyc_headers,
            times=strict,
            own_from=_own_from(images, lineage, quiet=quiet),
            base=images[2] if base else None,
        )
        if table is None:
            items = limit or LISTED
            document = found.report(items, strict=strict, contents=content or (), diffoscope=diffoscope)
            text = _rendered(document, chosen, line_width(output), details=details)
        different = found.differs(strict=strict)  # here in any case: files are read while the images are open
    if table is not None:
        table.print(found.files, "files of a diff", quiet=quiet)
    else:
        write(text.encode(), output)
    if exit_code and different:
        raise typer.Exit(DIFFERENT)


def _terminated(number: int, _: object) -> NoReturn:
    """End as by an error, so that diffoscope ends too and its folder is put away."""
    sys.exit(128 + number)


@contextmanager
def _opened(references: list[str], output: Path | None, platform: str | None, *, quiet: bool) -> Iterator[list[Image]]:
    """The images, with one progress bar while they are read; checked when it ends. Raises ImgscanError."""
    from ..opening import open as open_image
    from .progress import Together, shown_progress

    refuse_one_stream_twice(references)
    for reference in references:
        refuse_saved(reference)
        refuse_to_replace(reference, output)
    refuse_unwritable(output)
    with shown_progress("images", quiet=quiet) as progress, ExitStack() as stack:
        together = Together(progress)
        images = []
        for reference in references:
            images.append(open_image(reference, platform=platform, progress=together))
            stack.callback(images[-1].stop)
            stack.enter_context(images[-1].verified_at_end())
        yield images


def _own_from(images: list[Image], lineage: Lineage, *, quiet: bool) -> tuple[int, int] | None:
    """Where the own layers of both images begin; None where all layers are looked at."""
    if not lineage.own:
        return None
    old, new = (lineage.of(image, quiet=quiet).own_from for image in images[:2])
    return old, new


def _rendered(document: DiffDocument, form: DiffFormat, width: int, *, details: bool) -> str:
    if form is not DiffFormat.text:
        from reports.formats import render

        return render(document, form.value)
    from reports.diff.details import contents
    from reports.diff.details import details as all_tables
    from reports.diff.terminal import summary
    from reports.formatting import within

    more = all_tables(document) if details else contents(document)
    return within(summary(document), width) + ("\n" + more if more else "")
