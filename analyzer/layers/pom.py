"""The coordinates in a pom.xml, the project that Maven built: maven.apache.org/pom.html, "Maven Coordinates"."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Callable

COORDINATES = ("groupId", "artifactId", "version")

_PROJECT, _PARENT, _PROPERTIES = ("project",), ("project", "parent"), ("project", "properties")
_DEPTH = len(_PARENT) + 1
_VALUE_LIMIT = 512
_PROPERTY = "${"
_REFERENCE = re.compile(r"\$\{([^${}]+)\}")
_REFERENCES_DEPTH = 8

_Path: TypeAlias = tuple[str, ...]


def coordinates(content: bytes) -> dict[str, str]:
    """What the start of a file says; a group and a version that are not there are those of the parent.

    A document type is the one place where entities are declared: what comes behind one is not read. Properties are
    put in where the file has them; what Maven takes from a parent's or from the command line is left out.

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
    found = {name: _put_together(texts.coordinate(name), texts.value) for name in COORDINATES}
    return {name: text for name, text in found.items() if text and _PROPERTY not in text}


def _put_together(text: str, value: Callable[[str], str]) -> str:
    """The text with the values that it refers to, and those that they refer to; empty where it gets too long.

    >>> _put_together("${a}-${c}", {"a": "1${b}", "b": ".2"}.get)
    '1.2-${c}'
    """
    for _ in range(_REFERENCES_DEPTH):
        text = _REFERENCE.sub(lambda match: value(match[1]) or match[0], text)
        if len(text) > _VALUE_LIMIT:
            return ""
    return text


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

    def coordinate(self, name: str) -> str:
        """As Maven inherits it: a project has a name of its own."""
        own = self.of((*_PROJECT, name))
        return own if own or name == "artifactId" else self.of((*_PARENT, name))

    def value(self, name: str) -> str:
        """What ``${name}`` stands for: maven.apache.org/ref/current/maven-model-builder, "Model Interpolation"."""
        scope, _, last = name.rpartition(".")
        if last in COORDINATES and scope in ("project", "pom"):
            return self.coordinate(last)
        if last in COORDINATES and scope in ("project.parent", "pom.parent"):
            return self.of((*_PARENT, last))
        return self.of((*_PROPERTIES, name)) or (self.coordinate(name) if name in COORDINATES else "")

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        # Prefixes are no matter: Maven takes any namespace.
        self._path.append(name.rpartition(":")[2])

    def end(self, _name: str) -> None:
        self._path.pop()

    def add(self, text: str) -> None:
        path = tuple(self._path[: _DEPTH + 1])
        wanted = len(path) <= _DEPTH and (path[-1] in COORDINATES or path[:-1] == _PROPERTIES)
        if wanted and len(self._texts[path]) <= _VALUE_LIMIT:
            self._texts[path] += text

    def refuse(self, *_declared: object) -> None:
        raise _RefusedError
