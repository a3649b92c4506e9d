"""The packages that a container of the lowest layers would see, out of files that were kept while layers were read."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ..globs import regex, whole
from .contents import ByPath, kept_files
from .ecosystems import ECOSYSTEMS
from .model import PACKAGES_LIMIT, order
from .paths import raw, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..layers.facts import Learned
    from ..rootfs.stack import Stack
    from .contents import KeptFiles
    from .model import Ecosystem, Package

_ALL = tuple(each for level in ECOSYSTEMS for each in level)
_WANTED = {each.name: whole(map(regex, each.wanted)) for each in _ALL if each.payload is None}


class Reader:
    """Reads packages after one layer or after many; an ecosystem's, or a file's, anew only where that has changed.

    ``is_cut`` says that some were left out, since there were too many (`model.PACKAGES_LIMIT`).
    """

    def __init__(self, stack: Stack, learned: Learned) -> None:
        self._whole = kept_files(stack, learned.contents)
        self._made: dict[str, KeptFiles] = {
            kind: kept_files(stack, contents) for kind, contents in learned.payloads.items()
        }
        self._takers = _takers(self._whole.paths)
        self._read: dict[str, tuple[dict[str, int], list[Package]]] = {}
        self._parsed: dict[str, dict[str, tuple[int, tuple[Package, ...]]]] = {}
        self._room = PACKAGES_LIMIT
        self.is_cut = False

    @property
    def changing_layers(self) -> set[int]:
        """The layers after which the files that tell of packages are others than before."""
        return self._whole.changing_layers.union(*(each.changing_layers for each in self._made.values()))

    def after(self, layer: int) -> list[Package]:
        """The packages once the layers up to this one are stacked, in the order in which they own files."""
        rows = self._by_ecosystem(layer)
        return [package for each in _ALL for package in self._packages(each, rows[each.name])]

    def _by_ecosystem(self, layer: int) -> dict[str, dict[str, int]]:
        """The rows of what each ecosystem wants of the files there are after ``layer``, by path."""
        made = {kind: files.after(layer) for kind, files in self._made.items()}
        found = {each.name: made.get(each.payload, {}) if each.payload else {} for each in _ALL}
        for path, row in self._whole.after(layer).items():
            for name in self._takers.get(path, ()):
                found[name][path] = row
        return found

    def _packages(self, ecosystem: Ecosystem, rows: dict[str, int]) -> list[Package]:
        before, packages = self._read.get(ecosystem.name, ({}, []))
        if before != rows:
            packages = self._alone(ecosystem, rows) if ecosystem.alone else self._parse(ecosystem, rows)
            self._read[ecosystem.name] = rows, packages
        return packages

    def _alone(self, ecosystem: Ecosystem, rows: dict[str, int]) -> list[Package]:
        """The packages of all files, of which those that are the same as the last time are not parsed."""
        before = self._parsed.get(ecosystem.name, {})
        now = self._parsed[ecosystem.name] = {}
        for path, row in rows.items():
            known = before.get(path)
            if known is None or known[0] != row:
                known = row, tuple(self._parse(ecosystem, {path: row}))
            now[path] = known
        return sorted((each for _, packages in now.values() for each in packages), key=order)

    def _parse(self, ecosystem: Ecosystem, rows: dict[str, int]) -> list[Package]:
        if self.is_cut:
            return []
        files = self._made[ecosystem.payload] if ecosystem.payload else self._whole
        found = list(islice(ecosystem.parse(ByPath(rows, files.contents)), self._room + 1))
        self.is_cut = len(found) > self._room
        found = found[: self._room]
        self._room -= len(found)
        return found


def _takers(paths: Sequence[str]) -> dict[str, list[str]]:
    """The ecosystems that want each of the paths: by globs over all of them, since there may be many."""
    column = pa.array(list(map(raw, paths)), pa.binary())
    found: dict[str, list[str]] = {}
    for name, wanted in _WANTED.items():
        for path in column.filter(pc.match_substring_regex(column, wanted)).unique().to_pylist():
            found.setdefault(text(path), []).append(name)
    return found
