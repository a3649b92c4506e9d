"""The findings table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from ..tables import FINDINGS

if TYPE_CHECKING:
    from .model import Findings


def findings_table(findings: Findings) -> pa.Table:
    """One row a finding (`tables.FINDINGS`), in their order."""
    columns = {name: [getattr(each, name) for each in findings] for name in FINDINGS.names}
    return pa.table(columns, FINDINGS)
