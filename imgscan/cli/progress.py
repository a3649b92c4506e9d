"""The progress bar: on a terminal only, on stderr, with bytes, rate and time left."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from analyzer.progress import Silence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from analyzer.progress import Progress


@contextmanager
def shown_progress(label: str, *, quiet: bool) -> Iterator[Progress]:
    """Progress that shows on a terminal, and is silent elsewhere."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield Silence()
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (TextColumn("reading"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _ShownProgress(bar, bar.add_task(label, total=None))


class _ShownProgress:
    """Passes what the reading tells on to a bar of rich."""

    def __init__(self, bar: Bar, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def expect(self, total: int | None) -> None:
        """Start from nothing, towards ``total``."""
        self._bar.reset(self._task, total=total)

    def advance(self, count: int) -> None:
        """Move on."""
        self._bar.advance(self._task, count)


class Together:
    """Progress of several readings as one: their totals are added up."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._total: int | None = 0

    def expect(self, total: int | None) -> None:
        """So many more bytes are going to be read."""
        self._total = None if total is None or self._total is None else self._total + total
        self._progress.expect(self._total)

    def advance(self, count: int) -> None:
        """Move on."""
        self._progress.advance(count)
