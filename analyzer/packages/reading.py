"""The packages that a container of the lowest layers would see, out of files that were kept while layers were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..layers.wanted import Wanted
from .contents import kept_files
from .ecosystems import ECOSYSTEMS

if TYPE_CHECKING:
    from ..layers.facts import Learned
    from ..rootfs.stack import Stack
    from .contents import KeptFiles
    from .model import Ecosystem, Package

_ALL = tuple(each for level in ECOSYSTEMS for each in level)
_WANTED = {each.name: Wanted(each.wanted) for each in _ALL if each.payload is None}


class Reader:
    """Reads packages after one layer or after many; an ecosystem's anew only where its files have changed."""

    def __init__(self, stack: Stack, learned: Learned) -> None:
        self._whole = kept_files(stack, learned.contents)
        self._made: dict[str, KeptFiles] = {
            kind: kept_files(stack, contents) for kind, contents in learned.payloads.items()
        }
        self._takers: dict[str, tuple[str, ...]] = {}
        self._read: dict[str, tuple[dict[str, bytes], list[Package]]] = {}

    @property
    def changing_layers(self) -> set[int]:
        """The layers after which the files that tell of packages are others than before."""
        return self._whole.changing_layers.union(*(each.changing_layers for each in self._made.values()))

    def after(self, layer: int) -> list[Package]:
        """The packages once the layers up to this one are stacked, in the order in which they own files."""
        contents = self._by_ecosystem(layer)
        return [package for each in _ALL for package in self._packages(each, contents[each.name])]

    def _by_ecosystem(self, layer: int) -> dict[str, dict[str, bytes]]:
        """What each ecosystem wants of the files there are after ``layer``, by path."""
        made = {kind: files.after(layer) for kind, files in self._made.items()}
        found = {each.name: made.get(each.payload, {}) if each.payload else {} for each in _ALL}
        for path, content in self._whole.after(layer).items():
            for name in self._takers_of(path):
                found[name][path] = content
        return found

    def _takers_of(self, path: str) -> tuple[str, ...]:
        known = self._takers.get(path)
        if known is None:
            encoded = path.encode()
            known = self._takers[path] = tuple(name for name, wanted in _WANTED.items() if encoded in wanted)
        return known

    def _packages(self, ecosystem: Ecosystem, contents: dict[str, bytes]) -> list[Package]:
        before, packages = self._read.get(ecosystem.name, ({}, []))
        if before != contents:
            packages = list(ecosystem.parse(contents))
            self._read[ecosystem.name] = contents, packages
        return packages
