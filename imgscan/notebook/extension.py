"""`%load_ext imgscan`: notebooks then show imgscan's tables with bars, in place of Arrow's text."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from .table import is_ours, shown


def _table_shown(table: pa.Table) -> str | None:
    """HTML; None, which leaves it to Jupyter, for tables of others."""
    return shown(table) if is_ours(table) else None


def load(shell: Any) -> None:
    """Tell an IPython shell how to show tables."""
    shell.display_formatter.formatters["text/html"].for_type(pa.Table, _table_shown)


def unload(shell: Any) -> None:
    """Take that back."""
    shell.display_formatter.formatters["text/html"].pop(pa.Table)
