"""`imgscan findings IMAGE`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.errors import UsageError

from .groups import grouped
from .lineage import Lineage, own_part
from .lines import Lines
from .options import ConfigOption
from .settings import checked_settings
from .source import ImageSource
from .tables import READABLE_ROWS, TableFormat, TableOutput

if TYPE_CHECKING:
    from analyzer.findings.model import Findings


def _explain(rule: str | None) -> None:
    if rule is None:
        return
    from analyzer.findings.find import chosen_rules
    from analyzer.settings import FindingSettings
    from reports.findings import explained

    typer.echo(explained(chosen_rules(FindingSettings(select=(rule,)))[0]), nl=False)
    raise typer.Exit


def _words(option: str, text: str | None) -> list[str] | None:
    if text is None:
        return None
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words:  # an empty variable of a pipeline must not pass for an image without findings
        raise UsageError(f"{option}: no rule is named", hint="imgscan findings --help says how")
    return words


def _sorted(found: Findings, words: str | None) -> Findings:
    """The findings in the order that ``words`` ask for of their table."""
    if words is None:
        return found
    from analyzer.findings.table import findings_table
    from reports.sorting import order_of

    places = order_of(findings_table(found), words).to_pylist()
    return replace(found, found=tuple(found.found[place] for place in places))


@grouped
def findings(
    source: ImageSource,
    output: TableOutput,
    lineage: Lineage,
    lines: Lines,
    select: Annotated[
        str | None, typer.Option("--select", metavar="RULES", help="Apply these rules only, with commas between.")
    ] = None,
    ignore: Annotated[str | None, typer.Option("--ignore", metavar="RULES", help="Apply all rules but these.")] = None,
    all_paths: Annotated[
        bool, typer.Option("--all-paths", help="All paths of each finding, not the first few only.")
    ] = False,
    config: ConfigOption = None,
    explain: Annotated[  # noqa: ARG001 - its callback does it, before IMAGE is asked for
        str | None,
        typer.Option("--explain", metavar="RULE", callback=_explain, is_eager=True, help="Explain a rule and exit."),
    ] = None,
) -> None:
    """What to change in the Dockerfile, and exactly what that saves: the most bytes first.

    docs/findings.md describes the rules. In Python: imgscan.open(IMAGE).findings()
    """
    selected, ignored = _words("--select", select), _words("--ignore", ignore)
    settings = checked_settings(config)[1].findings
    with source.opened(output.path) as image:
        parents = lineage.of(image, quiet=source.quiet)
        part = own_part(image, parents, quiet=source.quiet) if lineage.own else image
        found = part.findings(
            select=selected,
            ignore=ignored,
            parents=parents,
            dockerfile=lines.of(image, quiet=source.quiet),
            settings=settings,
        )
    found = found.with_all_paths() if all_paths else found
    if output.chosen is TableFormat.table:
        from reports.findings import first_paths, listed, whole_paths

        top = READABLE_ROWS if output.limit is None else output.limit
        output.write(listed(_sorted(found, output.sort), top, output.width, whole_paths if all_paths else first_paths))
        return
    from analyzer.findings.table import findings_table

    output.print(findings_table(found), "findings", quiet=source.quiet)
