"""What was installed when: the packages after each layer, and whose the files are that it left or hid."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from ..rootfs.rows import IS_FILE
from ..rootfs.stack import VISIBLE
from .ownership import NOBODY, Claims, file_names, owners, symbolic_links
from .reading import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from ..arrays import Ints
    from ..layers.facts import Learned
    from ..rootfs.stack import Stack
    from .model import Package


class _Key(NamedTuple):
    """What makes two packages the same one, layer after layer."""

    ecosystem: str
    name: str
    version: str
    architecture: str | None
    told_by: str


class Installed(Struct, frozen=True):
    """The packages that a container sees, in the order in which they own files.

    ``owner`` has one item a row of the changes table: the place in ``packages`` of the package that the file's
    content belongs to; -1 for none, and for all that is hidden. ``is_cut`` says that there were too many to list.
    """

    packages: tuple[Package, ...]
    owner: Ints
    is_cut: bool = False


class Installation(Struct, frozen=True):
    """A package, the layer ``since`` which it is there, and the one that took it away; None while it is there.

    ``upgraded`` says that this layer put another version in its place.
    """

    package: Package
    since: int
    until: int | None = None
    upgraded: bool = False


class Installations(Struct, frozen=True, dict=True):
    """All packages that some layer had, those that a container sees first.

    ``owner`` has one item a row of the changes table: the place in ``found`` of the package that the file's
    content belongs to, -1 for none. Of hidden files it is the one after the layer that holds them.
    ``is_cut`` says that there were too many to list.
    """

    found: tuple[Installation, ...]
    owner: Ints
    is_cut: bool = False

    @cached_property
    def present(self) -> int:
        """How many of ``found`` a container sees."""
        return sum(each.until is None for each in self.found)


def installed(changes: pa.Table, stack: Stack, learned: Learned) -> Installed:
    """What a container sees: quick, whatever the number of layers. ``learned`` as for `installations`."""
    last = stack.rows.layers - 1
    reader = Reader(stack, learned)
    packages = reader.after(last)
    distinct = {_key(each): each for each in packages}
    owner = _places(distinct, packages)[_owners_after(changes, Claims(stack), packages, last)]
    return Installed(tuple(distinct.values()), np.where(stack.fate == VISIBLE, owner, NOBODY), reader.is_cut)


def installed_since(stack: Stack, learned: Learned, installed: Installed, first_layer: int) -> set[int]:
    """The places of those packages of ``installed`` that layers below ``first_layer`` do not have."""
    before = {_key(each) for each in Reader(stack, learned).after(first_layer - 1)}
    return {place for place, each in enumerate(installed.packages) if _key(each) not in before}


def installations(changes: pa.Table, stack: Stack, learned: Learned) -> Installations:
    """The packages of all layers, and the owners of all files, hidden ones included.

    ``learned`` is what contents told, by rows of ``changes``.
    """
    reader, claims, history = Reader(stack, learned), Claims(stack), _History()
    owner = np.full(len(stack.rows), NOBODY, np.int32)
    changing = reader.changing_layers
    for layer in range(stack.rows.layers):
        if layer in changing:
            history.go_on(layer, reader.after(layer))
        rows = _decided_after(stack, layer)
        if len(rows) and history.packages:
            owner[rows] = history.places[_owners_after(changes, claims, history.packages, layer)[rows]]
    return replace(history.told(owner), is_cut=reader.is_cut)


def _decided_after(stack: Stack, layer: int) -> Ints:
    """The rows of content whose owners the state after ``layer`` decides: hidden ones of it; at the end, seen ones."""
    rows = stack.rows
    chosen = (rows.layer == layer) & (stack.fate != VISIBLE)
    if layer == rows.layers - 1:
        chosen |= stack.fate == VISIBLE
    return np.flatnonzero(chosen & (rows.kind == IS_FILE))


def _owners_after(changes: pa.Table, claims: Claims, packages: Sequence[Package], layer: int) -> Ints:
    stack = claims.stack
    seen = stack.seen_after(layer)
    names = file_names(stack, seen | (stack.rows.layer == layer))
    return owners(packages, claims, symbolic_links(changes, stack, seen), names)


class _History:
    """Packages by the order in which they first appear, while layers go by."""

    def __init__(self) -> None:
        self.packages: list[Package] = []
        self._now: dict[_Key, Package] = {}
        self._known: dict[_Key, Installation] = {}

    def go_on(self, layer: int, packages: list[Package]) -> None:
        """Take the ``packages`` that are there after ``layer``; most are the same objects as before."""
        before, self.packages = self._now, packages
        self._now = {_key(each): each for each in packages}
        for key, package in self._now.items():
            if before.get(key) is not package:
                since = self._known[key].since if key in self._known else layer
                self._known[key] = Installation(package, since)
        gone = before.keys() - self._now.keys()
        names = {_slot(each) for each in packages} if gone else set()
        for key in sorted(gone, key=str):
            last = self._known[key]
            self._known[key] = replace(last, until=layer, upgraded=_slot(last.package) in names)

    @property
    def places(self) -> Ints:
        """The place among all packages of each of the current ones; the last item is for none."""
        return _places(self._known, self.packages)

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


def _places(known: Iterable[_Key], packages: Sequence[Package]) -> Ints:
    """The place in ``known`` of each of the packages; the last item is for `NOBODY`."""
    order = {key: place for place, key in enumerate(known)}
    return np.array([*(order[_key(each)] for each in packages), NOBODY], np.int32)


def _slot(package: Package) -> tuple[str, str, str | None]:
    """What an upgrade keeps."""
    return package.ecosystem, package.name, package.architecture
