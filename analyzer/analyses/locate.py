"""From a path that somebody names to the entry that holds its content, or an error that says where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from ..errors import NotAFileError, PathNotFoundError
from ..layers.spelling import normalised, shown, spelled
from ..rootfs.lookup import IMPLIED, NOTHING, Lookup
from ..rootfs.rows import path_bytes
from ..rootfs.stack import REMOVED
from ..tables import BLOCK_DEVICE, CHARACTER, DIRECTORY, FIFO, FILE, KINDS, OPAQUE, SYMLINK, WHITEOUT
from .near import near_paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from ..arrays import Flags, Ints
    from ..rootfs.stack import Stack

_LAYERS_TOLD = 8
_WORDS = {CHARACTER: "a character device", BLOCK_DEVICE: "a block device", FIFO: "a named pipe"}


class Locator:
    """Finds paths in the root filesystem and in single layers. ``layers`` is how many the image has."""

    def __init__(self, changes: pa.Table, stack: Stack, layers: int) -> None:
        self.lookup = Lookup(changes, stack)
        self._changes = changes
        self._stack = stack
        self._layers = layers

    def content(self, path: str | bytes, layer: int | None = None) -> int:
        """The row that holds what a container reads at ``path``, or what ``layer`` has there itself.

        Raises PathNotFoundError, LinkLoopError, NotAFileError.
        """
        return self._seen(path) if layer is None else self._in_layer(path, layer)

    def _seen(self, path: str | bytes) -> int:
        for name in names_of(path):
            place = self.lookup.followed(name)
            row = self.lookup.row(place)
            if row != NOTHING:
                return self._content(row, shown(place) or "/")
        raise self.not_seen(path)

    def _content(self, row: int, path: str) -> int:
        kind = DIRECTORY if row == IMPLIED else KINDS[self.lookup.kind(row)]
        if kind == DIRECTORY:
            raise NotAFileError(f"{path} is a directory", hint="imgscan ls lists what is in it")
        inode = int(self._stack.inode[row])
        if inode < 0:
            target = self._changes["link_target"][row].as_py()
            raise PathNotFoundError(f"{path} is a hard link to {target}, which is not in the image")
        if kind != FILE:
            raise NotAFileError(f"{path} is {_WORDS[kind]}, which has no content")
        return inode

    def _in_layer(self, path: str | bytes, layer: int) -> int:
        self.check_layer(layer)
        for name in map(normalised, names_of(path)):
            rows = self._rows_in_layer(name, layer)
            if len(rows):
                return self._content_in_layer(int(rows[-1]), name, layer)
            if self._is_above_entries(name, layer):
                return self._content(IMPLIED, shown(name) or "/")
        raise self.not_in_layer(path, layer)

    def check_layer(self, layer: int) -> None:
        """Raises PathNotFoundError for a layer that there is not."""
        if not 0 <= layer < self._layers:
            count = f"{self._layers} layers" if self._layers != 1 else "1 layer"
            raise PathNotFoundError(f"no layer {layer}: the image has {count}", hint="layers are counted from 0")

    def _rows_in_layer(self, path: bytes, layer: int) -> Ints:
        """The layer's entries that go to a path, or else that say so; names stand behind whiteouts."""
        rows = self._stack.rows
        found = np.flatnonzero((rows.node == self.lookup.node(path)) & (rows.layer == layer))
        if not len(found):
            literal = pc.equal(path_bytes(self._changes), path).to_numpy()
            found = np.flatnonzero(literal & (rows.layer == layer))
        return found[np.argsort(rows.is_name[found], kind="stable")]

    def _content_in_layer(self, row: int, path: bytes, layer: int) -> int:
        kind = KINDS[self._stack.rows.kind[row]]
        name = shown(path) or "/"
        if kind == WHITEOUT:
            hint = self._layers_hint(path, np.arange(self._layers) < layer)
            raise NotAFileError(f"layer {layer} removes {name}: it has a whiteout there, and no file", hint=hint)
        if kind == OPAQUE:
            return self._content(IMPLIED, name)
        if KINDS[self.lookup.kind(row)] == SYMLINK:
            target = shown(self.lookup.link_target(row))
            hint = "name its target, or leave the layer out: then links are followed"
            raise NotAFileError(f"{name} in layer {layer} is a symbolic link to {target}", hint=hint)
        return self._content(row, name)

    def _is_above_entries(self, path: bytes, layer: int) -> bool:
        rows, node = self._stack.rows, self.lookup.node(path)
        below = (rows.node >= node) & (rows.node < rows.tree.end[node]) & (rows.layer == layer)
        return node >= 0 and bool(below.any())

    def not_seen(self, path: str | bytes) -> PathNotFoundError:
        """The error for a path that a container does not see: which layers have it, or what may have been meant."""
        name = names_of(path)[-1]
        asked, place = normalised(name), self.lookup.followed(name)
        leads = "" if place == asked else f"leads to {shown(place)}, which "
        hint = self._layers_hint(place, np.ones(self._layers, bool), "it" if place == asked else shown(place))
        hint = hint or self._near_hint(place, self.lookup.rows != NOTHING)
        message = f"{shown(asked) or '/'} {leads}is not in the root filesystem{self._removal(place)}"
        return PathNotFoundError(message, hint=hint)

    def not_in_layer(self, path: str | bytes, layer: int | None) -> PathNotFoundError:
        """The error for a path that one layer, or none, has."""
        rows, place = self._stack.rows, normalised(names_of(path)[-1])
        present = np.zeros(len(rows.tree), bool)
        present[rows.node[rows.is_name & ((rows.layer == layer) | (layer is None))]] = True
        hint = self._layers_hint(place, np.ones(self._layers, bool)) or self._near_hint(place, present)
        where = "no layer has" if layer is None else f"layer {layer} has no"
        return PathNotFoundError(f"{where} {shown(place) or '/'}", hint=hint)

    def _names_at(self, path: bytes) -> Ints:
        """Rows of all layers that put something at a path."""
        rows = self._stack.rows
        return np.flatnonzero((rows.node == self.lookup.node(path)) & rows.is_name)

    def _layers_hint(self, path: bytes, wanted: Flags, it: str = "it") -> str | None:
        layers = np.unique(self._stack.rows.layer[self._names_at(path)])
        told = layers[wanted[layers]][-_LAYERS_TOLD:].tolist()
        if not told:
            return None
        return f"{_listed(told)} {'has' if len(told) == 1 else 'have'} {it}: --layer {told[-1]}"

    def _removal(self, path: bytes) -> str:
        """Which layer removed the last entry at a path, where that is so."""
        rows = self._names_at(path)
        inode = self._stack.inode[rows[-1]] if len(rows) else -1
        removed = inode >= 0 and self._stack.fate[inode] == REMOVED
        return f": layer {self._stack.caused_by[inode]} removed it" if removed else ""

    def _near_hint(self, path: bytes, present: Flags) -> str | None:
        near = near_paths(self.lookup, self._stack.rows.tree, present, path)
        return f"did you mean {' or '.join(near)}?" if near else None


def names_of(path: str | bytes) -> Sequence[bytes]:
    """What a path can stand for (`spelled`); bytes stand for themselves."""
    return [path] if isinstance(path, bytes) else spelled(path)


def _listed(layers: Sequence[int]) -> str:
    *first, last = map(str, layers)
    return f"layers {', '.join(first)} and {last}" if first else f"layer {last}"
