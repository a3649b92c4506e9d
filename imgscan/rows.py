"""Results that are tables as well: whatever takes Arrow tables takes them as they are."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from analyzer.errors import MissingLibraryError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa


class Rows:
    """A result with a ``table``; DuckDB, Polars and pandas take it as it is (Arrow PyCapsule interface)."""

    @property
    def table(self) -> pa.Table:
        """The same as a table, one row an item."""
        raise NotImplementedError

    def to_pandas(self) -> pd.DataFrame:
        """The table as pandas has it."""
        return self.table.to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """The table as Polars has it. Raises MissingLibraryError where Polars is not installed."""
        polars = optional("polars", "to_polars()")
        frame: pl.DataFrame = polars.DataFrame(self)
        return frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


def optional(module: str, purpose: str) -> Any:
    """A module of the extra ``notebook``. Raises MissingLibraryError, with how to install it, where it is not there."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:
            raise
        hint = "pip install 'imgscan[notebook]'"
        raise MissingLibraryError(f"{purpose} needs {error.name}, which is not installed", hint=hint) from error
