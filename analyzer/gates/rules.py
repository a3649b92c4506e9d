"""Rules as data: what each settings key asks, told once, before any image is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from ..errors import SettingsError, below
from ..settings import FindingSettings, nearest
from ..settings_gate import LIMIT_TABLES, Bound
from .amounts import Allowance, parse_allowance, parse_bytes, parse_share
from .demand_rules import BASELINE, demands_of, findings_of
from .figures import FIGURES, OWN
from .weights import Asked
from .words import check_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..settings_gate import Allow, Amount, GateSettings, Level, Limits
    from .demand_rules import Demand
    from .dive.rules import DiveRules
    from .figures import Figure

PULL_DELTA = "pull_delta_bytes"
"""Growth of what a host pulls that has the baseline: not of one image, so it is no figure."""
_DEMANDS = ("forbidden", "required")


class Limit(msgspec.Struct, frozen=True):
    """A figure, of own layers only with ``own``, that must not be worse than ``limit``."""

    key: str
    figure: Figure
    own: bool
    limit: float
    level: Level


class Budget(msgspec.Struct, frozen=True):
    """Bytes that something of this ``name`` may take: paths by a glob, packages or instructions by a pattern."""

    key: str
    name: str
    limit: int
    level: Level


class Growth(msgspec.Struct, frozen=True):
    """By how much something may be more than in the baseline; ``name`` is that of a figure, or as for `Budget`."""

    key: str
    of: Literal["figure", "own figure", "pull delta", "paths", "packages"]
    name: str
    allowance: Allowance
    level: Level


class Rules(msgspec.Struct, frozen=True):
    """All that an image is held to, in the order in which it is told."""

    limits: tuple[Limit, ...]
    paths: tuple[Budget, ...]
    packages: tuple[Budget, ...]
    layers: tuple[Budget, ...]
    growth: tuple[Growth, ...]
    creep: tuple[Growth, ...]
    forbidden: tuple[Demand, ...]
    required: tuple[Demand, ...]
    allow: tuple[Allow, ...]
    findings: FindingSettings
    dive: DiveRules | None = None

    @property
    def are_none(self) -> bool:
        """Whether nothing would be judged: then nothing must pass either."""
        budgets = (self.paths, self.packages, self.layers)
        none_of_dive = self.dive is None or self.dive.are_none
        return none_of_dive and not any((self.limits, *budgets, *self.about_growth, self.forbidden, self.required))

    @property
    def needs_own(self) -> bool:
        """Whether any rule is about own layers only."""
        return any(each.own for each in self.limits) or any(each.of == "own figure" for each in self.about_growth)

    @property
    def about_packages(self) -> tuple[str, ...]:
        """The keys of those that packages decide."""
        budgets = (each.key for each in self.packages)
        grown = (each.key for each in self.growth if each.of == "packages")
        return (*budgets, *grown, *(each.key for each in self.forbidden if each.name == "packages"))

    @property
    def about_growth(self) -> tuple[Growth, ...]:
        """Those that need a baseline."""
        return (*self.growth, *self.creep)

    @property
    def of_growth(self) -> Rules:
        """Those that need a baseline, and no others."""
        return replace(self, limits=(), paths=(), packages=(), layers=(), forbidden=(), required=(), dive=None)

    @property
    def of_first_run(self) -> Rules:
        """Those for an image that is about to come into the baseline."""
        return replace(self, required=tuple(each for each in self.required if each.name != BASELINE))

    @property
    def asked(self) -> Asked:
        """What has to be weighed of an image, and of its baseline."""
        grown = self.about_growth
        of = {kind: [each.name for each in grown if each.of == kind] for kind in {each.of for each in grown}}
        figures = {each.figure.key for each in self.limits}.union(of.get("figure", ()), of.get("own figure", ()))
        return Asked(
            figures=figures | ({"pull_bytes"} if "pull delta" in of else set()),
            packages=bool(self.packages) or "packages" in of,
            paths=tuple(dict.fromkeys([*(each.name for each in self.paths), *of.get("paths", ())])),
        )


def rules_of(settings: GateSettings, dive: DiveRules | None = None, findings: FindingSettings | None = None) -> Rules:
    """The rules of settings, with dive's beside them. Raises SettingsError that names a key that makes no sense."""
    check_words(settings)
    forbidden = demands_of(settings.forbidden)
    return Rules(
        limits=tuple(_limits(settings.limits)),
        paths=tuple(_budgets("paths", settings.paths)),
        packages=tuple(_budgets("packages", settings.packages)),
        layers=tuple(_budgets("layers", settings.layers)),
        growth=(
            *_growth("growth", settings.growth, PULL_DELTA),
            *_growth_by_name("paths", settings.growth_of_paths),
            *_growth_by_name("packages", settings.growth_of_packages),
        ),
        creep=tuple(_growth("creep", settings.creep)),
        forbidden=forbidden,
        required=demands_of(settings.required),
        allow=settings.allow,
        findings=findings_of(forbidden, findings or FindingSettings()),
        dive=dive,
    )


