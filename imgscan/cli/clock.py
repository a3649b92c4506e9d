"""The time and the day on which something is done: the only place that looks at the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..epoch import source_date_epoch

if TYPE_CHECKING:
    from datetime import date


def now() -> datetime:
    """The time, in UTC: that of $SOURCE_DATE_EPOCH, where it is set."""
    epoch = source_date_epoch()
    return datetime.now(UTC) if epoch is None else datetime.fromtimestamp(epoch, UTC)


def today() -> date:
    """The day of it."""
    return now().date()
