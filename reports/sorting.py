"""Rows in the order of columns that somebody names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.errors import UsageError
from analyzer.settings import nearest

from .formatting import visible
from .tables import named_apart, plain_table

if TYPE_CHECKING:
    from collections.abc import Collection

_DIRECTIONS = {":asc": "ascending", ":desc": "descending"}
_SHOWN_AS = {"instruction": "created_by", "dockerfile": "dockerfile_line"}  # what tables to read make of a column


def sorted_by(table: pa.Table, words: str | None, limit: int | None = None) -> pa.Table:
    """The first rows in the order that ``words`` ask for; as they are for None. As `order_of`.

    >>> table = pa.table({"path": ["b", "a", "c"], "bytes": [1, None, 2]})
    >>> sorted_by(table, "-bytes")["path"].to_pylist(), sorted_by(table, "path:desc")["path"].to_pylist()
    (['c', 'b', 'a'], ['c', 'b', 'a'])
    """
    if words is None:
        return table[:limit]
    order = order_of(table, words)
    if limit is None or limit >= len(order):
        return table.take(order)
    # Unlike `take`, a filter need not join the chunks of every column first.
    wanted = order[:limit]
    chosen = np.zeros(len(order), bool)
    chosen[wanted.to_numpy()] = True
    few = table.filter(pa.array(chosen))
    return few.take(pc.subtract(pc.rank(wanted), 1))


def order_of(table: pa.Table, words: str) -> pa.Array:
    """The places of the rows in the order of ``words``: columns with commas between, ``-bytes,path``.

    ``-bytes`` and ``bytes:desc`` put the largest first. Rows without a value come last, equal ones stay as they
    were. Raises UsageError for a column that there is not, or that has no order.
    """
    table = named_apart(table)
    keys = _keys(words, table.column_names)
    plain = plain_table(table.select([name for name, _ in keys]))
    for name, kind in zip(plain.column_names, plain.schema.types, strict=True):
        if pa.types.is_nested(kind):
            raise UsageError(f"--sort: {visible(name)} holds lists, which have no order")
    return pc.sort_indices(plain, sort_keys=keys)


def check(words: str, columns: Collection[str]) -> None:
    """Raises UsageError where ``words`` name a column that is none of ``columns``."""
    _keys(words, columns)


def _keys(words: str, columns: Collection[str]) -> list[tuple[str, str]]:
    parts = [words] if words in columns else [each.strip() for each in words.split(",")]
    keys: dict[str, str] = {}
    for each in parts:
        name, order = _key(each, columns)
        keys.setdefault(name, order)  # named again, it decides nothing
    return list(keys.items())


def _key(word: str, columns: Collection[str]) -> tuple[str, str]:
    name, order = word, "ascending"
    if word not in columns and word.startswith("-"):
        name, order = word[1:], "descending"
    for ending, direction in _DIRECTIONS.items():
        if name not in columns and name.endswith(ending):
            name, order = name.removesuffix(ending), direction
    known = name if name in columns else _SHOWN_AS.get(name, name)
    if known not in columns:
        raise UsageError(f"--sort: there is no column {visible(name)!r}", hint=nearest(name, columns))
    return known, order
