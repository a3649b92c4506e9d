"""Amounts as people write them in settings: bytes with a unit, percent, plain numbers."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from ..errors import SettingsError
from ..settings import nearest

BYTE_UNITS = {
    "B": 1,
    **{f"{letter}B": 1000**power for power, letter in enumerate("kMGT", 1)},
    **{f"{letter}iB": 1024**power for power, letter in enumerate("KMGT", 1)},
}
"""Units of bytes: decimal ones and binary ones."""

_AMOUNT = re.compile(r"\s*(\d[\d_]*(?:\.\d+)?)\s*([A-Za-z%]*)\s*", re.ASCII)
_MOST = 2**63 - 1
"""As many bytes as a column of a table can hold: no image has more, so that a larger limit is a slip."""
_BYTES, _SHARE, _GROWTH = "write it as 5 MB", "write it as 0.9 or 90%", "write it as 5 MB, 3% or max(5 MB, 3%)"
_LIMIT = re.compile(r"\s*(max|min)\s*\(([^()]*)\)\s*")


def parse_bytes(text: str | float, key: str) -> int:
    """Bytes, from a number of them or from a text with a unit; raises SettingsError that names ``key``.

    >>> parse_bytes("1.5 MB", "x"), parse_bytes("2MiB", "x"), parse_bytes(300, "x")
    (1500000, 2097152, 300)
    """
    if isinstance(text, int | float):
        if (isinstance(text, float) and not text.is_integer()) or text < 0:
            raise SettingsError(f"{key}: {text} is no number of bytes", hint=_BYTES)
        return _bounded(int(text), key)
    number, unit = _parted(text, key, _BYTES)
    if unit not in BYTE_UNITS:
        alike = next((each for each in BYTE_UNITS if each.lower() == unit.lower()), None)
        hint = nearest(alike or unit, BYTE_UNITS) if unit else "write a unit behind it, such as MB or MiB"
        raise SettingsError(f"{key}: {text!r} has no unit of bytes", hint=hint)
    return _bounded(int(number * BYTE_UNITS[unit]), key)


def parse_share(text: str | float, key: str) -> float:
    """A share of 1, from a number between 0 and 1 or a text in percent; raises SettingsError that names ``key``.

    >>> parse_share("95%", "x"), parse_share(0.9, "x")
    (0.95, 0.9)
    """
    if isinstance(text, int | float):
        share = text
    else:
        number, unit = _parted(text, key, _SHARE)
        share = float(number / 100 if unit == "%" else number)
        if unit not in ("", "%"):
            raise SettingsError(f"{key}: {text!r} is no share", hint=_SHARE)
    if not 0 <= share <= 1:
        raise SettingsError(f"{key}: {text!r} is not between 0 and 1", hint=_SHARE)
    return float(share)


class Allowance(Struct, frozen=True):
    """By how much something may grow: so many bytes, so much of what it was, or both together.

    With ``both`` as "max" the larger of the two is allowed, so that small images may differ by a little; with "min"
    the smaller, so that large ones cannot hide megabytes.
    """

    bytes: int | None
    share: float | None
    both: str = "max"

    def of(self, base: int) -> int:
        """The bytes that are allowed on top of ``base``.

        >>> Allowance(1000, 0.03).of(100_000), Allowance(1000, 0.03, "min").of(100_000)
        (3000, 1000)
        """
        amounts = [] if self.bytes is None else [self.bytes]
        if self.share is not None:
            amounts.append(int(Decimal(str(self.share)) * base))
        return max(amounts) if self.both == "max" else min(amounts)

    def __str__(self) -> str:
        parts = [*([f"{self.bytes:,} bytes"] if self.bytes is not None else [])]
        parts += [f"{self.share:.4%}".replace("0000%", "%")] if self.share is not None else []
        return parts[0] if len(parts) == 1 else f"{self.both}({', '.join(parts)})"


def parse_allowance(text: str | float, key: str) -> Allowance:
    """An allowance, from ``5 MB``, ``3%``, ``max(5 MB, 3%)`` or ``min(5 MB, 3%)``; raises SettingsError.

    >>> parse_allowance("max(5 MB, 3%)", "x")
    Allowance(bytes=5000000, share=0.03, both='max')
    """
    if isinstance(text, int | float):
        return Allowance(parse_bytes(text, key), None)
    if not _AMOUNT.fullmatch(text) and not _LIMIT.fullmatch(text):
        raise _no_amount(text, key, _GROWTH)
    whole = _LIMIT.fullmatch(text)
    parts = whole[2].split(",") if whole else [text]
    if whole and len(parts) != 2:
        raise SettingsError(f"{key}: {text!r} needs two amounts", hint="write max(5 MB, 3%)")
    shares = [each for each in parts if each.strip().endswith("%")]
    sizes = [each for each in parts if not each.strip().endswith("%")]
    if len(shares) > 1 or len(sizes) > 1:
        raise SettingsError(f"{key}: {text!r} names one kind of amount twice", hint="write max(5 MB, 3%)")
    return Allowance(
        parse_bytes(sizes[0], key) if sizes else None,
        _percent(shares[0], key) if shares else None,
        whole[1] if whole else "max",
    )


def _percent(text: str, key: str) -> float:
    number, unit = _parted(text, key, _GROWTH)
    if unit != "%":
        raise SettingsError(f"{key}: {text!r} is not in percent")
    if number > _MOST:
        raise SettingsError(f"{key}: {text!r} is more than any image can grow")
    return float(number / 100)


def _bounded(number: int, key: str) -> int:
    if number > _MOST:
        raise SettingsError(f"{key}: {Decimal(number):.3E} is more than any image has")
    return number


def _parted(text: str, key: str, hint: str) -> tuple[Decimal, str]:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise _no_amount(text, key, hint)
    return Decimal(found[1].replace("_", "")), found[2]


def _no_amount(text: str, key: str, hint: str) -> SettingsError:
    return SettingsError(f"{key}: {text!r} is no amount", hint=hint)
