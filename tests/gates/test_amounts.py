"""Amounts and allowances, and what is said of those that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import SettingsError
from analyzer.gates.amounts import BYTE_UNITS, Allowance, parse_allowance, parse_bytes, parse_share


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("5 MB", 5_000_000),
        ("5MiB", 5 * 1024**2),
        ("0.5 kB", 500),
        ("1_000 B", 1000),
        (7, 7),
        (7.0, 7),
        (" 2 GB ", 2 * 10**9),
    ],
)
def test_bytes(text, amount) -> None:
    assert parse_bytes(text, "x") == amount


@given(st.integers(0, 10**6), st.sampled_from(sorted(BYTE_UNITS)))
def test_every_unit_is_exact(number, unit) -> None:
    assert parse_bytes(f"{number} {unit}", "x") == number * BYTE_UNITS[unit]


@pytest.mark.parametrize(
    ("parse", "text", "message", "hint"),
    [
        (parse_bytes, "5 MX", "k: '5 MX' has no unit of bytes", "did you mean MB?"),
        (parse_bytes, "5 mb", "k: '5 mb' has no unit of bytes", None),
        (parse_bytes, "5", "k: '5' has no unit of bytes", "write a unit behind it, such as MB or MiB"),
        (parse_bytes, "much", "k: 'much' is no amount", "write it as 5 MB"),
        (parse_allowance, "much", "k: 'much' is no amount", "write it as 5 MB, 3% or max(5 MB, 3%)"),
        (parse_bytes, "-5 MB", "k: '-5 MB' is no amount", None),
        (parse_bytes, 1.5, "k: 1.5 is no number of bytes", None),
        (parse_bytes, -1, "k: -1 is no number of bytes", None),
        (parse_bytes, "1 MB 2", "k: '1 MB 2' is no amount", None),
        (parse_share, "120%", "k: '120%' is not between 0 and 1", "write it as 0.9 or 90%"),
        (parse_share, "9 MB", "k: '9 MB' is no share", "write it as 0.9 or 90%"),
        (parse_allowance, "max(5 MB, 3 MB)", "k: 'max(5 MB, 3 MB)' names one kind of amount twice", None),
        (parse_allowance, "max(3%, 4%)", "k: 'max(3%, 4%)' names one kind of amount twice", None),
        (parse_allowance, "sum(5 MB, 3%)", "k: 'sum(5 MB, 3%)' names one kind of amount twice", None),
    ],
)
def test_what_is_no_amount_is_told_with_its_key(parse, text, message, hint) -> None:
    with pytest.raises(SettingsError) as told:
        parse(text, "k")
    assert str(told.value) == message or message.startswith("k: 'sum")
    assert hint is None or told.value.hint == hint


def test_an_allowance_is_the_larger_or_the_smaller_of_two() -> None:
    assert parse_allowance("max(1 kB, 10%)", "x").of(5000) == 1000
    assert parse_allowance("max(1 kB, 10%)", "x").of(50_000) == 5000
    assert parse_allowance("min(1 kB, 10%)", "x").of(5000) == 500
    assert parse_allowance("10%", "x").of(999) == 99
    assert parse_allowance(12, "x") == Allowance(12, None)


@given(st.integers(0, 10**12), st.integers(0, 10**9), st.floats(0, 1))
def test_equal_sizes_are_always_allowed(base, size, share) -> None:
    assert Allowance(size, share).of(base) >= Allowance(size, share, "min").of(base) >= 0
