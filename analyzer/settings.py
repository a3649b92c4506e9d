"""Settings that a project keeps in a file: `imgscan.toml`, or `[tool.imgscan]` in `pyproject.toml`."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from .errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable

OWN_FILE, PROJECT_FILE = "imgscan.toml", "pyproject.toml"


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


def load_settings(file: Path | None = None, folder: Path | None = None) -> Settings:
    """What ``file`` says, or, without one, `imgscan.toml` or `pyproject.toml` in ``folder``; else the usual.

    Raises SettingsError for a file that cannot be read, is no TOML, or has a key or value that nobody knows.
    """
    if file is not None:
        return _decoded(_read(file), file, project=file.name == PROJECT_FILE)
    folder = folder or Path()
    for name in (OWN_FILE, PROJECT_FILE):
        if (folder / name).is_file():
            content = _read(folder / name)
            if name == OWN_FILE or _table(content, "tool", "imgscan") is not None:
                return _decoded(content, folder / name, project=name == PROJECT_FILE)
    return Settings()


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


def _decoded(content: dict[str, Any], file: Path, *, project: bool) -> Settings:
    content = (_table(content, "tool", "imgscan") or {}) if project else content
    _refuse_unknown(content, Settings, file)
    _refuse_unknown(_table(content, "findings") or {}, FindingSettings, file, "findings.")
    try:
        return msgspec.convert(content, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{file}: {error}") from error


def _table(content: Any, *keys: str) -> Any:
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def _refuse_unknown(table: Any, kind: type[msgspec.Struct], file: Path, where: str = "") -> None:
    known = kind.__struct_encode_fields__
    for key in table if isinstance(table, dict) else ():
        if key not in known:
            raise SettingsError(f"{file} has an unknown key: {where}{key}", hint=nearest(key, known))
