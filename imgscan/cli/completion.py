"""`imgscan completion SHELL`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from .options import OutputOption
from .output import write


class Shell(str, Enum):
    """Shells that there is a script for."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


def completion(
    context: typer.Context,
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
    output: OutputOption = None,
) -> None:
    """Print a script that lets a shell complete commands, options and their values when Tab is pressed.

    The script holds all words, so it is quick, and is to be made anew after an update.
    """
    from . import shells
    from .described import described

    script = {Shell.bash: shells.bash, Shell.zsh: shells.zsh, Shell.fish: shells.fish}[shell]
    write(script(described(context.find_root().command)).encode(), output)
