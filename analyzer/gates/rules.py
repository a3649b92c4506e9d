"""Rules as data: what each settings key asks, told once, before any image is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from ..errors import SettingsError
from ..settings import Bound, FindingSettings, Forbidden, Required, nearest
from .amounts import Allowance, parse_allowance, parse_bytes, parse_share
from .dive.verdict import RULE_NAMES
from .figures import FIGURES
from .weights import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..settings import Allow, Amount, GateSettings, Level, Limits
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
    findings: FindingSettings
    dive: DiveRules | None = None

    @property
    def are_none(self) -> bool:
        """Whether nothing would be judged: then nothing must pass either."""
        chosen = (self.limits, self.growth, self.paths, self.packages, self.dive)
        return not any(chosen) and (self.settings.forbidden, self.settings.required) == (Forbidden(), Required())

    @property
    def needs_own(self) -> bool:
        """Whether any rule is about own layers only."""
        return any(each.own for each in self.limits) or any(each.own for each in self.growth)

    @property
    def asked(self) -> Asked:
        """What has to be weighed of an image, and of its baseline."""
        figures = dict.fromkeys(
            [*(each.figure.key for each in self.limits), *(each.figure.key for each in self.growth)]
        )
        return Asked(tuple(figures), packages=bool(self.packages), paths=tuple(each.name for each in self.paths))


def rules_of(settings: GateSettings, dive: DiveRules | None = None, findings: FindingSettings | None = None) -> Rules:
    """The rules of settings, with dive's beside them. Raises SettingsError that names a key that makes no sense."""
    _check_words(settings)
    return Rules(
        limits=tuple(_limits(settings.limits)),
        growth=tuple(_growth(settings.growth)),
        paths=tuple(_budgets("paths", settings.paths)),
        packages=tuple(_budgets("packages", settings.packages)),
        settings=settings,
        findings=_forbidden_findings(settings, findings or FindingSettings()),
        dive=dive,
    )


def _forbidden_findings(settings: GateSettings, findings: FindingSettings) -> FindingSettings:
    """What looks for the findings that are forbidden: paths that `[findings]` leaves out are left out here too."""
    chosen = msgspec.structs.replace(findings, select=settings.forbidden.findings, ignore=())
    if settings.forbidden.findings:
        from ..findings.find import chosen_rules  # loads Arrow, which reading the image need not wait for

        chosen_rules(chosen)
    return chosen


def _check_words(settings: GateSettings) -> None:
    """Raises SettingsError for a word that could never match anything: such a rule would pass whatever comes."""
    for table in ("forbidden", "required"):
        for name, words in msgspec.structs.asdict(getattr(settings, table)).items():
            if isinstance(words, tuple) and "" in words:
                raise SettingsError(f"{table}.{name.replace('_', '-')}: an empty word names nothing")
    for name in (*settings.packages, *settings.forbidden.packages):
        ecosystem, colon, package = name.partition(":")
        if colon and not any(each in ecosystem for each in "*?["):
            from ..packages.ecosystems import chosen

            chosen([ecosystem])
        if not (package if colon else ecosystem):
            raise SettingsError(f"packages: {name!r} names no package", hint="write numpy, or python:numpy")
    for each in settings.allow:
        _check_exception(each)


def _check_exception(each: Allow) -> None:
    table, _, name = each.rule.partition(".")
    for field in ("rule", "reason", "image"):
        if not getattr(each, field).strip():
            raise SettingsError(f"allow: {field} is empty")
    if table in ("limits", "growth"):
        _figure(name, f"allow: {each.rule}")
        return
    known = {
        "paths": (),
        "packages": (),
        "dive": RULE_NAMES,
        "forbidden": _words_of(Forbidden),
        "required": _words_of(Required),
    }
    if table not in known:
        raise SettingsError(
            f"allow: there is no rule {each.rule!r}", hint="write it as the verdict does, such as limits.files"
        )
    if known[table] and name not in known[table]:
        raise SettingsError(f"allow: there is no rule {each.rule!r}", hint=nearest(name, known[table]))


def _words_of(table: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(each.encode_name for each in msgspec.structs.fields(table))


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
    if not isinstance(amount, int):
        raise SettingsError(f"{key}: {amount!r} is no count", hint="write a whole number")
    return parse_bytes(amount, key)
