"""Debian's packages: what dpkg keeps in ``var/lib/dpkg``, in files per dpkg(1), deb-control(5) and dpkg-divert(1).

Images without dpkg, "distroless" ones, have a file per package in ``status.d`` instead, as the package's control
file is, and the digests of its files beside it or in ``info``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from .distribution import OS_RELEASE, Distribution, distribution
from .growth import believable
from .model import PACKAGES_LIMIT, Contents, Ecosystem, Package
from .purl import purl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FOLDER = "var/lib/dpkg/"
_STATUS, _STATUS_FILES = _FOLDER + "status", _FOLDER + "status.d/"
_INFO, _DIVERSIONS = _FOLDER + "info/", _FOLDER + "diversions"
_LIST, _DIGESTS = ".list", ".md5sums"

_FIELD = re.compile(
    rb"^(Package|Status|Version|Architecture|Source|Installed-Size):(.*)$", re.MULTILINE | re.IGNORECASE
)
_CONFFILES = re.compile(rb"^Conffiles:.*((?:\n .*)*)", re.MULTILINE | re.IGNORECASE)
_CONFFILE = re.compile(rb"^ /(\S+) [0-9a-f]{32}", re.MULTILINE)
_DIGEST = re.compile(rb"^[0-9a-f]{32} [ *](?:\./|/)?(.+)$", re.MULTILINE)
# dpkg(1), "Package states": in all others at least some of its files are there.
_ABSENT = (b"not-installed", b"config-files")
_KIBIBYTE = 1024
_SIZE_DIGITS = 15


class _Diversion(NamedTuple):
    to: bytes
    by: bytes


class _Record(NamedTuple):
    told_by: str
    text: bytes
    fields: Mapping[bytes, bytes]

    def field(self, name: bytes) -> str:
        return self.fields.get(name, b"").decode("utf-8", "replace")


def parse(contents: Contents) -> list[Package]:
    """All packages of which dpkg has files on disk; one whose state is ``config-files`` or less is left out."""
    # A list is one package's: whatever the status file repeats, no list is counted twice.
    lists = {path for path in contents if path.endswith((_LIST, _DIGESTS))}
    diversions, whose = _diversions(contents.get(_DIVERSIONS, b"")), distribution(contents)
    found: dict[tuple[str, str], Package] = {}
    for record in _records(contents):
        if len(found) > PACKAGES_LIMIT:
            break
        name, architecture = record.field(b"package"), record.field(b"architecture")
        if name and record.field(b"version") and (name, architecture) not in found:
            files = _diverted(_files(record, name, architecture, lists, contents), name.encode(), diversions)
            found[name, architecture] = _package(record, name, architecture, files, whose)
    return [found[key] for key in sorted(found)]


ECOSYSTEM = Ecosystem(
    "dpkg",
    wanted=(
        _STATUS,
        _STATUS_FILES + "*",
        f"{_INFO}*{_LIST}",
        f"{_INFO}*{_DIGESTS}",
        _DIVERSIONS,
        *OS_RELEASE,
    ),
    parse=parse,
    spares=((_DIGESTS, _LIST),),
)


def _records(contents: Contents) -> Iterator[_Record]:
    """What is installed: of the status file's paragraphs those that say so, and all control files of status.d."""
    for text in contents.get(_STATUS, b"").split(b"\n\n"):
        fields = _fields(text) if text else {}
        if fields.get(b"status", b"not-installed").split(b" ")[-1] not in _ABSENT:
            yield _Record(_STATUS, text, fields)
    for path in sorted(contents):
        if path.startswith(_STATUS_FILES) and not path.endswith(_DIGESTS):
            yield _Record(path, contents[path], _fields(contents[path]))


def _fields(text: bytes) -> dict[bytes, bytes]:
    return {key.lower(): value.strip() for key, value in _FIELD.findall(text)}


def _package(record: _Record, name: str, architecture: str, files: bytes, whose: Distribution) -> Package:
    version = record.field(b"version")
    upstream = _upstream(record.field(b"source"))
    qualifiers = {"arch": architecture, "distro": whose.release, "upstream": upstream}
    return Package(
        ecosystem=ECOSYSTEM.name,
        name=name,
        version=version,
        purl=purl("deb", whose.vendor, name, version, qualifiers),
        told_by=record.told_by,
        architecture=architecture or None,
        claimed_bytes=_claimed_bytes(record.fields.get(b"installed-size", b"")),
        files=files,
    )


def _upstream(source: str) -> str:
    """The source package as a qualifier has it.

    dpkg leaves ``Source`` out where name and version are the package's own, and the version in it where that is.
    The purl specification knows no qualifier for it; ``upstream`` is what scanners look for.

    >>> _upstream("gcc-12 (12.2.0-14)"), _upstream("openssl")
    ('gcc-12@12.2.0-14', 'openssl')
    """
    name, _, version = source.partition(" ")
    return "@".join(filter(None, (name, version.strip("() "))))


def _claimed_bytes(size: bytes) -> int | None:
    """``Installed-Size`` is in KiB, rounded up: deb-substvars(5)."""
    return int(size) * _KIBIBYTE if size.isdigit() and len(size) <= _SIZE_DIGITS else None


def _files(record: _Record, name: str, architecture: str, lists: set[str], contents: Contents) -> bytes:
    """All paths of the package: its list, or where there is none the paths with a digest and the conffiles.

    The list's name has the architecture if the package may be installed for several at once. What is taken is
    taken out of ``lists``.
    """
    for stem in (f"{_INFO}{name}:{architecture}", f"{_INFO}{name}"):
        if (path := stem + _LIST) in lists:
            lists.remove(path)
            return _listed(contents[path])
    for stem in (record.told_by, f"{_INFO}{name}:{architecture}", f"{_INFO}{name}"):
        if (path := stem + _DIGESTS) in lists:
            lists.remove(path)
            return b"\0".join([*_DIGEST.findall(contents[path]), *_conffiles(record.text)])
    return b"\0".join(_conffiles(record.text))


def _listed(content: bytes) -> bytes:
    r"""The paths of a list file; its first line, ``/.``, is the root folder and left out.

    >>> _listed(b"/.\n/etc\n/etc/issue\n")
    b'etc\x00etc/issue'
    """
    paths = (b"\n" + content).replace(b"\n/", b"\0").strip(b"\0\n")
    return (paths + b"\0").removeprefix(b".\0").removesuffix(b"\0")


def _conffiles(text: bytes) -> list[bytes]:
    field = _CONFFILES.search(text)
    return _CONFFILE.findall(field[1]) if field else []


def _diversions(content: bytes) -> dict[bytes, _Diversion]:
    """Where dpkg puts files of these paths instead, and for which package it does not: three lines each."""
    lines = content.split(b"\n")
    triples = zip(lines[0::3], lines[1::3], lines[2::3], strict=False)
    return {path.removeprefix(b"/"): _Diversion(to.removeprefix(b"/"), by) for path, to, by in triples}


def _diverted(files: bytes, name: bytes, diversions: Mapping[bytes, _Diversion]) -> bytes:
    """The paths where the package's files really are."""
    paths = files.split(b"\0")
    if diversions.keys().isdisjoint(paths):
        return files
    own = _Diversion(b"", name)
    moved = [path if diversions.get(path, own).by == name else diversions[path].to for path in paths]
    return b"\0".join(moved) if believable(sum(map(len, moved)), len(files)) else files
