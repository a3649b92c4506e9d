"""The command line, one file a command: parse, one library call, one rendering."""

from __future__ import annotations

from typing import Annotated

import typer

from .._version import __version__
from . import (
    baseline,
    cat,
    catalog,
    changes,
    completion,
    diff,
    dockerfile,
    explore,
    findings,
    gate,
    history,
    layers,
    ls,
    packages,
    parents,
    report,
    rootfs,
    sql,
    tree,
    trend,
    waste,
)
from .examples import epilog
from .program import PROGRAM, Commands, words
from .summaries import SUMMARIES

app = typer.Typer(
    name=PROGRAM,
    cls=Commands,
    help="Account for every byte of a container image: layers, waste, files, and what each costs.",
    epilog="IMAGE is a file or folder as docker save, podman save, skopeo or docker export write it, or - for "
    "standard input. Exit status: 0 done, 1 diff --exit-code found a difference, a gate failed or baseline check "
    "an entry that does not fit, 2 usage or trouble.\n\n" + (epilog("") or ""),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"imgscan {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors.")] = False,
) -> None:
    """Account for every byte of a container image: layers, waste, files, and what each costs."""


app.command("report", **words("report"))(report.report)
app.command("layers", **words("layers"))(layers.layers)
app.command("history", **words("history"))(history.history)
app.command("dockerfile", **words("dockerfile"))(dockerfile.dockerfile)
app.command("waste", **words("waste"))(waste.waste)
app.command("findings", **words("findings"))(findings.findings)
app.command("gate", **words("gate"))(gate.gate)
app.add_typer(baseline.baseline, name="baseline", short_help=SUMMARIES["baseline"], epilog=epilog("baseline"))
app.command("trend", **words("trend"))(trend.trend)
app.command("packages", **words("packages"))(packages.packages)
app.command("changes", **words("changes"))(changes.changes)
app.command("rootfs", **words("rootfs"))(rootfs.rootfs)
app.command("ls", **words("ls"))(ls.ls)
app.command("explore", **words("explore"))(explore.explore)
app.command("sql", **words("sql"))(sql.sql)
app.command("cat", **words("cat"))(cat.cat)
app.command("diff", **words("diff"))(diff.diff)
app.command("parents", **words("parents"))(parents.parents)
app.command("tree", **words("tree"))(tree.tree)
app.command("completion", **words("completion"))(completion.completion)
app.add_typer(catalog.catalog, name="catalog", short_help=SUMMARIES["catalog"], epilog=epilog("catalog"))
