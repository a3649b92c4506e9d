"""Runs commands by turns and takes their wall-clock time and their peak memory."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from statistics import median
from threading import Timer
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class CommandFailedError(Exception):
    """A command exited with an error or left no output: its time would mean nothing."""


@dataclass(frozen=True)
class Command:
    """What to run. `output` is the file that it writes, removed before each run and looked for afterwards."""

    name: str
    arguments: tuple[str, ...]
    output: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    limit_seconds: float = 500.0


@dataclass(frozen=True)
class Measurement:
    """The runs of one command. One that was stopped at its limit took at least that long, at a peak nobody knows."""

    seconds: tuple[float, ...]
    peak_bytes: int | None
    stopped: bool = False

    @property
    def median_seconds(self) -> float:
        return median(self.seconds)


@dataclass(frozen=True)
class _Run:
    seconds: float
    peak_bytes: int
    stopped: bool


def measure(commands: list[Command], runs: int) -> dict[str, Measurement]:
    """Run every command once to warm up, then all of them in turn, `runs` times over.

    By turns, so that a spell of noise on the machine falls on all of them. A command that was
    stopped at its limit is not run again.
    """
    warm_up = {command.name: _run(command) for command in commands}
    taken: dict[str, list[_Run]] = {name: [run] if run.stopped else [] for name, run in warm_up.items()}
    for _ in range(runs):
        for command in commands:
            if not any(run.stopped for run in taken[command.name]):
                taken[command.name].append(_run(command))
    return {name: _summary(those) for name, those in taken.items()}


def _summary(runs: list[_Run]) -> Measurement:
    stopped = [run for run in runs if run.stopped]
    if stopped:
        return Measurement(tuple(run.seconds for run in stopped), None, stopped=True)
    return Measurement(tuple(run.seconds for run in runs), max(run.peak_bytes for run in runs))


def _run(command: Command) -> _Run:
    if command.output:
        command.output.unlink(missing_ok=True)
    with tempfile.TemporaryFile() as errors:
        start = perf_counter()
        process = subprocess.Popen(
            command.arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=os.environ | command.environment,
            start_new_session=True,
        )
        run, status = _wait(process, start, command.limit_seconds)
        errors.seek(0)
        _check(command, run, status, errors.read().decode(errors="replace"))
    return run


def _wait(process: subprocess.Popen[bytes], start: float, limit: float) -> tuple[_Run, int]:
    """Wait with wait4, which tells the peak memory of this one process and of the children that it waited for."""
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        os.killpg(process.pid, signal.SIGKILL)  # its own group: a session was started for it

    timer = Timer(limit, stop)
    timer.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        timer.cancel()
    seconds = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return _Run(seconds, usage.ru_maxrss * 1024, stopped), process.returncode


def _check(command: Command, run: _Run, status: int, errors: str) -> None:
    if run.stopped:
        return
    if status != 0:
        raise CommandFailedError(f"{' '.join(command.arguments)}: exit status {status}\n{errors[-2000:]}")
    if command.output and not (command.output.is_file() and command.output.stat().st_size):
        raise CommandFailedError(f"{' '.join(command.arguments)}: wrote nothing to {command.output}")
