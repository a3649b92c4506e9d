"""The command line, one file a command: parse, one library call, one rendering."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .._version import __version__
from .examples import epilog
from .on_demand import OnDemand
from .program import PROGRAM, Commands, Exactly

COMMANDS = (
    "report",
    "layers",
    "history",
    "dockerfile",
    "waste",
    "findings",
    "gate",
    "baseline",
    "trend",
    "packages",
    "changes",
    "rootfs",
    "ls",
    "explore",
    "sql",
    "cat",
    "diff",
    "parents",
    "tree",
    "completion",
    "catalog",
)
"""In the order of the help. Each is what the module of its name has under that name."""
_IN_PIPELINES = ("gate", "trend")


class _Program(Commands):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = OnDemand(COMMANDS, dict.fromkeys(_IN_PIPELINES, Exactly))


app = typer.Typer(
    name=PROGRAM,
    cls=_Program,
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
