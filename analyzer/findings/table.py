"""The findings table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from ..tables import FINDINGS

if TYPE_CHECKING:
    from .model import Findings


def findings_table(findings: Findings) -> pa.Table:
    """One row a finding (`tables.FINDINGS`), in their order."""
    return pa.Table.from_pylist([vars(finding) for finding in findings.found], FINDINGS)
