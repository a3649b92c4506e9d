"""The part of a settings file that gates are about: rules by table, sections by image, exceptions."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - msgspec reads the annotations
from fnmatch import fnmatchcase
from typing import Any, Literal, TypeVar

import msgspec

from .names import is_called

Level = Literal["warn", "fail"]
Amount = str | int | float
T = TypeVar("T", bound=msgspec.Struct)


class Bound(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A limit with the level at which it holds."""

    limit: Amount
    level: Level = "fail"


Limits = dict[str, Amount | Bound]


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What is looked for, with the level at which the rule holds."""

    names: tuple[str, ...]
    level: Level = "fail"


class Levelled(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A rule that only has to be asked for, with the level at which it holds."""

    level: Level = "fail"


Names = tuple[str, ...] | Named | None
Flag = bool | Levelled | None


class Forbidden(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What an image must not have: paths that a container sees, paths in any layer, packages, findings.

    ``setuid`` and ``secrets`` are the findings about these, secrets in any layer. None says nothing.
    """

    paths: Names = None
    paths_in_any_layer: Names = None
    packages: Names = None
    findings: Names = None
    setuid: Flag = None
    secrets: Flag = None


class Required(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What an image must have: paths that a container sees, labels, a user that is not root, an entry in the baseline.

    None says nothing.
    """

    paths: Names = None
    labels: Names = None
    user: Flag = None
    baseline: Flag = None


class Allow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """An exception from one rule, for a reason, until the end of a day; ``image`` is a glob of names."""

    rule: str
    reason: str
    until: date
    image: str = "*"


class RuleTables(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Rules by table.

    ``limits``, ``growth`` and ``creep`` go by figure (`figures.FIGURES`), with ``own.`` in front for own layers only;
    growth is counted from the last build, creep from what was last approved. ``paths`` go by glob, ``packages`` by
    ecosystem and name, ``layers`` by a glob of the instruction.
    """

    limits: Limits = {}
    growth: Limits = {}
    creep: Limits = {}
    paths: Limits = {}
    packages: Limits = {}
    layers: Limits = {}
    growth_of_paths: Limits = {}
    growth_of_packages: Limits = {}
    forbidden: Forbidden = Forbidden()
    required: Required = Required()


class ImageSettings(RuleTables, frozen=True):
    """Rules for some images only, laid over the common ones; ``name`` and ``platform`` are globs."""

    name: str = "*"
    platform: str = "*"

    def fits(self, name: str, platform: str) -> bool:
        """Whether an image of this name and platform is meant."""
        return is_called(name, self.name) and fnmatchcase(platform, self.platform)


class GateSettings(RuleTables, frozen=True):
    """Rules that an image has to keep; `[gate]` in the file. ``baseline`` is a baseline file, beside the settings."""

    baseline: str | None = None
    image: tuple[ImageSettings, ...] = ()
    allow: tuple[Allow, ...] = ()


LIMIT_TABLES = ("limits", "growth", "creep", "paths", "packages", "layers", "growth_of_paths", "growth_of_packages")
"""The tables whose keys have amounts."""


def laid_over(settings: GateSettings, section: ImageSettings) -> GateSettings:
    """The settings with what a section says in place of what they say of the same key."""
    tables: dict[str, Any] = {name: {**getattr(settings, name), **getattr(section, name)} for name in LIMIT_TABLES}
    demands = {name: _over(getattr(settings, name), getattr(section, name)) for name in ("forbidden", "required")}
    return msgspec.structs.replace(settings, **tables, **demands)


def settings_for(settings: GateSettings, name: str, platform: str) -> GateSettings:
    """What holds for an image of this name and platform: the common rules, with the sections that fit, in order."""
    for section in settings.image:
        settings = laid_over(settings, section) if section.fits(name, platform) else settings
    return settings


def _over(common: T, other: T) -> T:
    said = {name: value for name, value in msgspec.structs.asdict(other).items() if value is not None}
    return msgspec.structs.replace(common, **said)
