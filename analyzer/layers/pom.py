"""The coordinates in a pom.xml, the project that Maven built: maven.apache.org/pom.html, "Maven Coordinates"."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TypeAlias
from xml.parsers import expat

COORDINATES = ("groupId", "artifactId", "version")

_PROJECT, _PARENT = ("project",), ("project", "parent")
_DEPTH = len(_PARENT) + 1
_VALUE_LIMIT = 512
_PROPERTY = "${"

_Path: TypeAlias = tuple[str, ...]


def coordinates(content: bytes) -> dict[str, str]:
    """What the start of a file says; a group and a version that are not there are those of the parent.

    A document type is the one place where entities are declared: what comes behind one is not read. What Maven
    would have to put together from properties is left out.

    >>> coordinates(b"<project><parent><groupId>g</groupId></parent><artifactId> a </artifactId>")
    {'groupId': 'g', 'artifactId': 'a'}
    """
    texts = _Texts()
    # The coordinates are ASCII. The encoding that a stranger names could be any that Python has, rot13 too.
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = texts.start
    parser.EndElementHandler = texts.end
    parser.CharacterDataHandler = texts.add
    parser.StartDoctypeDeclHandler = texts.refuse
    # What comes before an error counts; the content may be cut off anyway.
    with suppress(expat.ExpatError, _RefusedError):
        parser.Parse(content, False)
    found = {name: texts.of((*_PROJECT, name)) or texts.of((*_PARENT, name)) for name in COORDINATES}
    own = texts.of((*_PROJECT, "artifactId"))
    return {name: text for name, text in (found | {"artifactId": own}).items() if text and _PROPERTY not in text}


class _RefusedError(Exception):
    pass


class _Texts:
    """The texts of elements near the root, by their paths."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._texts: defaultdict[_Path, str] = defaultdict(str)

    def of(self, path: _Path) -> str:
        text = self._texts[path].strip()
        return text if len(text) <= _VALUE_LIMIT else ""

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        # Prefixes are no matter: Maven takes any namespace.
        self._path.append(name.rpartition(":")[2])

    def end(self, _name: str) -> None:
        self._path.pop()

    def add(self, text: str) -> None:
        if len(self._path) <= _DEPTH and self._path[-1] in COORDINATES:
            path = tuple(self._path)
            if len(self._texts[path]) <= _VALUE_LIMIT:
                self._texts[path] += text

    def refuse(self, *_declared: object) -> None:
        raise _RefusedError
