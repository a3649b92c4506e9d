"""diffoscope, where it is installed, in place of our own comparison of contents.

It works on files. So the two contents of a path, and nothing else of an image, are written to a private temporary
folder, under names of ours, and are gone when it ends, by Ctrl-C or, on the command line, by SIGTERM too. Nothing of
the image is run, but the programs that diffoscope asks do parse it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from analyzer.diff.contents.compare import compare_contents
from analyzer.diff.contents.model import CONTENT_BYTES_LIMIT, Told, counted, cut
from analyzer.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.diff.contents.model import Content, ContentDifference

DIFFOSCOPE = "diffoscope"
SECONDS_LIMIT = 600
REPORT_BYTES_LIMIT = 4 * 1024**2

_OPTIONS = ("--text", "-", "--text-color", "never", "--no-progress", "--max-text-report-size", str(REPORT_BYTES_LIMIT))
_DIFFERENT = (0, 1)
_SIDES = ("old", "new")


class Diffoscope:
    """Compares contents by diffoscope; raises UsageError where it is not installed."""

    def __init__(self) -> None:
        program = shutil.which(DIFFOSCOPE)
        if program is None:
            hint = "Debian has it in diffoscope-minimal, PyPI in diffoscope; without it, contents are compared too"
            raise UsageError("diffoscope is not installed", hint=hint)
        self._program = program

    def __call__(self, path: str, old: Content | None, new: Content | None) -> ContentDifference:
        """Its report. Of what is on one side only, or too large, our own; raises OutputError where it fails."""
        if old is None or new is None:
            return compare_contents(path, old, new)
        if not (old.is_whole and new.is_whole):
            told = compare_contents(path, old, new)
            note = f"not for diffoscope: more than {counted(CONTENT_BYTES_LIMIT)}"
            return cut(path, Told(told.kind, [note, *told.lines]))
        return cut(path, Told(DIFFOSCOPE, self._report(path, old, new)))

    def _report(self, path: str, old: Content, new: Content) -> list[str]:
        try:
            with TemporaryDirectory(prefix="imgscan-") as folder:
                for name, content in zip(_SIDES, (old, new), strict=True):
                    Path(folder, name).write_bytes(content.data)
                done = self._run(Path(folder))
        except OSError as error:
            raise OutputError(f"cannot give {path} to diffoscope: {error.strerror}") from error
        except subprocess.TimeoutExpired as error:
            raise OutputError(f"diffoscope took more than {SECONDS_LIMIT} seconds for {path}") from error
        if done.returncode not in _DIFFERENT:
            *_, reason = done.stderr.decode("utf-8", "replace").splitlines() or ["it does not say why"]
            raise OutputError(f"diffoscope failed on {path}: {reason}")
        return done.stdout.decode("utf-8", "backslashreplace").splitlines()

    def _run(self, folder: Path) -> subprocess.CompletedProcess[bytes]:
        """What it says of the two files in ``folder``, where it also keeps what it unpacks."""
        command = [self._program, *_OPTIONS, *_SIDES]
        # It is started by another thread: a signal, which the main one hears, could come while it runs and is unknown.
        with ThreadPoolExecutor(1) as starter:
            starting = starter.submit(_started, command, folder)
            try:
                process = starting.result()
                output, errors = process.communicate(timeout=SECONDS_LIMIT)
            except BaseException:
                if starting.exception() is None:
                    _end(starting.result())
                raise
        return subprocess.CompletedProcess(command, process.returncode, output, errors)


def _started(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    """Its process. It has a session of its own, so that the programs that it starts can be ended with it."""
    return subprocess.Popen(  # noqa: S603 - no shell, and no word of the command comes from an image
        command,
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    with process, suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
