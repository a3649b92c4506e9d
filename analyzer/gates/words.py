"""Words of settings that could never match anything: a rule with one would pass whatever comes."""

from __future__ import annotations

import msgspec

from ..errors import SettingsError, below
from ..settings import nearest
from ..settings_gate import Allow, Forbidden, GateSettings, Required
from .demand_rules import words_of
from .dive.rules import RULE_NAMES
from .figures import FIGURES, OWN

BY_NAME = ("paths", "packages", "layers", "growth-of-paths", "growth-of-packages")
_OF_PACKAGES = ("packages", "growth_of_packages")


def check_words(settings: GateSettings) -> None:
    """Raises SettingsError for a name that names nothing, and for an exception from a rule that there is not."""
    if settings.baseline is not None and not settings.baseline.strip():
        raise SettingsError("baseline names no file", hint="leave it out for none", at=("baseline",))
    _check_empty(settings)
    _check_globs(settings)
    for table in _OF_PACKAGES:
        for name in getattr(settings, table):
            with below(table.replace("_", "-"), name):
                _check_package(name)
    for name in words_of(settings.forbidden.packages):
        with below("forbidden", "packages"):
            _check_package(name)
    for at, each in enumerate(settings.allow):
        with below("allow", at):
            _check_exception(each)


def _check_empty(settings: GateSettings) -> None:
    for table in ("forbidden", "required"):
        for name, words in msgspec.structs.asdict(getattr(settings, table)).items():
            key = name.replace("_", "-")
            if "" in words_of(words):
                raise SettingsError(f"{table}.{key}: an empty word names nothing", at=(table, key))
    for table in BY_NAME:
        if "" in getattr(settings, table.replace("-", "_")):
            raise SettingsError(f"{table}: an empty word names nothing", at=(table, ""))


def _check_globs(settings: GateSettings) -> None:
    for table in ("paths", "growth-of-paths"):
        for glob in getattr(settings, table.replace("-", "_")):
            with below(table, glob):
                _check_glob(table, glob)
    demands = (("forbidden", "paths"), ("forbidden", "paths-in-any-layer"), ("required", "paths"))
    for table, key in demands:
        for glob in words_of(getattr(getattr(settings, table), key.replace("-", "_"))):
            with below(table, key):
                _check_glob(f"{table}.{key}", glob)


def _check_glob(key: str, glob: str) -> None:
    """Paths of images have no such names in them, so nothing would ever match."""
    if {"", ".", ".."}.intersection(glob.strip("/").split("/")) and glob.strip("/"):
        raise SettingsError(f"{key}: {glob!r} can match no path", hint="write it from the root, such as srv/app/**")


def _check_package(name: str) -> None:
    ecosystem, colon, package = name.partition(":")
    if colon and not any(each in ecosystem for each in "*?["):
        from ..packages.ecosystems import chosen

        chosen([ecosystem])
    if not (package if colon else ecosystem):
        raise SettingsError(f"packages: {name!r} names no package", hint="write numpy, or python:numpy")


def _check_exception(each: Allow) -> None:
    table, _, name = each.rule.partition(".")
    for field in ("rule", "reason", "image"):
        if not getattr(each, field).strip():
            raise SettingsError(f"allow: {field} is empty", at=(field,))
    known = _known(table)
    with below("rule"):
        if known is None:
            hint = "write it as the verdict does, such as limits.files"
            raise SettingsError(f"allow: there is no rule {each.rule!r}", hint=hint)
        if known and name not in known:
            raise SettingsError(f"allow: there is no rule {each.rule!r}", hint=nearest(name, known))


def _known(table: str) -> tuple[str, ...] | None:
    """The names that rules of a table have; none where any name may be, and None for what is no table."""
    sizes = [key for key, each in FIGURES.items() if each.unit == "bytes"]
    limits = (*FIGURES, *(f"{OWN}{key}" for key in FIGURES))
    growth = (*sizes, *(f"{OWN}{key}" for key in sizes), "pull_delta_bytes")
    of_figures = {"limits": limits, "growth": growth, "creep": growth[:-1], "dive": RULE_NAMES}
    of_structs = {"forbidden": _keys_of(Forbidden), "required": _keys_of(Required)}
    return {**of_figures, **of_structs, **dict.fromkeys(BY_NAME, ())}.get(table)


def _keys_of(table: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(each.encode_name for each in msgspec.structs.fields(table))
