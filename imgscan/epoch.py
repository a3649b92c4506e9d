"""The time that whatever is made shall state (reproducible-builds.org/specs/source-date-epoch)."""

from __future__ import annotations

import os
import re

from analyzer.errors import SettingsError

_LAST = 253_402_300_799  # the last second of the year 9999, and of what dates can say


def source_date_epoch() -> int | None:
    """$SOURCE_DATE_EPOCH in seconds since 1970; None where it is not set. Raises SettingsError for anything else."""
    stated = os.environ.get("SOURCE_DATE_EPOCH")
    if not stated:
        return None
    if re.fullmatch("[0-9]{1,12}", stated) is None or int(stated) > _LAST:
        raise SettingsError(f"SOURCE_DATE_EPOCH is no number of seconds since 1970: {stated[:40]!r}")
    return int(stated)
