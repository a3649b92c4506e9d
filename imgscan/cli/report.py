"""`imgscan report IMAGE`: the main command."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from analyzer.errors import UsageError
from analyzer.reference import parse_reference

from .endings import form_of
from .groups import grouped
from .lineage import Lineage, own_part
from .lines import Lines
from .options import FORMAT, BytesOption, OutputOption, top
from .output import STANDARD_OUTPUT, line_width, named_after, refuse_to_replace, tell, write, write_all
from .saved import saved_report
from .settings import checked_settings
from .source import ImageSource

if TYPE_CHECKING:
    from reports.document import Document

LISTED = 50


class ReportFormat(str, Enum):
    """What a report is written as."""

    html = "html"
    json = "json"
    markdown = "markdown"
    all = "all"


_ENDINGS = {"html": ReportFormat.html, "json": ReportFormat.json, "md": ReportFormat.markdown}


@grouped
def report(
    source: ImageSource,
    lineage: Lineage,
    lines: Lines,
    form: Annotated[ReportFormat | None, FORMAT] = None,
    output: OutputOption = None,
    limit: Annotated[int | None, top(f"{LISTED} items", least=1)] = None,
    exact: BytesOption = False,  # noqa: ARG001 - its callback does it
) -> None:
    """Print a summary and write the whole report beside: NAME.html in this folder, or what the options say.

    IMAGE may also be a report saved with --format json: it is rendered again, without the image. With
    --format all, FILE is a folder. In Python: imgscan.open(IMAGE).report()
    """
    if form is ReportFormat.all and output == STANDARD_OUTPUT:
        raise UsageError("--output: three formats do not fit on standard output", hint="name a folder")
    document = saved_report(source.reference)
    if document is not None:
        _refuse_for_saved(source, lineage, lines, limit)
        _refuse_over_saved(source.reference, _paths(document.image.source, form, output))
        texts = _rendered(document, form, output)
    else:
        refuse_to_replace(source.reference, output)
        with source.opened(_place(source.reference, form, output)) as image, image.verified_at_end():
            _prepare(form, output)
            settings = checked_settings()[1].findings
            parents = lineage.of(image, quiet=source.quiet)
            part = own_part(image, parents, quiet=source.quiet) if lineage.own else image
            dockerfile = lines.of(image, quiet=source.quiet)
            document = part.report(limit or LISTED, parents=parents, dockerfile=dockerfile, settings=settings)
            for path in _paths(document.image.source, form, output):
                refuse_to_replace(source.reference, path)
            texts = _rendered(document, form, output)
    if output == STANDARD_OUTPUT:
        write(texts[STANDARD_OUTPUT], output)
        return
    if form is ReportFormat.all:
        write_all(texts, output or Path())
    else:
        for path, text in texts.items():
            write(text, path)
    if not source.quiet:
        from reports.formatting import within
        from reports.terminal import summary

        write(within(summary(document), line_width(STANDARD_OUTPUT)).encode(), STANDARD_OUTPUT)
    for path in texts:
        tell(f"wrote {path}", quiet=source.quiet)


def _rendered(document: Document, form: ReportFormat | None, output: Path | None) -> dict[Path, bytes]:
    """What is to be written where."""
    from reports.formats import render

    return {
        path: render(document, each.value).encode()
        for path, each in _paths(document.image.source, form, output).items()
    }


def _prepare(form: ReportFormat | None, output: Path | None) -> None:
    """Import and compile while the layers are read what the report needs afterwards."""
    from analyzer.findings import find  # noqa: F401
    from reports import build, terminal  # noqa: F401

    if ReportFormat.html in _paths("", form, output).values():
        from reports.html import prepare

        prepare()


def _refuse_for_saved(source: ImageSource, lineage: Lineage, lines: Lines, limit: int | None) -> None:
    """Raises UsageError for options that need the image: what is saved cannot be asked again."""
    given = {
        "--image": source.image,
        "--platform": source.platform,
        "--max-layer-bytes": source.max_layer_bytes,
        "--max-entries": source.max_entries,
        "--own": lineage.own,
        "--parent": lineage.parent,
        "--catalog": lineage.catalog,
        "--dockerfile": lines.dockerfile,
        "--target": lines.target,
        "--top": limit,
    }
    for option, value in given.items():
        if value:
            raise UsageError(f"{option}: a saved report is rendered as it is", hint="name the image")


def _refuse_over_saved(reference: str, paths: dict[Path, ReportFormat]) -> None:
    """Raises OutputError where another format would take the saved report's place; JSON would be the same again."""
    for path, form in paths.items():
        if form is not ReportFormat.json:
            refuse_to_replace(reference, path, "saved report")


def _place(reference: str, form: ReportFormat | None, output: Path | None) -> Path | None:
    """The file that is going to be written, None for several of them."""
    if form is ReportFormat.all:
        return None
    return output or next(iter(_paths(parse_reference(reference).label, form, None)))


def _paths(source: str, form: ReportFormat | None, output: Path | None) -> dict[Path, ReportFormat]:
    """Which file gets which format."""
    name = named_after(source)
    if form is ReportFormat.all:
        folder = output or Path()
        return {folder / f"{name}.{ending}": each for ending, each in _ENDINGS.items()}
    if output is None:
        wanted = form or ReportFormat.html
        return {Path(f"{name}.{ending}"): each for ending, each in _ENDINGS.items() if each is wanted}
    return {output: form or form_of(output, _ENDINGS, ReportFormat.html)}
