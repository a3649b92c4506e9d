"""Rules as data: what each settings key asks, told once, before any image is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from ..errors import SettingsError
from ..settings import Bound, nearest
from .amounts import Allowance, parse_allowance, parse_bytes, parse_share
from .figures import FIGURES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..settings import Amount, GateSettings, Level, Limits
    from .dive.config import DiveRules
    from .figures import Figure

OWN = "own."
_TABLES = ("limits", "growth", "paths", "packages")


@dataclass(frozen=True)
class Limit:
    """A figure, of own layers only with ``own``, that must not be worse than ``limit``."""

    key: str
    figure: Figure
    own: bool
    limit: float
    level: Level


@dataclass(frozen=True)
class GrowthLimit:
    """A figure that must not be worse than that of the baseline by more than what is allowed."""

    key: str
    figure: Figure
    own: bool
    allowance: Allowance
    level: Level


@dataclass(frozen=True)
class Budget:
    """Bytes that a container may see below paths that match ``name``, or of the package of that name."""

    key: str
    name: str
    limit: int
    level: Level


@dataclass(frozen=True)
class Rules:
    """All that an image is held to, in the order in which it is told."""

    limits: tuple[Limit, ...]
    growth: tuple[GrowthLimit, ...]
    paths: tuple[Budget, ...]
    packages: tuple[Budget, ...]
    settings: GateSettings
    dive: DiveRules | None = None

    @property
    def needs_own(self) -> bool:
        """Whether any rule is about own layers only."""
        return any(each.own for each in self.limits) or any(each.own for each in self.growth)


def rules_of(settings: GateSettings, dive: DiveRules | None = None) -> Rules:
    """The rules of settings, with dive's beside them. Raises SettingsError that names a key that makes no sense."""
    return Rules(
        limits=tuple(_limits(settings.limits)),
        growth=tuple(_growth(settings.growth)),
        paths=tuple(_budgets("paths", settings.paths)),
        packages=tuple(_budgets("packages", settings.packages)),
        settings=settings,
        dive=dive,
    )


def with_given(settings: GateSettings, given: Sequence[str]) -> GateSettings:
    """The settings with rules from a command line, such as ``limits.rootfs_bytes=300 MB``, in place of their own.

    Without a table in front it is a limit. Raises SettingsError for words that are no rule.
    """
    tables = {name: dict(getattr(settings, name)) for name in _TABLES}
    for each in given:
        key, equals, amount = each.partition("=")
        table, _, name = key.partition(".")
        if not equals:
            raise SettingsError(f"{each!r} is no rule", hint="write KEY=LIMIT, such as rootfs_bytes=300MB")
        if table not in tables:
            table, name = "limits", key
        tables[table][name] = _number(amount)
    return msgspec.structs.replace(settings, **tables)


def _number(text: str) -> Amount:
    try:
        return int(text)
    except ValueError:
        return text


def _limits(limits: Limits) -> Iterator[Limit]:
    for name, amount, level in _levelled(limits):
        key = f"limits.{name}"
        figure, own = _figure(name, key)
        yield Limit(key, figure, own, _amount(amount, figure, key), level)


def _growth(limits: Limits) -> Iterator[GrowthLimit]:
    for name, amount, level in _levelled(limits):
        key = f"growth.{name}"
        figure, own = _figure(name, key)
        if figure.unit != "bytes":
            known = [each.key for each in FIGURES.values() if each.unit == "bytes"]
            raise SettingsError(f"{key}: growth is counted in bytes only", hint="figures: " + ", ".join(known))
        yield GrowthLimit(key, figure, own, parse_allowance(amount, key), level)


def _budgets(table: str, limits: Limits) -> Iterator[Budget]:
    for name, amount, level in _levelled(limits):
        key = f"{table}.{name}"
        yield Budget(key, name, parse_bytes(amount, key), level)


def _levelled(limits: Limits) -> Iterator[tuple[str, Amount, Level]]:
    for name, each in limits.items():
        yield (name, each.limit, each.level) if isinstance(each, Bound) else (name, each, "fail")


def _figure(name: str, key: str) -> tuple[Figure, bool]:
    own = name.startswith(OWN)
    figure = FIGURES.get(name.removeprefix(OWN))
    if figure is None:
        raise SettingsError(f"{key}: there is no such figure", hint=nearest(name.removeprefix(OWN), FIGURES))
    return figure, own


def _amount(amount: Amount, figure: Figure, key: str) -> float:
    if figure.unit == "share":
        return parse_share(amount, key)
    if figure.unit == "bytes":
        return parse_bytes(amount, key)
    if isinstance(amount, str) and amount.strip().isdecimal():
        return int(amount)
    if not isinstance(amount, int):
        raise SettingsError(f"{key}: {amount!r} is no count", hint="write a whole number")
    return amount
