"""Java archives: by what Maven put in, else by their names, else by their manifests.

The payload is JSON: ``manifest`` has headers, ``maven`` a list of coordinates, ``archives`` the same of the archives
inside by their names. An archive that others were merged into has their coordinates beside its own.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from ..layers.spelling import shown
from .model import Ecosystem, Package, order
from .paths import raw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .model import Contents

_ENDINGS = (".jar", ".war", ".ear", ".jpi", ".hpi")
_VERSIONED = re.compile(r"(?P<name>.+?)-(?P<version>\d[\w.+]*(?:-[\w.+]+)*)")
_GROUP = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)*")
_DEPTH_LIMIT = 8


class _Told(NamedTuple):
    group: str
    name: str
    version: str
    licence: str | None = None
    is_own: bool = False


def parse(contents: Contents) -> list[Package]:
    """Each archive's own package, which owns it where it is a file, and the packages inside."""
    found = [
        _package(told, path)
        for path, payload in contents.items()
        if path.endswith(_ENDINGS)
        for told in _inside(shown(raw(path)), _object(_loaded(payload)), 0)
    ]
    return sorted(found, key=order)


def _loaded(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None


def _inside(path: str, archive: dict[str, Any], depth: int) -> Iterator[_Told]:
    stem = path.rpartition("/")[2].rpartition(".")[0]
    maven = [_coordinates(each) for each in _list(archive.get("maven"))]
    named = [each for each in maven if each.name and each.version]
    own = _own(stem, named) or _by_name(stem, _object(archive.get("manifest")))
    if own:
        licence = _text(_object(archive.get("manifest")), "Bundle-License").split(";")[0].split(",")[0].strip()
        yield own._replace(licence=licence or None, is_own=depth == 0)
    yield from (each for each in named if own is None or each[:3] != own[:3])
    if depth < _DEPTH_LIMIT:
        for name, inner in _object(archive.get("archives")).items():
            yield from _inside(_whole(name), _object(inner), depth + 1)


def _own(stem: str, maven: list[_Told]) -> _Told | None:
    """Which coordinates are those of the archive itself: those that its name begins with, or the only ones.

    The only ones are another's where the name tells another name and another version: those were merged in.
    """
    fitting = [each for each in maven if stem == each.name or stem.startswith(f"{each.name}-{each.version}")]
    if fitting or len(maven) != 1:
        return max(fitting, key=lambda each: len(each.name), default=None)
    match = _VERSIONED.fullmatch(stem)
    return maven[0] if not match or maven[0].version == match["version"] else None


def _by_name(stem: str, manifest: dict[str, Any]) -> _Told | None:
    """What name and manifest tell; None where no version is known.

    A version in the name is that of the repository; manifests have builds and commits in theirs.
    """
    match = _VERSIONED.fullmatch(stem)
    symbolic = _text(manifest, "Bundle-SymbolicName").split(";")[0].strip()
    name = match["name"] if match else (symbolic or stem)
    version = match["version"] if match else ""
    version = version or _text(manifest, "Implementation-Version") or _text(manifest, "Bundle-Version")
    vendor = _text(manifest, "Implementation-Vendor-Id")
    return _Told(vendor if _GROUP.fullmatch(vendor) else "", name, version) if name and version else None


def _coordinates(each: Any) -> _Told:
    fields = _object(each)
    return _Told(_text(fields, "groupId"), _text(fields, "artifactId"), _text(fields, "version"))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(fields: dict[str, Any], key: str) -> str:
    value = fields.get(key)
    return _whole(value) if isinstance(value, str) else ""


def _whole(text: str) -> str:
    """The text without halves of characters, which JSON can have and no path or purl can."""
    return text.encode("utf-8", "replace").decode()


def _package(told: _Told, path: str) -> Package:
    return Package(
        ecosystem="java",
        name=f"{told.group}:{told.name}" if told.group else told.name,
        version=told.version,
        purl=_purl(told),
        told_by=path,
        licence=told.licence,
        files=raw(path) if told.is_own else b"",
    )


def _purl(told: _Told) -> str:
    """A purl of type maven, or of type generic where no group is known: Maven's own have one.

    >>> _purl(_Told("org.slf4j", "slf4j-api", "1.7.32")), _purl(_Told("", "tools", "8"))
    ('pkg:maven/org.slf4j/slf4j-api@1.7.32', 'pkg:generic/tools@8')
    """
    kind = f"maven/{quote(told.group, safe='')}" if told.group else "generic"
    return f"pkg:{kind}/{quote(told.name, safe='')}@{quote(told.version, safe=':')}"


ECOSYSTEM = Ecosystem("java", wanted=(), parse=parse, alone=True, payload="java")
