"""Settings that a project keeps in a file: `imgscan.toml`, or `[tool.imgscan]` in `pyproject.toml`."""

from __future__ import annotations

import difflib
import os
import tomllib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec.inspect import type_info

from .errors import SettingsError
from .settings_check import Misfit, misfit
from .settings_gate import GateSettings
from .settings_lines import line_of
from .toml import line_of_long_key, line_of_long_number, told_with_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OWN_FILE, PROJECT_FILE = "imgscan.toml", "pyproject.toml"
PROJECT_TABLE = ("tool", "imgscan")
SETTINGS_BYTES_LIMIT = 1024**2
_PARTS = 64


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


def unread_file(chosen: Path | None = None, folder: Path | None = None) -> Path | None:
    """The `pyproject.toml` that has settings too where `imgscan.toml` is read; None where a file was ``chosen``."""
    own, project = ((folder or Path()) / name for name in (OWN_FILE, PROJECT_FILE))
    if chosen is not None or not own.is_file() or not project.is_file():
        return None
    try:
        return project if _table(_read(project), *PROJECT_TABLE) is not None else None
    except SettingsError:  # it is not read, so what is wrong with it is no matter of ours
        return None


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


def nearest(word: str, known: Iterable[str], also: Iterable[str] = (), before: str = "") -> str:
    """A hint: the known word that is most like ``word``, or all of them.

    One of ``also`` may be meant, and is not listed. With ``before`` in front words stand in quotes, as TOML has them.
    """
    words = list(dict.fromkeys(known))
    close = difflib.get_close_matches(word, [*words, *also], 1, 0.5)
    told = [f'"{before}{each}"' if before else each for each in close or words]
    return f"did you mean {told[0]}?" if close else "known are: " + ", ".join(told)


def _read(file: Path) -> dict[str, Any]:
    text = _text(file)
    line = line_of_long_key(text, _PARTS)
    if line is not None:
        raise SettingsError(f"{file}, line {line}: a key of more than {_PARTS} parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, line = told_with_line(text, str(error))
        raise SettingsError(f"{file}, line {line}: not TOML: {message}") from error
    except RecursionError as error:
        raise SettingsError(f"{file} is nested too deeply") from error
    except ValueError as error:
        raise SettingsError(f"{file}, line {line_of_long_number(text)}: a number of too many digits") from error


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(SETTINGS_BYTES_LIMIT + 1)
        if len(content) > SETTINGS_BYTES_LIMIT:
            raise SettingsError(f"{file} has more than {SETTINGS_BYTES_LIMIT:,} bytes")
        return content.decode("utf-8-sig")  # editors of Windows begin with a mark
    except OSError as error:
        raise SettingsError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{file}, line {line}: not TOML: it is not UTF-8") from error


def _decoded(content: Any, file: Path) -> Settings:
    content = {} if content is None else content
    above = tables_above(file)
    found = misfit(content, type_info(Settings), above)
    with lines_of(file):
        if found:
            raise SettingsError(found.text, hint=_hint(found), at=found.at[len(above) :])
    return msgspec.convert(content, Settings)


def _hint(found: Misfit) -> str | None:
    if found.at[-2:-1] == ("own",):  # a key with a dot that is not quoted, which to TOML is a table in a table
        return f'write "own.{found.at[-1]}" in quotes'
    return nearest(found.word, found.known) if found.known else found.hint


@contextmanager
def lines_of(file: Path | None) -> Iterator[None]:
    """What is wrong inside is told with ``file`` and the line of the key that it is about."""
    try:
        yield
    except SettingsError as error:
        if file is None:
            raise
        line = line_of(file.read_text(encoding="utf-8"), (*tables_above(file), *error.at))
        raise SettingsError(f"{file}, line {line}: {error}", hint=error.hint) from error


def _table(content: Any, *keys: str) -> Any:
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content
