"""Alpine's packages: apk's database of installed packages, which apk-tools documents in apk-package(5) and wiki pages.

A paragraph a package, a letter a line: ``P`` name, ``V`` version, ``A`` architecture, ``L`` licence, ``I`` installed
bytes, ``o`` the package that it was built from; then for each folder ``F`` and for each file in it ``R``.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from .distribution import OS_RELEASE, Distribution, distribution
from .growth import believable
from .model import PACKAGES_LIMIT, Contents, Ecosystem, Package
from .purl import purl

if TYPE_CHECKING:
    from collections.abc import Iterator

# apk-tools 3 follows a distribution whose /lib is a link to /usr/lib.
_DATABASES = ("usr/lib/apk/db/installed", "lib/apk/db/installed")
_FIELD = re.compile(rb"^([A-Za-z]):(.*)$", re.MULTILINE)
_FILE = re.compile(rb"^R:(.+)$", re.MULTILINE)
_SIZE_DIGITS = 18


def parse(contents: Contents) -> list[Package]:
    """All packages of the first database that has any, those without files (``apk add --virtual``) included."""
    whose = distribution(contents)
    for path in _DATABASES:
        packages = list(islice(_packages(contents.get(path, b""), path, whose), PACKAGES_LIMIT + 1))
        if packages:
            return sorted(packages, key=lambda package: (package.name, package.version))
    return []


ECOSYSTEM = Ecosystem("apk", wanted=(*_DATABASES, *OS_RELEASE), parse=parse)


def _packages(content: bytes, path: str, whose: Distribution) -> Iterator[Package]:
    for paragraph in content.split(b"\n\n"):
        about, *folders = (b"\n" + paragraph).split(b"\nF:")
        fields = {key: value.decode("utf-8", "replace") for key, value in _FIELD.findall(about)}
        if fields.get(b"P") and fields.get(b"V"):
            yield _package(fields, _files(folders, len(paragraph)), path, whose)


def _package(fields: dict[bytes, str], files: bytes, path: str, whose: Distribution) -> Package:
    name, version, architecture = fields[b"P"], fields[b"V"], fields.get(b"A") or None
    origin, size = fields.get(b"o"), fields.get(b"I", "")
    # The purl specification knows no qualifier for the origin; ``upstream`` is what scanners look for.
    qualifiers = {"arch": architecture, "distro": whose.release, "upstream": None if origin == name else origin}
    return Package(
        ecosystem=ECOSYSTEM.name,
        name=name,
        version=version,
        purl=purl("apk", whose.vendor, name, version, qualifiers),
        told_by=path,
        architecture=architecture,
        licence=fields.get(b"L") or None,
        claimed_bytes=int(size) if size.isdecimal() and len(size) <= _SIZE_DIGITS else None,
        files=files,
    )


def _files(folders: list[bytes], told_in: int) -> bytes:
    """The paths of all folders and of the files in them; none where they are too long to be true."""
    found = [(folder, _FILE.findall(lines)) for folder, _, lines in (each.partition(b"\n") for each in folders)]
    path_bytes = sum((len(folder) + 1) * (len(names) + 1) + sum(map(len, names)) for folder, names in found)
    return b"\0".join(filter(None, (_in_folder(*each) for each in found))) if believable(path_bytes, told_in) else b""


def _in_folder(folder: bytes, names: list[bytes]) -> bytes:
    r"""The folder and its files; the root folder, which has no name, is left out.

    >>> _in_folder(b"etc", [b"hosts", b"motd"]), _in_folder(b"", [b"init"])
    (b'etc\x00etc/hosts\x00etc/motd', b'init')
    """
    if not folder:
        return b"\0".join(names)
    between = b"\0" + folder + b"/"
    return folder + b"".join([between + name for name in names])
