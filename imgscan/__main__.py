"""The `imgscan` command: where errors become one line and an exit status."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from ._lean import start_lean
from ._streams import INTERRUPTED, error_text, say

if TYPE_CHECKING:
    from types import FrameType

TROUBLE = 2

_AGAIN_SECONDS = 0.01


def main() -> None:
    """Run the command line.

    Exit status: 0 done, 1 images differ (`diff --exit-code`) or a gate failed, 2 usage or trouble, 130 interrupted.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
        signal.signal(signal.SIGALRM, _interrupt)
    try:
        _run()
    except KeyboardInterrupt:
        say("imgscan: interrupted\n")
        sys.exit(INTERRUPTED)


def _interrupt(_: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt; in the middle of Python's own code of imports a moment later.

    There it would be lost, or leave the lock of all imports taken, for which other threads would wait for ever.
    """
    if frame is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
    else:
        raise KeyboardInterrupt


def _run() -> None:
    start_lean()
    from analyzer.errors import ImgscanError

    from .cli import app

    try:
        app()
    except ImgscanError as error:
        if "--debug" in sys.argv:
            say(_traceback())
        say(error_text(str(error), error.hint, in_lines=error.in_lines))
        sys.exit(TROUBLE)
    except Exception as error:  # noqa: BLE001 - Python would end with 1, which says that images differ
        say(_traceback())
        say(error_text(f"a defect of imgscan: {type(error).__name__}", "please report it, with the lines above"))
        sys.exit(TROUBLE)


def _traceback() -> str:
    """Where it went wrong; messages in it quote names from the image, so it is shown as errors are."""
    import traceback

    from reports.formatting import visible

    return "\n  | ".join(visible(line) for line in traceback.format_exc().splitlines()) + "\n"


if __name__ == "__main__":
    main()
