"""What a Java archive says of itself: the headers of its manifest, what Maven put in, and the archives inside.

The name of the file is not known here. Any zip is asked, and what has no manifest and nothing of Maven's tells nothing.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from . import pom
from .probe import KEPT_BYTES, answer
from .zips import MAGIC, Member, by_directory, one_by_one, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .probe import Asking, Reading

JAVA = "java"

# Kept until the directory comes: by each of some threads, so it is not much.
KEPT_WHOLE_LIMIT = 8 * 1024**2
# An archive that is packed again inside another is unpacked in memory.
NESTED_BYTES_LIMIT = 16 * 1024**2
NESTED_DEPTH_LIMIT = 2
MEMBERS_LIMIT = 4096

_MANIFEST = b"META-INF/MANIFEST.MF"
_MAVEN = re.compile(rb"(META-INF/maven/[^/]+/[^/]+/)pom\.(properties|xml)")
_ARCHIVES = (b".jar", b".war")
_ENDINGS = (_MANIFEST, b"/pom.properties", b"/pom.xml", *_ARCHIVES)
_MANIFEST_LIMIT, _POM_LIMIT, _PROPERTIES_LIMIT = 64 * 1024, 64 * 1024, 8 * 1024
_NAME_LIMIT, _VALUE_LIMIT = 1024, 512
_HEADERS = {
    name.lower(): name
    for name in (
        "Implementation-Version",
        "Implementation-Vendor-Id",
        "Bundle-SymbolicName",
        "Bundle-Version",
        "Bundle-License",
    )
}
_PROPERTIES = {name.lower(): name for name in pom.COORDINATES}

Told: TypeAlias = dict[str, Any]


def told(file_bytes: int) -> Reading:
    """JSON of ``manifest`` (headers), ``maven`` (a list of coordinates) and ``archives`` (the same by their names)."""
    found = yield from _archive(0, file_bytes, _Place(0, KEPT_WHOLE_LIMIT, file_bytes, iter(range(MEMBERS_LIMIT))))
    if not found.keys() & {"manifest", "maven"}:
        return ()
    return ((JAVA, json.dumps(found, sort_keys=True, separators=(",", ":")).encode()),)


class _Place(NamedTuple):
    """How deep an archive lies, up to what size all of it is at hand when it ends, and the members left to look at.

    It ends before ``stop``, whatever is claimed of it.
    """

    depth: int
    reach: int
    stop: int
    budget: Iterator[int]


def _archive(start: int, size: int, place: _Place) -> Asking[Told]:
    magic = yield start, len(MAGIC)
    if magic != MAGIC:
        return {}
    size = min(size, place.stop - start)
    if size > place.reach:
        # Of a stream that is not kept whole, only this much is there to go back to.
        archive = _Archive(place._replace(reach=min(place.reach, KEPT_BYTES)))
        yield from one_by_one(start, start + size, _ENDINGS, archive.take)
    else:
        archive = _Archive(place)
        for member in (yield from by_directory(start, size, _ENDINGS)):
            yield from archive.take(member)
    return archive.told()


class _Archive:
    """Collects what the members of one archive tell."""

    def __init__(self, place: _Place) -> None:
        self._found: Told = {}
        self._coordinates: dict[bytes, dict[str, str]] = {}
        self._place = place

    def told(self) -> Told:
        """All of it, once all members were looked at."""
        maven = [each for each in self._coordinates.values() if len(each) == len(pom.COORDINATES)]
        return self._found | ({"maven": maven} if maven else {})

    def take(self, member: Member) -> Asking[None]:
        """Look into one member."""
        if len(member.name) > _NAME_LIMIT or next(self._place.budget, None) is None:
            return
        if member.name == _MANIFEST:
            self._found["manifest"] = _manifest((yield from unpacked(member, _MANIFEST_LIMIT)) or b"")
        elif match := _MAVEN.fullmatch(member.name):
            yield from self._take_coordinates(member, *match.groups())
        elif member.name.endswith(_ARCHIVES):
            name = member.name.decode("utf-8", "backslashreplace")
            self._found.setdefault("archives", {})[name] = yield from self._nested(member)

    def _take_coordinates(self, member: Member, folder: bytes, kind: bytes) -> Asking[None]:
        """The properties go before the project beside them, which may leave to its parents what they have."""
        known = self._coordinates.setdefault(folder, {})
        if kind == b"properties":
            told = _properties((yield from unpacked(member, _PROPERTIES_LIMIT)) or b"")
            self._coordinates[folder] = told if len(told) == len(pom.COORDINATES) else known
        elif not known:
            self._coordinates[folder] = pom.coordinates((yield from unpacked(member, _POM_LIMIT)) or b"")

    def _nested(self, member: Member) -> Asking[Told]:
        """What an archive inside tells; nothing where it is too deep or too large, or no archive."""
        inside = self._place._replace(depth=self._place.depth + 1)
        if inside.depth > NESTED_DEPTH_LIMIT:
            return {}
        if member.is_plain:
            return (yield from _archive(member.start, member.stored, inside))
        content = yield from unpacked(member, NESTED_BYTES_LIMIT)
        if not content or len(content) == NESTED_BYTES_LIMIT:
            return {}
        inside = inside._replace(reach=len(content), stop=len(content))
        return answer(_archive(0, len(content), inside), memoryview(content))


def _manifest(content: bytes) -> dict[str, str]:
    """The wanted headers of a manifest's main section.

    >>> _manifest(b"Manifest-Version: 1.0\\r\\nBundle-Version: 1.2\\r\\n .3\\r\\n\\r\\nBundle-Version: 4\\r\\n")
    {'Bundle-Version': '1.2.3'}
    """
    # A line of more than 72 bytes goes on after a line break and a space (JAR File Specification).
    text = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n\n", 1)[0].replace(b"\n ", b"")
    return _pairs(text, b":", _HEADERS)


def _properties(content: bytes) -> dict[str, str]:
    """Coordinates as Maven's archiver writes them.

    >>> _properties(b"#Generated by Maven\\r\\nversion=1.2\\r\\ngroupId=org.acme\\r\\nartifactId=app\\r\\n")
    {'version': '1.2', 'groupId': 'org.acme', 'artifactId': 'app'}
    """
    return _pairs(content, b"=", _PROPERTIES)


def _pairs(content: bytes, sign: bytes, wanted: dict[str, str]) -> dict[str, str]:
    pairs = (line.partition(sign) for line in content.splitlines())
    return {
        wanted[name]: value.decode("utf-8", "replace").strip()
        for key, _, value in pairs
        if (name := key.strip().lower().decode("latin-1")) in wanted and 0 < len(value) <= _VALUE_LIMIT
    }
