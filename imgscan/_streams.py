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
