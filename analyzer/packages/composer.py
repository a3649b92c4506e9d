"""Composer's packages, for PHP: the ``installed.json`` that it keeps in ``vendor/composer``.

Composer 2 writes an object with ``packages``, each with the path where it is installed from there; Composer 1 wrote
the bare list, and has every package in the folder of its name.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from .decode import decoded
from .growth import believable
from .model import PACKAGES_LIMIT, Contents, Ecosystem, Package
from .paths import folder_of, raw, resolved
from .purl import purl

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Entry(msgspec.Struct, rename={"install_path": "install-path"}):
    """What is wanted of a package; ``install_path`` is null of one that has no files."""

    name: str = ""
    version: str = ""
    license: msgspec.Raw = msgspec.Raw(b"null")
    install_path: str | msgspec.UnsetType | None = msgspec.UNSET


class _Installed(msgspec.Struct):
    packages: list[msgspec.Raw] = []


_INSTALLED = msgspec.json.Decoder(_Installed | list[msgspec.Raw])
_ENTRY = msgspec.json.Decoder(_Entry)
_LICENCES = msgspec.json.Decoder(list[str] | str | None)


def parse(contents: Contents) -> list[Package]:
    """All packages of all vendor folders, those without files included."""
    found = (each for path, content in contents.items() for each in _packages(path, content))
    return sorted(
        islice(found, PACKAGES_LIMIT + 1), key=lambda package: (package.name, package.version, package.told_by)
    )


ECOSYSTEM = Ecosystem("composer", wanted=("**/composer/installed.json",), parse=parse)


def _packages(path: str, content: bytes) -> Iterator[Package]:
    installed = decoded(content, _INSTALLED)
    entries = installed.packages if isinstance(installed, _Installed) else installed or []
    composer = folder_of(path)
    is_honest = believable(len(composer) * len(entries), len(content) + len(path))
    for written in entries:
        entry = decoded(written, _ENTRY)
        if entry is not None and entry.name and entry.version:
            yield _package(entry, path, _folder(entry, composer) if is_honest else None)


def _package(entry: _Entry, path: str, folder: str | None) -> Package:
    namespace, _, name = entry.name.rpartition("/")
    return Package(
        ecosystem=ECOSYSTEM.name,
        name=entry.name,
        version=entry.version,
        purl=purl("composer", namespace.lower(), name.lower(), entry.version),
        told_by=path,
        licence=_licence(entry.license),
        folders=(raw(folder),) if folder else (),
    )


def _folder(entry: _Entry, composer: str) -> str | None:
    """Where the package is; None where it has no files, or claims the folder that it is told of in."""
    relative = f"../{entry.name}" if entry.install_path is msgspec.UNSET else entry.install_path
    folder = resolved(composer, relative) if relative else None
    return None if folder is None or f"{composer}/".startswith(f"{folder}/") else folder


def _licence(written: msgspec.Raw) -> str | None:
    """What the field says; of several any may be chosen (Composer's schema, "license")."""
    value = decoded(written, _LICENCES)
    return " OR ".join(value) if isinstance(value, list) else value
