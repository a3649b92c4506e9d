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
from .program import PROGRAM, Commands, Exactly

app = typer.Typer(
    name=PROGRAM,
    cls=Commands,
    help="Account for every byte of a container image: layers, waste, files, and what each costs.",
    epilog="IMAGE is a file or folder as docker save, podman save, skopeo or docker export write it, or - for "
    "standard input. Exit status: 0 done, 1 diff --exit-code found a difference, a gate failed or baseline check "
    "an entry that does not fit, 2 usage or trouble.",
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


app.command("report", epilog=epilog("report"))(report.report)
app.command("layers", epilog=epilog("layers"))(layers.layers)
app.command("history", epilog=epilog("history"))(history.history)
app.command("dockerfile", epilog=epilog("dockerfile"))(dockerfile.dockerfile)
app.command("waste", epilog=epilog("waste"))(waste.waste)
app.command("findings", epilog=epilog("findings"))(findings.findings)
app.command("gate", cls=Exactly, epilog=epilog("gate"))(gate.gate)
app.add_typer(baseline.baseline, name="baseline", epilog=epilog("baseline"))
app.command("trend", cls=Exactly, epilog=epilog("trend"))(trend.trend)
app.command("packages", epilog=epilog("packages"))(packages.packages)
app.command("changes", epilog=epilog("changes"))(changes.changes)
app.command("rootfs", epilog=epilog("rootfs"))(rootfs.rootfs)
app.command("ls", epilog=epilog("ls"))(ls.ls)
app.command("explore", epilog=epilog("explore"))(explore.explore)
app.command("sql", epilog=epilog("sql"))(sql.sql)
app.command("cat", epilog=epilog("cat"))(cat.cat)
app.command("diff", epilog=epilog("diff"))(diff.diff)
app.command("parents", epilog=epilog("parents"))(parents.parents)
app.command("tree", epilog=epilog("tree"))(tree.tree)
app.command("completion", epilog=epilog("completion"))(completion.completion)
app.add_typer(catalog.catalog, name="catalog", epilog=epilog("catalog"))