def with_given(settings: GateSettings, given: Sequence[str]) -> GateSettings:
    """The settings with rules from a command line, such as ``limits.rootfs_bytes=300 MB``, in place of their own.

    Without a table in front it is a limit. Raises SettingsError for words that are no rule, and for one twice.
    """
    tables = {name.replace("_", "-"): dict(getattr(settings, name)) for name in LIMIT_TABLES}
    named = set[tuple[str, str]]()
    for each in given:
        key, equals, amount = each.rpartition("=")
        table, dot, name = key.partition(".")
        if not equals:
            raise SettingsError(f"{each!r} is no rule", hint="write KEY=LIMIT, such as rootfs_bytes=300MB")
        if table in _DEMANDS:
            raise SettingsError(f"{each!r}: {table} has no amounts", hint=f"write it below [gate.{table}]")
        if not dot or table not in tables:
            table, name = "limits", key
        if (table, name) in named:
            raise SettingsError(f"--rule: {table}.{name} is there more than once", hint="one is taken")
        named.add((table, name))
        tables[table][name] = _number(amount)
    return msgspec.structs.replace(settings, **{name.replace("-", "_"): table for name, table in tables.items()})


def _number(text: str) -> Amount:
    try:
        return int(text)
    except ValueError:
        return text


def _limits(limits: Limits) -> Iterator[Limit]:
    for name, key, amount, level in _levelled("limits", limits):
        with below("limits", name):
            figure, own = known_figure(name, key)
            yield Limit(key, figure, own, _amount(amount, figure, key), level)


def _growth(table: str, limits: Limits, *others: str) -> Iterator[Growth]:
    """Rules about figures, and about those of the ``others`` that have a meaning of their own."""
    for name, key, amount, level in _levelled(table, limits):
        with below(table, name):
            if name in others:
                yield Growth(key, "pull delta", name, parse_allowance(amount, key), level)
                continue
            figure, own = known_figure(name, key, *others)
            if figure.unit != "bytes":
                known = [each.key for each in FIGURES.values() if each.unit == "bytes"]
                raise SettingsError(f"{key}: growth is counted in bytes only", hint="figures: " + ", ".join(known))
            yield Growth(key, "own figure" if own else "figure", figure.key, parse_allowance(amount, key), level)


def _growth_by_name(of: Literal["paths", "packages"], limits: Limits) -> Iterator[Growth]:
    table = f"growth-of-{of}"
    for name, key, amount, level in _levelled(table, limits):
        with below(table, name):
            yield Growth(key, of, name, parse_allowance(amount, key), level)


def _budgets(table: str, limits: Limits) -> Iterator[Budget]:
    for name, key, amount, level in _levelled(table, limits):
        with below(table, name):
            yield Budget(key, name, parse_bytes(amount, key), level)


def _levelled(table: str, limits: Limits) -> Iterator[tuple[str, str, Amount, Level]]:
    for name, each in limits.items():
        amount, level = (each.limit, each.level) if isinstance(each, Bound) else (each, "fail")
        yield name, f"{table}.{name}", amount, level


def known_figure(name: str, key: str, *others: str) -> tuple[Figure, bool]:
    """The figure that a key names, and whether that of own layers. Raises SettingsError with the nearest there is."""
    own = name.startswith(OWN)
    figure = FIGURES.get(name.removeprefix(OWN))
    if figure is None:
        known = (*FIGURES, *(() if own else others))
        hint = nearest(name.removeprefix(OWN), known, before=OWN if own else "")
        raise SettingsError(f"{key}: there is no such figure", hint=hint)
    return figure, own


def _amount(amount: Amount, figure: Figure, key: str) -> float:
    if figure.unit == "share":
        return parse_share(amount, key)
    if figure.unit == "bytes":
        return parse_bytes(amount, key)
    if not isinstance(amount, int) or amount < 0:
        raise SettingsError(f"{key}: {amount!r} is no count", hint="write a whole number")
    return parse_bytes(amount, key)
