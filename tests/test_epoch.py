"""$SOURCE_DATE_EPOCH, as reproducible-builds.org defines it."""

import datetime as dt

import pytest

from analyzer.errors import SettingsError
from imgscan.epoch import source_date_epoch

CASES = [("0", 0), ("1700000000", 1_700_000_000), ("253402300799", 253_402_300_799), ("", None)]


@pytest.mark.parametrize(("stated", "seconds"), CASES)
def test_it_is_a_number_of_seconds(stated: str, seconds: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", stated)
    assert source_date_epoch() == seconds


def test_it_may_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert source_date_epoch() is None


@pytest.mark.parametrize("stated", ["-1", "1.5", "today", " 1", "\u0661", "253402300800", "9" * 5000])
def test_anything_else_is_an_error_that_names_it(stated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", stated)
    with pytest.raises(SettingsError, match="SOURCE_DATE_EPOCH is no number of seconds since 1970"):
        source_date_epoch()


def test_its_last_second_is_the_last_that_a_date_can_say() -> None:
    last = dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
    assert last.timestamp() == 253402300799
