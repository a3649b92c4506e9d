"""SQL over the tables of an image, by DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import duckdb
    import pyarrow as pa


_QUERIES = {"SELECT", "EXPLAIN", "PRAGMA", "MULTI"}  # of which the last is a pivot


def query(tables: Mapping[str, Callable[[], pa.Table]], statement: str) -> pa.Table:
    """The result of one SQL query over ``tables``, by name what makes each; raises QueryError with DuckDB's words.

    It sees these tables and nothing else: no files, no network, no extensions. None is made for a statement that has
    no result, and otherwise those that it names; one that names none may ask for what there is: it gets all.
    """
    import duckdb

    with duckdb.connect(":memory:") as connection:
        try:
            _check(connection.extract_statements(statement))
            for name in _named(tables, statement):
                connection.register(name, tables[name]())
            connection.execute("SET TimeZone = 'UTC'")  # a machine's own zone has no place in a result
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            return connection.sql(statement).to_arrow_table()
        except duckdb.Error as error:
            raise QueryError(str(error), hint="tables: " + ", ".join(tables)) from error
        except RuntimeError as error:  # what DuckDB makes of Ctrl-C
            if "interrupted" not in str(error).lower():
                raise
            raise KeyboardInterrupt from error


def _named(tables: Iterable[str], statement: str) -> list[str]:
    """The tables whose names stand anywhere in the statement, or all of them."""
    text = statement.lower()
    return [name for name in tables if name in text] or list(tables)


def _check(statements: Sequence[duckdb.Statement]) -> None:
    """Raises QueryError unless the last statement, and no other, is a query; before it views and macros may be made.

    Of several queries all results but the last would be lost, and what is changed behind it is never seen.
    """
    asking = [each.type.name in _QUERIES for each in statements]
    if sum(asking) > 1:
        raise QueryError(f"{sum(asking)} queries have no common result: ask one at a time")
    if not (asking and asking[-1]):
        hint = "end with select, describe or summarize: nothing else is kept; --output writes the result to a file"
        raise QueryError("the statement has no result", hint=hint)
