"""Standard output and standard error, whose readers may go away or never have been there."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

INTERRUPTED = 130


def say(text: str) -> None:
    """Write for a person, on stderr. Where nobody can read it, nothing is said: it is no reason to stop."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        let_go(sys.stderr)


def let_go(stream: TextIO) -> None:
    """Give up a stream: Python would write what is left, and complain once more, when it closes it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def error_text(message: str, hint: str | None, *, in_lines: bool = False) -> str:
    """What stderr shows. Messages quote names from the image, so control characters are escaped, line breaks too.

    Only what comes ``in_lines`` keeps them; those after the first begin with a bar: none passes for a command to a CI
    system, which may look past blanks.
    """
    from reports.formatting import visible

    lines = [visible(line).rstrip() for line in (message.split("\n") if in_lines else [message])]
    text = "imgscan: error: " + "\n  | ".join(line for line in lines if line) + "\n"
    return text + (f"hint: {visible(hint)}\n" if hint else "")
