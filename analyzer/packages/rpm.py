"""Packages of rpm: what its database says, or where there is none, what a manifest in its stead says.

``gpg-pubkey`` packages, the keys that rpm trusts, are listed as by ``rpm -qa``: they are in the database like others
and own no file.
"""

from __future__ import annotations

from itertools import islice, repeat
from typing import TYPE_CHECKING, NamedTuple

from .distribution import OS_RELEASE, Distribution, distribution
from .growth import believable
from .model import PACKAGES_LIMIT, Contents, Ecosystem, Package
from .purl import purl
from .rpmdb import bdb, header, ndb, sqlite
from .rpmdb.header import Header, parse_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Where rpm looks: its own default, Fedora's and SUSE's, and rpm-ostree's.
_FOLDERS = ("usr/lib/sysimage/rpm/", "var/lib/rpm/", "usr/share/rpm/")
_SQLITE, _LOG, _NDB, _BDB = "rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages.db", "Packages"
# Azure Linux's images without rpm have the answer to a query; the fields are named in its own toolkit.
_MANIFEST = "var/lib/rpmmanifest/container-manifest-2"
_MANIFEST_FIELDS = 10
_INSTALLED_STATES = (0, 3)  # rpmfiles.h: normal, and on a shared network folder
_VENDORS = {"rhel": "redhat"}  # the purl specification's word for it
_SIZE_DIGITS = 18
_NONE = "(none)"  # rpm's way to write that a package has no such value


class _Stated(NamedTuple):
    """What a package states of itself; ``epoch`` is empty where it states none."""

    name: str
    version: str
    release: str
    epoch: str
    architecture: str
    source: str
    size: int | None
    licence: str = ""
    files: bytes = b""


def parse(contents: Contents) -> list[Package]:
    """All packages of the first database that has any, else those of the manifest."""
    whose = distribution(contents)
    for path, stated in _sources(contents):
        found = (_package(each, path, whose) for each in stated if each.name and each.version)
        packages = list(islice(found, PACKAGES_LIMIT + 1))
        if packages:
            return sorted(packages, key=lambda package: (package.name, package.version, package.architecture or ""))
    return []


ECOSYSTEM = Ecosystem(
    "rpm",
    wanted=(
        *(folder + name for folder in _FOLDERS for name in (_SQLITE, _LOG, _NDB, _BDB)),
        _MANIFEST,
        *OS_RELEASE,
    ),
    parse=parse,
)


def _sources(contents: Contents) -> Iterator[tuple[str, Iterable[_Stated]]]:
    """Each file that may tell of packages, the newest form first, with what it tells."""
    for folder in _FOLDERS:
        for name, blobs in ((_SQLITE, sqlite.blobs), (_NDB, ndb.blobs), (_BDB, bdb.blobs)):
            content, log = contents.get(folder + name, b""), contents.get(folder + _LOG, b"")
            found = sqlite.blobs(content, log) if blobs is sqlite.blobs else blobs(content)
            yield folder + name, _of_headers(_within(found, len(content) + len(log)))
    yield _MANIFEST, _of_manifest(contents.get(_MANIFEST, b""))


def _within(blobs: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """The blobs until they are more bytes than the database has: a damaged one may lead to the same bytes again."""
    for blob in blobs:
        limit -= len(blob)
        if limit < 0:
            return
        yield blob


def _of_headers(blobs: Iterable[bytes]) -> Iterator[_Stated]:
    for blob in blobs:
        found = parse_header(blob)
        if found is not None:
            yield _Stated(
                name=found.text(header.NAME),
                version=found.text(header.VERSION),
                release=found.text(header.RELEASE),
                epoch="".join(map(str, found.numbers(header.EPOCH)[:1])),
                architecture=found.text(header.ARCH),
                source=found.text(header.SOURCERPM),
                size=next(iter(found.numbers(header.LONGSIZE) or found.numbers(header.SIZE)), None),
                licence=found.text(header.LICENSE),
                files=_files(found, len(blob)),
            )


def _files(found: Header, told_in: int) -> bytes:
    """The paths of the files that are installed: not those left out, nor those that another package's replaced."""
    paths = found.texts(header.OLDFILENAMES) or _joined(found, told_in)
    states = found.numbers(header.FILESTATES) or repeat(_INSTALLED_STATES[0])
    return b"\0".join(
        [path.removeprefix(b"/") for path, state in zip(paths, states, strict=False) if state in _INSTALLED_STATES]
    )


def _joined(found: Header, told_in: int) -> list[bytes]:
    folders, names = found.texts(header.DIRNAMES), found.texts(header.BASENAMES)
    indexes = found.numbers(header.DIRINDEXES)
    if len(indexes) != len(names) or max(indexes, default=0) >= len(folders):
        return []
    path_bytes = sum(map([len(folder) for folder in folders].__getitem__, indexes)) + sum(map(len, names))
    if not believable(path_bytes, told_in):
        return []
    return [folders[index] + name for index, name in zip(indexes, names, strict=True)]


def _of_manifest(content: bytes) -> Iterator[_Stated]:
    """One line a package: name, version-release, two times, vendor, epoch, size, architecture, epoch, source."""
    for line in content.decode("utf-8", "replace").split("\n"):
        fields = line.split("\t")
        if len(fields) == _MANIFEST_FIELDS:
            name, full, _, _, _, epoch, size, architecture, _, source = fields
            version, _, release = full.rpartition("-")
            epoch = epoch if epoch.isdecimal() else ""
            bytes_ = int(size) if size.isdecimal() and len(size) <= _SIZE_DIGITS else None
            yield _Stated(name, version, release, epoch, architecture, source, bytes_)


def _package(stated: _Stated, told_by: str, whose: Distribution) -> Package:
    full = "-".join(filter(None, (stated.version, stated.release)))
    qualifiers = {
        "arch": None if stated.architecture == _NONE else stated.architecture,
        "distro": whose.release,
        "epoch": stated.epoch,
        "upstream": None if stated.source == _NONE else stated.source,
    }
    vendor = whose.vendor and _VENDORS.get(whose.vendor, whose.vendor)
    return Package(
        ecosystem=ECOSYSTEM.name,
        name=stated.name,
        version=":".join(filter(None, (stated.epoch, full))),
        purl=purl("rpm", vendor, stated.name, full, qualifiers),
        told_by=told_by,
        architecture=None if stated.architecture in ("", _NONE) else stated.architecture,
        licence=stated.licence or None,
        claimed_bytes=stated.size,
        files=stated.files,
    )
