"""Settings that a project keeps in a file: `imgscan.toml`, or `[tool.imgscan]` in `pyproject.toml`."""

from __future__ import annotations

import difflib
import os
import tomllib
from datetime import date  # noqa: TC003 - msgspec reads the annotations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec.inspect import type_info

from .errors import SettingsError
from .settings_check import misfit

if TYPE_CHECKING:
    from collections.abc import Iterable

OWN_FILE, PROJECT_FILE = "imgscan.toml", "pyproject.toml"
PROJECT_TABLE = ("tool", "imgscan")


class FindingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Which rules are applied, and to what; `[findings]` in the file.

    ``select`` None selects all rules, ``ignore`` takes some out again. ``ignore_paths`` has globs of paths by
    rule, ``severity`` another severity by rule.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    ignore_paths: dict[str, tuple[str, ...]] = {}
    severity: dict[str, Literal["security", "waste", "size"]] = {}

    def narrowed(self, select: Iterable[str] | None, ignore: Iterable[str] | None) -> FindingSettings:
        """The same with another ``select``, where one is given, and with ``ignore`` besides what is ignored."""
        selected = self.select if select is None else tuple(select)
        return msgspec.structs.replace(self, select=selected, ignore=(*self.ignore, *(ignore or ())))


Level = Literal["warn", "fail"]
Amount = str | int | float


class Bound(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A limit with the level at which it holds."""

    limit: Amount
    level: Level = "fail"


Limits = dict[str, Amount | Bound]


class Forbidden(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What an image must not have: paths that a container sees, paths in any layer, packages, findings."""

    paths: tuple[str, ...] = ()
    paths_in_any_layer: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


class Required(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What an image must have: paths that a container sees, labels, a user that is not root."""

    paths: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    user: bool = False


class Allow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """An exception from one rule, for a reason, until the end of a day; ``image`` is a glob of names."""

    rule: str
    reason: str
    until: date
    image: str = "*"


class GateSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Rules that an image has to keep; `[gate]` in the file.

    ``limits``, ``growth`` and ``creep`` go by figure (`figures.FIGURES`), with ``own.`` in front for own layers only;
    growth is counted from the last build, creep from what was last approved. ``baseline`` is a file, which a path on
    the command line comes before.

    ``paths`` has budgets by glob, ``packages`` by ecosystem and name.
    """

    limits: Limits = {}
    growth: Limits = {}
    creep: Limits = {}
    paths: Limits = {}
    packages: Limits = {}
    forbidden: Forbidden = Forbidden()
    required: Required = Required()
    allow: tuple[Allow, ...] = ()
    baseline: str | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The whole file, one table a part of imgscan."""

    findings: FindingSettings = FindingSettings()
    gate: GateSettings = GateSettings()


def settings_file(folder: Path | None = None) -> Path | None:
    """The file in ``folder`` that has settings: `imgscan.toml`, else `pyproject.toml`. Raises SettingsError."""
    own, project = ((folder or Path()) / name for name in (OWN_FILE, PROJECT_FILE))
    if own.is_file():
        return own
    if os.path.lexists(own):  # whoever made it wants it to be read
        raise SettingsError(f"{own} is no file", hint="remove it, or name another one with --config")
    return project if project.is_file() and _table(_read(project), *PROJECT_TABLE) is not None else None


def load_settings(file: Path | None = None, folder: Path | None = None) -> Settings:
    """What ``file`` says, or, without one, the file in ``folder`` that has settings; else the usual.

    Raises SettingsError for a file that cannot be read, is no TOML, or has a key or value that nobody knows.
    """
    file = file or settings_file(folder)
    if file is None:
        return Settings()
    tables = tables_above(file)
    content = _read(file)
    return _decoded(_table(content, *tables) if tables else content, file)


def tables_above(file: Path) -> tuple[str, ...]:
    """The tables of ``file`` that settings stand below."""
    return PROJECT_TABLE if file.name == PROJECT_FILE else ()


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint: the known word that is most like ``word``, or all of them."""
    words = list(known)
    close = difflib.get_close_matches(word, words, 1, 0.5)
    return f"did you mean {close[0]}?" if close else "known are: " + ", ".join(words)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read {file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not TOML: {error}") from error
    except RecursionError as error:
        raise SettingsError(f"{file} is nested too deeply") from error


def _decoded(content: Any, file: Path) -> Settings:
    content = {} if content is None else content
    found = misfit(content, type_info(Settings), ".".join(tables_above(file)))
    if found:
        raise SettingsError(f"{file}: {found.text}", hint=nearest(found.word, found.known) if found.known else None)
    try:
        return msgspec.convert(content, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{file}: {error}") from error


def _table(content: Any, *keys: str) -> Any:
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content
