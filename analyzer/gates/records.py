"""Where runs are kept: a file that grows by a line a run, or a folder with a Parquet file a run.

Several pipelines may write at once, and one may be stopped in the middle of a line: what others wrote is never
touched, and what is damaged is told and left out.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
from typing import IO, TYPE_CHECKING

from msgspec import Struct

from ..errors import RecordError
from .runs import COLUMNS, WORD_BYTES_LIMIT, WORDS, decoded, encoded, from_row, runs_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from .runs import Run

RUNS_BYTES_LIMIT = 32 * 1024**2
RUNS_FILE_ROWS_LIMIT = 1000
PARQUET = ".parquet"
_SHOWN = 5
_HINT = "imgscan gate --record FILE.jsonl writes one"


class Records(Struct, frozen=True):
    """All runs of a record, by date; ``notes`` say what is left out, and why."""

    runs: tuple[Run, ...]
    notes: tuple[str, ...]


def append(file: Path, runs: Sequence[Run]) -> bool:
    """Whether the file ended within a line; add the runs to it, a line each. Raises OSError.

    A line that was cut off keeps its place and ends there. Where there is no room for all of the new lines, none is
    added.
    """
    with file.open("a+b", buffering=0) as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        end = opened.seek(0, os.SEEK_END)
        cut_off = end > 0 and os.pread(opened.fileno(), 1, end - 1) != b"\n"
        try:
            _write_all(opened, (b"\n" if cut_off else b"") + b"".join(map(encoded, runs)))
        except OSError:
            opened.truncate(end)
            raise
    return cut_off


def _write_all(file: IO[bytes], content: bytes) -> None:
    """Without a buffer, so that nothing is written when the lock is gone; a disk that is nearly full takes a part."""
    while content:
        content = content[file.write(content) :]


def parquet_file(runs: Sequence[Run]) -> tuple[str, bytes]:
    """Name and content of the file for one run of a gate; the same run gives the same of both."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(runs_table(runs), sink, compression="none", use_dictionary=False)
    content = sink.getvalue().to_pybytes()
    digest = hashlib.sha256(b"".join(map(encoded, runs))).hexdigest()[:16]
    day = runs[0].date.replace(":", "").replace("-", "") if runs else "none"
    return f"{day}-{digest}{PARQUET}", content


def read_records(place: Path) -> Records:
    """The runs in a file of lines, or in the Parquet files of a folder. Raises RecordError where it cannot be read."""
    try:
        found, notes = _from_folder(place) if place.is_dir() else _from_lines(_content(place), place)
    except OSError as error:
        raise RecordError(f"cannot read {place}: {error.strerror}") from error
    return Records(tuple(sorted(found, key=lambda run: run.date)), tuple(notes))


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        content = opened.read(RUNS_BYTES_LIMIT + 1)
    if len(content) > RUNS_BYTES_LIMIT:
        if not content.startswith(b"{"):
            raise RecordError(f"{file} is no record of runs", hint=_HINT)
        raise RecordError(f"{file} has more than {RUNS_BYTES_LIMIT:,} bytes", hint="begin a new record now and then")
    return content


def _from_lines(content: bytes, file: Path) -> tuple[list[Run], list[str]]:
    found, damaged = [], []
    for number, line in enumerate(io.BytesIO(content), 1):
        try:
            found += [decoded(line)] if line.strip() else []
        except RecordError as error:
            damaged.append(f"line {number}: {error}")
    if damaged and not found:
        raise RecordError(f"{file} is no record of runs", hint=_HINT)
    return found, _notes(damaged)


def _from_folder(folder: Path) -> tuple[list[Run], list[str]]:
    found: list[Run] = []
    damaged, size = [], 0
    for file in sorted(folder.glob(f"*{PARQUET}")):
        size += file.stat().st_size
        if size > RUNS_BYTES_LIMIT:
            raise RecordError(f"{folder} has more than {RUNS_BYTES_LIMIT:,} bytes", hint="begin a new record now")
        try:
            found += _from_parquet(file.read_bytes())
        except RecordError as error:
            damaged.append(f"{file.name}: {error}")
    return found, _notes(damaged)


def _from_parquet(content: bytes) -> list[Run]:
    """The runs of one file. Raises RecordError."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    from ..inheritance.footer import UNCOMPRESSED, codecs

    try:
        if codecs(io.BytesIO(content)) - {UNCOMPRESSED}:
            raise RecordError("it is compressed inside, as no record is")
        opened = pq.ParquetFile(
            pa.BufferReader(content), read_dictionary=list(WORDS), thrift_container_size_limit=100_000
        )
        if opened.metadata.num_rows > RUNS_FILE_ROWS_LIMIT:
            raise RecordError(f"it has more than {RUNS_FILE_ROWS_LIMIT:,} rows")
        rows = _checked(opened.read(columns=[*WORDS, *COLUMNS])).to_pylist()
    except KeyError as error:  # one that Arrow is asked to read as a dictionary
        raise RecordError("it lacks a column that records have") from error
    except (pa.ArrowException, OSError, ValueError) as error:
        raise RecordError(f"no Parquet file: {str(error).partition(chr(10))[0][:200]}") from error
    return [from_row(row) for row in rows]


def _checked(table: pa.Table) -> pa.Table:
    """The table, if its columns are those of records. A text that is said to be repeated may not be a long one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = (pa.dictionary(pa.int32(), pa.string()), pa.int64(), pa.float64())
    for name, kind in zip(table.column_names, table.schema.types, strict=True):
        if kind not in kinds:
            raise RecordError(f"{name} is of another type than in records")
        for chunk in table[name].chunks if kind == kinds[0] else ():
            if (pc.max(pc.binary_length(chunk.dictionary)).as_py() or 0) > WORD_BYTES_LIMIT:
                raise RecordError(f"{name} is too long a text")
    return table


def _notes(damaged: list[str]) -> list[str]:
    if not damaged:
        return []
    more = f"; and {len(damaged) - _SHOWN} more" if len(damaged) > _SHOWN else ""
    return [f"left out, since damaged: {'; '.join(damaged[:_SHOWN])}{more}"]
