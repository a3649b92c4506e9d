"""What was installed when: the packages after each layer, and whose the files are that it left or hid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from ..layers.wanted import Wanted
from ..rootfs.rows import IS_FILE
from ..rootfs.stack import VISIBLE
from .contents import kept_files
from .ecosystems import ECOSYSTEMS
from .ownership import NOBODY, file_names, owners, symbolic_links

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from ..arrays import Ints
    from ..layers.facts import Learned
    from ..rootfs.stack import Stack
    from .contents import KeptFiles
    from .model import Ecosystem, Package

# What a container sees after some layer, by path: files as they are, under None, and what was made of others.
_ByKind: TypeAlias = "Mapping[str | None, dict[str, bytes]]"

_ALL = tuple(each for level in ECOSYSTEMS for each in level)


class _Key(NamedTuple):
    """What makes two packages the same one, layer after layer."""

    ecosystem: str
    name: str
    version: str
    architecture: str | None
    told_by: str


@dataclass(frozen=True)
class Installation:
    """A package, the layer ``since`` which it is there, and the one that took it away; None while it is there.

    ``upgraded`` says that this layer put another version in its place.
    """

    package: Package
    since: int
    until: int | None = None
    upgraded: bool = False


@dataclass(frozen=True)
class Installations:
    """All packages that some layer had, those that a container sees first.

    ``owner`` has one item a row of the changes table: the place in ``found`` of the package that the file's
    content belongs to, -1 for none. Of hidden files it is the one after the layer that holds them.
    """

    found: tuple[Installation, ...]
    owner: Ints

    @cached_property
    def present(self) -> int:
        """How many of ``found`` a container sees."""
        return sum(each.until is None for each in self.found)


def installations(changes: pa.Table, stack: Stack, learned: Learned) -> Installations:
    """The packages of all layers, and the owners of all files, hidden ones included.

    ``learned`` is what contents told, by rows of ``changes``.
    """
    files: dict[str | None, KeptFiles] = {None: kept_files(stack, learned.contents)}
    files |= {kind: kept_files(stack, contents) for kind, contents in learned.payloads.items()}
    history = _History()
    owner = np.full(len(stack.rows), NOBODY, np.int32)
    changed = {layer for each in files.values() for layer in each.changing_layers}
    for layer in range(stack.rows.layers):
        if layer in changed:
            history.go_on(layer, {kind: each.after(layer) for kind, each in files.items()})
        rows = _decided_after(stack, layer)
        if len(rows) and history.packages:
            owner[rows] = history.places(_owners_after(changes, stack, history.packages, layer))[rows]
    return history.told(owner)


def _decided_after(stack: Stack, layer: int) -> Ints:
    """The rows of content whose owners the state after ``layer`` decides: hidden ones of it; at the end, seen ones."""
    rows = stack.rows
    chosen = (rows.layer == layer) & (stack.fate != VISIBLE)
    if layer == rows.layers - 1:
        chosen |= stack.fate == VISIBLE
    return np.flatnonzero(chosen & (rows.kind == IS_FILE))


def _owners_after(changes: pa.Table, stack: Stack, packages: Sequence[Package], layer: int) -> Ints:
    seen = stack.seen_after(layer)
    names = file_names(stack, seen | (stack.rows.layer == layer))
    return owners(packages, stack, symbolic_links(changes, stack, seen), names)


class _History:
    """Packages by the order in which they first appear, while layers go by."""

    def __init__(self) -> None:
        self.packages: list[Package] = []
        self._known: dict[_Key, Installation] = {}
        self._parsed: dict[str, tuple[dict[str, bytes], list[Package]]] = {}

    def go_on(self, layer: int, contents: _ByKind) -> None:
        """Take what ``contents`` tell after ``layer``."""
        before = {_key(each) for each in self.packages}
        self.packages = [each for ecosystem in _ALL for each in self._parse(ecosystem, contents)]
        now = {_key(each): each for each in self.packages}
        names = {_slot(each) for each in self.packages}
        for key, package in now.items():
            since = self._known[key].since if key in self._known else layer
            self._known[key] = Installation(package, since)
        for key in sorted(before - now.keys(), key=str):
            gone = self._known[key]
            self._known[key] = replace(gone, until=layer, upgraded=_slot(gone.package) in names)

    def _parse(self, ecosystem: Ecosystem, contents: _ByKind) -> list[Package]:
        """The ecosystem's packages; read anew only where its files have changed."""
        own = contents.get(ecosystem.payload, {})
        if ecosystem.payload is None:
            wanted = Wanted(ecosystem.wanted)
            own = {path: content for path, content in own.items() if path.encode() in wanted}
        if self._parsed.get(ecosystem.name, ({}, []))[0] != own:
            self._parsed[ecosystem.name] = own, list(ecosystem.parse(own))
        return self._parsed.get(ecosystem.name, ({}, []))[1]

    def places(self, owner: Ints) -> Ints:
        """Places among all packages for places among the current ones."""
        order = {key: place for place, key in enumerate(self._known)}
        places = np.array([*(order[_key(each)] for each in self.packages), NOBODY], np.int32)
        return places[owner]

    def told(self, owner: Ints) -> Installations:
        """All packages, those that are there first and in the order of the last state; ``owner`` goes by `places`."""
        current = {_key(each): place for place, each in enumerate(self.packages)}
        keys = list(self._known)
        order = sorted(range(len(keys)), key=lambda place: current.get(keys[place], len(current) + place))
        rank = np.full(len(keys) + 1, NOBODY, np.int32)
        rank[order] = np.arange(len(order))
        return Installations(tuple(self._known[keys[place]] for place in order), rank[owner])


def _key(package: Package) -> _Key:
    return _Key(package.ecosystem, package.name, package.version, package.architecture, package.told_by)


def _slot(package: Package) -> tuple[str, str, str | None]:
    """What an upgrade keeps."""
    return package.ecosystem, package.name, package.architecture
