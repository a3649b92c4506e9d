"""Ratios and amounts of bytes as `.dive-ci` files have them.

dive takes what Go's YAML takes for a number, octal, hexadecimal and NaN too, with which a rule always passes. Those
are refused here, and so is what dive refuses.
"""

from __future__ import annotations

import re

_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_BYTES = re.compile(r"([0-9][0-9,]*\.?[0-9,]*|\.[0-9][0-9,]*)\s*([A-Za-z]*)\s*")
_OCTAL = re.compile(r"\+?0[0-9]+")  # to YAML 1.1 and to dive, unless in quotes
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5, "e": 6}
_UNITS = {
    **{power + unit: 1000**exponent for power, exponent in _POWERS.items() for unit in ("", "b")},
    **{power + unit: 1024**exponent for power, exponent in _POWERS.items() if power for unit in ("i", "ib")},
}
_LIMIT = float(1 << 64)


def parse_ratio(text: str, *, is_plain: bool) -> float:  # noqa: ARG001
    """A number from 0 to 1; raises ValueError that says so.

    >>> parse_ratio("0.95", is_plain=True)
    0.95
    """
    value = float(text) if _DECIMAL.fullmatch(text) else -1.0
    if not 0 <= value <= 1:
        raise ValueError(f"has to be a number from 0 to 1, not {text!r}")
    return value


def parse_bytes(text: str, *, is_plain: bool) -> int:
    """An amount of bytes, rounded down; raises ValueError. Commas are passed over, `is_plain` is without quotes.

    >>> parse_bytes("20MB", is_plain=True), parse_bytes("1.5 KiB", is_plain=True), parse_bytes("1,000", is_plain=True)
    (20000000, 1536, 1000)
    """
    if is_plain and _OCTAL.fullmatch(text):
        raise ValueError(f"has to be a decimal number without leading zeros, not {text!r}")
    if is_plain and _DECIMAL.fullmatch(text):  # numbers of YAML can have a sign or an exponent
        return _whole(float(text), text)
    found = _BYTES.fullmatch(text)
    unit = _UNITS.get(found[2].lower()) if found else None
    if found is None or unit is None:
        raise ValueError(f"has to be an amount of bytes such as 20MB or 1.5GiB, not {text!r}")
    return _whole(float(found[1].replace(",", "")) * float(unit), text)


def _whole(value: float, text: str) -> int:
    if not 0 <= value < _LIMIT:
        raise ValueError(f"has to be from 0 to less than 16EiB, not {text!r}")
    return int(value)
