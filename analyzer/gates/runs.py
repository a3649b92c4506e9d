"""One run of a gate on one image, as it is kept to see how images grew: a line of JSON, or a row of Parquet.

The columns of a row: ``date``, ``commit``, ``image``, ``platform``, ``verdict``, then every figure by its key, those
of own layers with ``own.`` in front.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import RecordError
from .figures import FIGURES, OWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from .figures import Value

COLUMNS = tuple(f"{prefix}{key}" for prefix in ("", OWN) for key in FIGURES)
"""The keys of all figures, in the order of a row."""

WORDS = ("date", "commit", "image", "platform", "verdict")
WORD_BYTES_LIMIT = 4096
_MOST = 2**63


class Run(msgspec.Struct, frozen=True):
    """What a gate found of an image. ``date`` is a time in UTC, ``commit`` None where nothing told it.

    ``figures`` go by `COLUMNS`; one that is missing or None was not known.
    """

    date: str
    commit: str | None
    image: str
    platform: str
    verdict: str
    figures: Mapping[str, Value]

    @property
    def row(self) -> dict[str, Any]:
        """All columns, None for what is not known."""
        words = {name: getattr(self, name) for name in WORDS}
        return words | {key: self.figures.get(key) for key in COLUMNS}


def timestamp(moment: datetime) -> str:
    """A time as rows have it.

    >>> timestamp(datetime(2026, 5, 1, 12, 30, tzinfo=UTC))
    '2026-05-01T12:30:00Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def encoded(run: Run) -> bytes:
    """The run as one line of JSON, line break included."""
    return msgspec.json.encode(run.row) + b"\n"


def decoded(line: bytes) -> Run:
    """The run in a line of JSON. Raises RecordError."""
    try:
        row = msgspec.json.decode(line, type=dict[str, str | int | float | None])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError("it is no line of a record") from error
    return from_row(row)


def from_row(row: Mapping[str, Any]) -> Run:
    """The run in a row. Raises RecordError for one that no gate writes; columns that are not known are left alone."""
    words = {name: _word(row, name) for name in WORDS}
    commit = words["commit"]
    return Run(
        date=_date(_told(words["date"], "date")),
        commit=commit,
        image=_told(words["image"], "image"),
        platform=_told(words["platform"], "platform"),
        verdict=_told(words["verdict"], "verdict"),
        figures={key: _figure(row[key], key) for key in COLUMNS if key in row},
    )


def runs_table(runs: Sequence[Run]) -> pa.Table:
    """The runs as a table, which has a column for every figure."""
    import pyarrow as pa

    numbers = {key: pa.float64() if FIGURES[key.removeprefix(OWN)].unit == "share" else pa.int64() for key in COLUMNS}
    schema = pa.schema([*((name, pa.string()) for name in WORDS), *numbers.items()])
    return pa.Table.from_pylist([run.row for run in runs], schema)


def _word(row: Mapping[str, Any], name: str) -> str | None:
    word = row.get(name)
    if word is not None and (not isinstance(word, str) or len(word.encode()) > WORD_BYTES_LIMIT):
        raise RecordError(f"{name} is no text, or too long a one")
    return word


def _told(word: str | None, name: str) -> str:
    if word is None:
        raise RecordError(f"there is no {name}")
    return word


def _date(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
        return timestamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise RecordError(f"date is no time: {text[:40]!r}") from error


def _figure(value: Any, key: str) -> Value:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _MOST or math.isnan(value):
        raise RecordError(f"{key} is no figure")
    return value
