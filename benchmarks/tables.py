"""What was measured, as Markdown for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure import Measurement
    from promises import Verdict


@dataclass(frozen=True)
class Row:
    """One command on one case; with the number of entries where time per entry is the question."""

    case: str
    command: str
    taken: Measurement
    entries: int | None = None


def as_markdown(rows: list[Row], verdicts: list[Verdict]) -> str:
    """Give two tables: what was measured, and what that means for each promise."""
    lines = [
        _machine(),
        "",
        "| case | command | median s | from s | to s | peak MB | µs an entry |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
        *map(_measured, rows),
        "",
        "| case | promise | measured | kept |",
        "| --- | --- | ---: | --- |",
    ]
    for verdict in verdicts:
        kept = "yes" if verdict.kept else "**no**"
        lines.append(f"| {verdict.case} | {verdict.promise} | {verdict.measured} | {kept} |")
    return "\n".join(lines)


def _measured(row: Row) -> str:
    taken = row.taken
    median = f"stopped at {taken.median_seconds:.0f}" if taken.stopped else f"{taken.median_seconds:.3f}"
    spread = f"{min(taken.seconds):.3f} | {max(taken.seconds):.3f}"
    peak = "" if taken.peak_bytes is None else f"{taken.peak_bytes / 1e6:.0f}"
    each = f"{taken.median_seconds / row.entries * 1e6:.1f}" if row.entries else ""
    return f"| {row.case} | {row.command} | {median} | {spread} | {peak} | {each} |"


def as_json(rows: list[Row], verdicts: list[Verdict]) -> str:
    """Give the same as one JSON document, with every single run."""
    document = {
        "machine": _machine(),
        "measurements": [
            {**asdict(row.taken), "case": row.case, "command": row.command, "entries": row.entries} for row in rows
        ],
        "promises": [asdict(verdict) for verdict in verdicts],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _machine() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} CPUs ({model}), {platform.system()}, Python {platform.python_version()}"
