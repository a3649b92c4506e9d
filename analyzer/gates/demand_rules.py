"""What is forbidden and what is required, as rules: each key of these tables with its words and its level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ..errors import below
from ..settings_gate import Levelled, Named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..settings import FindingSettings
    from ..settings_gate import Forbidden, Level, Required

SETUID = ("setuid-files",)
SECRETS = ("secret-files", "secret-values", "private-keys")
OF_FINDINGS = ("findings", "setuid", "secrets")
"""What is forbidden by what `imgscan findings` has."""
BASELINE = "baseline"
_MEANT = {"setuid": SETUID, "secrets": SECRETS}


class Demand(msgspec.Struct, frozen=True):
    """What an image must not have, or must have; ``name`` is the key, ``words`` are what is looked for.

    Of what is about findings these are their ids. What only has to be asked for has no words.
    """

    table: str
    name: str
    words: tuple[str, ...]
    level: Level

    @property
    def key(self) -> str:
        """As verdicts name the rule."""
        return f"{self.table}.{self.name}"


def demands_of(table: Forbidden | Required) -> tuple[Demand, ...]:
    """One for each key that asks for something, in the order of the documentation."""
    return tuple(_demands(type(table).__name__.lower(), table))


def _demands(table: str, struct: Forbidden | Required) -> Iterator[Demand]:
    for field in msgspec.structs.fields(struct):
        value = getattr(struct, field.name)
        if not value or (isinstance(value, Named) and not value.names):  # an empty list asks for nothing
            continue
        name = field.encode_name
        level = value.level if isinstance(value, Named | Levelled) else "fail"
        yield Demand(table, name, words_of(value) or _MEANT.get(name, ()), level)


def rules_found(name: str, paths: Iterable[str]) -> frozenset[str]:
    """The ids of the findings that a key of what is forbidden is about; ``paths`` are what was found, as it is told."""
    told = (each.partition(":")[0].partition(" ")[0] for each in paths) if name in OF_FINDINGS else ()
    return frozenset(_MEANT.get(name) or told)


def words_of(value: object) -> tuple[str, ...]:
    """The words of a key, in either way that it may be written; none of what only has to be asked for."""
    found = value.names if isinstance(value, Named) else value
    return found if isinstance(found, tuple) else ()


def findings_of(demands: Iterable[Demand], findings: FindingSettings) -> FindingSettings:
    """What looks for the findings that are forbidden: paths that `[findings]` leaves out are left out here too."""
    named = tuple(word for each in demands if each.name in OF_FINDINGS for word in each.words)
    chosen = msgspec.structs.replace(findings, select=named, ignore=())
    if named:
        from ..findings.find import chosen_rules  # loads Arrow, which reading the image need not wait for

        with below("forbidden", "findings"):
            chosen_rules(chosen)
    return chosen
