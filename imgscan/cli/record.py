"""Keeping what gates found: a row a run and image, in a file or a folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from analyzer.errors import OutputError

from .output import tell, write_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from analyzer.gates.runs import Run
    from analyzer.gates.weights import Weights

_LINES = (".jsonl", ".ndjson")
_FOLDER = ".parquet"
_COMMITS = ("GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT")


def check_place(place: Path) -> None:
    """Raises OutputError, before anything is read, for a name that says nothing of the form."""
    if place.suffix not in (*_LINES, _FOLDER):
        hint = "end in .jsonl for a file of lines, in .parquet for a folder of Parquet files"
        raise OutputError(f"--record: {place} is no name of a record", hint=hint)
    if place.suffix == _FOLDER and place.exists() and not place.is_dir():
        raise OutputError(f"--record: {place} is a file", hint="it has to be a folder: one file a run is written there")


def run_of(weights: Weights, verdict: str, moment: datetime) -> Run:
    """What is kept of an image: its figures, the verdict, and the commit that the environment tells."""
    from analyzer.gates.figures import OWN
    from analyzer.gates.runs import Run, timestamp

    commit = next((os.environ[name] for name in _COMMITS if os.environ.get(name)), None)
    own = {f"{OWN}{key}": value for key, value in weights.own.items()}
    return Run(timestamp(moment), commit, weights.name, weights.platform, verdict, {**weights.whole, **own})


def record(place: Path, runs: Sequence[Run], *, quiet: bool) -> None:
    """Add the runs. What somebody else left damaged is told on stderr and stays. Raises OutputError."""
    from analyzer.gates.records import append, parquet_file

    if place.suffix == _FOLDER:
        name, content = parquet_file(runs)
        write_all({place / name: content}, place)
        tell(f"wrote {place / name}", quiet=quiet)
        return
    try:
        if append(place, runs):
            tell(f"{place} ended within a line: that one is damaged, and stays as it is", quiet=quiet)
        tell(f"wrote {place}", quiet=quiet)
    except OSError as error:
        raise OutputError(f"cannot write {place}: {error.strerror}") from error
