"""SQL over the tables of an image, by DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    import pyarrow as pa


def query(tables: Mapping[str, pa.Table], statement: str) -> pa.Table:
    """The result of one SQL statement over ``tables`` by name; raises QueryError with DuckDB's words.

    The statement sees these tables and nothing else: no files, no network, no extensions.
    """
    import duckdb

    with duckdb.connect(":memory:") as connection:
        for name, table in tables.items():
            connection.register(name, table)
        connection.execute("SET TimeZone = 'UTC'")  # a machine's own zone has no place in a result
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        try:
            _check(connection.extract_statements(statement))
            return connection.sql(statement).to_arrow_table()
        except (duckdb.Error, AttributeError) as error:
            raise QueryError(_message(error), hint="tables: " + ", ".join(tables)) from error
        except RuntimeError as error:  # what DuckDB makes of Ctrl-C
            if "interrupted" not in str(error).lower():
                raise
            raise KeyboardInterrupt from error


def _check(statements: Sequence[duckdb.Statement]) -> None:
    """Raises QueryError for several queries: all results but the last would be lost."""
    from duckdb import StatementType

    queries = sum(each.type == StatementType.SELECT for each in statements)
    if queries > 1:
        raise QueryError(f"{queries} queries have no common result: ask one at a time")


def _message(error: Exception) -> str:
    if isinstance(error, AttributeError):  # what DuckDB gives for a statement without a result is None
        return "the statement has no result"
    return str(error)
