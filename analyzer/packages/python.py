"""Python's packages: what installers leave beside them, in the forms of the PyPA's specifications.

A folder ``NAME-VERSION.dist-info`` ("Recording installed projects"), or of older tools ``NAME.egg-info``, which may
be a file, or ``EGG-INFO`` inside an egg. All have the core metadata; which files are installed is in `python_files`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec
from msgspec.structs import replace

from .decode import decoded
from .model import Contents, Ecosystem, Package
from .paths import folder_of, raw, text
from .purl import purl
from .python_files import compiled, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DIST_INFO, _EGG_INFO, _IN_EGG = ".dist-info", ".egg-info", "EGG-INFO"
_METADATA, _PKG_INFO = "/METADATA", "/PKG-INFO"

_HEADERS_END = re.compile(rb"(?:\A|\n)\r?\n")
# The last group says that a field goes on in the next line.
_FIELD = re.compile(
    rb"^(Name|Version|License-Expression|License|Classifier):(.*)$(\n[ \t])?", re.MULTILINE | re.IGNORECASE
)
_SEPARATORS = re.compile(r"[-_.]+")
_LICENCE_CLASSIFIER = "License :: "
_NO_LICENCE = ("", "UNKNOWN")


class _Directory(msgspec.Struct):
    editable: bool = False


class _Origin(msgspec.Struct):
    """A ``direct_url.json`` ("Recording the Direct URL Origin")."""

    url: str = ""
    dir_info: _Directory = msgspec.field(default_factory=_Directory)


_ORIGIN = msgspec.json.Decoder(_Origin)


class _Installed(msgspec.Struct, frozen=True):
    """A package, the metadata of others that it installed with it, and the folder it is developed in."""

    package: Package
    brings: frozenset[str]
    developed_in: str | None

    @property
    def key(self) -> tuple[str, str]:
        return normalised(self.package.name), self.package.version


def parse(contents: Contents) -> list[Package]:
    """All packages; one that another brings along in its own files is listed and owns none of them."""
    found = [each for path in contents for each in _installed(path, contents)]
    brought = frozenset[str]().union(*(each.brings for each in found))
    packages = (_owning_nothing(each) if each.told_by in brought else each for each in _developed(found))
    return sorted(packages, key=lambda package: (package.name, package.version, package.told_by))


ECOSYSTEM = Ecosystem(
    "python",
    wanted=(
        "**/*.dist-info/METADATA",
        "**/*.dist-info/RECORD",
        "**/*.dist-info/direct_url.json",
        "**/*.egg-info",
        "**/*.egg-info/PKG-INFO",
        "**/*.egg-info/SOURCES.txt",
        "**/*.egg-info/installed-files.txt",
        "**/*.egg-info/top_level.txt",
        "**/EGG-INFO/PKG-INFO",
    ),
    parse=parse,
)


def normalised(name: str) -> str:
    """The name in the one way in which all its spellings are the same (PEP 503).

    >>> normalised("Zope.Interface"), normalised("typing__extensions")
    ('zope-interface', 'typing-extensions')
    """
    return _SEPARATORS.sub("-", name).lower()


def _info_of(path: str) -> str | None:
    """The info folder, or info file, whose metadata is in the file ``path``; None for other files."""
    if path.endswith(_EGG_INFO):
        return path
    ends = (_DIST_INFO + _METADATA, _EGG_INFO + _PKG_INFO, _IN_EGG + _PKG_INFO)
    return folder_of(path) if path.endswith(ends) else None


def _installed(path: str, contents: Contents) -> Iterator[_Installed]:
    info = _info_of(path)
    fields = _fields(contents[path]) if info is not None else {}
    name, version = (fields.get(key, [""])[0] for key in ("name", "version"))
    if info is None or not name or not version:
        return
    files = listed(info, contents)
    paths = files.split(b"\0")
    own, folders = compiled(paths, folder_of(info))
    package = Package(
        ecosystem=ECOSYSTEM.name,
        name=name,
        version=version,
        purl=purl("pypi", None, normalised(name), version),
        told_by=path,
        licence=_licence(fields),
        files=b"\0".join(filter(None, (files, *own))),
        folders=(raw(_folder(info)), *folders) if info != path else (),
    )
    told = (text(each) for each in paths if each.endswith((b"/METADATA", b"/PKG-INFO")))
    yield _Installed(package, frozenset(told) - {path}, _developed_in(info, contents))


def _folder(info: str) -> str:
    """What is the package's own altogether: an egg, or the info folder."""
    return folder_of(info) if info.endswith(".egg/" + _IN_EGG) else info


def _fields(content: bytes) -> dict[str, list[str]]:
    """The values of fields by their names; a first line that goes on is under its name and ``...``."""
    found: dict[str, list[str]] = {}
    headers = _HEADERS_END.split(content, maxsplit=1)[0]
    for name, value, goes_on in _FIELD.findall(headers):
        key = name.decode().lower() + ("..." if goes_on else "")
        found.setdefault(key, []).append(value.decode("utf-8", "replace").strip())
    return found


def _licence(fields: dict[str, list[str]]) -> str | None:
    """The licence expression; else what the field says in one line; else the classifiers; else a text's first line."""
    classifiers = [each for each in fields.get("classifier", []) if each.startswith(_LICENCE_CLASSIFIER)]
    choices = (
        *fields.get("license-expression", [])[:1],
        *fields.get("license", [])[:1],
        ", ".join(each.rpartition(" :: ")[2] for each in classifiers),
        *fields.get("license...", [])[:1],
    )
    return next((each for each in choices if each not in _NO_LICENCE), None)


def _developed_in(info: str, contents: Contents) -> str | None:
    """The folder of an editable installation; None for others."""
    origin = decoded(contents.get(info + "/direct_url.json", b""), _ORIGIN)
    if origin is None or not origin.dir_info.editable or not origin.url.startswith("file:///"):
        return None
    return unquote(origin.url.removeprefix("file:///")).rstrip("/")


def _developed(found: Sequence[_Installed]) -> Iterator[Package]:
    """The packages; an editable one and what its build left beside its sources are the same package."""
    editable = {each.key: each for each in found if each.developed_in is not None}
    groups: dict[str, list[Package]] = {}
    for each in found:
        whole = editable.get(each.key, each)
        is_part = each.package.told_by.startswith(f"{whole.developed_in}/")
        groups.setdefault((whole if is_part else each).package.told_by, []).append(each.package)
    yield from (_merged(told_by, parts) for told_by, parts in groups.items())


def _merged(told_by: str, parts: list[Package]) -> Package:
    """The package that ``told_by`` tells of, with what its other parts own."""
    if len(parts) == 1:
        return parts[0]
    whole = next(each for each in parts if each.told_by == told_by)
    files = b"\0".join(each.files for each in parts if each.files)
    return replace(whole, files=files, folders=tuple(folder for each in parts for folder in each.folders))


def _owning_nothing(package: Package) -> Package:
    return replace(package, files=b"", folders=())
