"""Pictures of one image: what a run of its layers does to the layers below."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analyzer.rootfs.rows import IS_DIRECTORY, IS_FILE
from analyzer.rootfs.stack import VISIBLE
from analyzer.tables import KIND_CODES, SYMLINK

from .picture import Picture
from .states import ADDED, MODIFIED, RECOPIED, REMOVED, UNMODIFIED

if TYPE_CHECKING:
    import pyarrow as pa

    from analyzer.arrays import Flags, Ints
    from analyzer.rootfs.stack import Stack

NOTHING = -1
"""The row of a node without an entry. As an index it means the last item, which columns here have for it."""


class Stacked:
    """The layers of an image, to be pictured in part. Layers from ``own_from`` on are no parent image's."""

    def __init__(self, changes: pa.Table, stack: Stack, own_from: int) -> None:
        self.stack = stack
        self.own_from = own_from
        self._changes = changes
        self._stored = changes["stored"].to_numpy()
        self._wasted = np.flatnonzero((self._stored > 0) & (stack.fate != VISIBLE))

    def picture(self, first: int, last: int, *, waste_from: int | None = None) -> Picture:
        """What a container of the layers up to ``last`` would see, and what those from ``first`` on did to it.

        What they hid is in it too, as removed; also what came with one of them and went with another. Waste is
        counted from the layer ``waste_from`` on, else from ``first`` on.
        """
        rows, hidden_in = self.stack.rows, self.stack.hidden_in
        now = self._at_nodes(self.stack.seen_after(last))
        before = self._at_nodes(self.stack.seen_after(first - 1))
        hidden = rows.is_name & (rows.layer <= last) & (hidden_in >= first) & (hidden_in <= last)
        alive = self._alive(now, last)
        row = np.where(alive, now, self._at_nodes(hidden))
        there = alive | (rows.tree.subtree_sums((row != NOTHING).astype(np.int32)) > 0)
        there[0] = alive[0] = True
        size = self._content_bytes[row]
        return Picture(
            tree=rows.tree,
            there=there,
            state=np.where(there & ~alive, REMOVED, self._states(now, before, first)),
            size=size,
            counted=np.where(self._is_first_name(row, alive), size, 0),
            waste=self._waste(first if waste_from is None else waste_from, last),
            row=row,
            is_directory=self._kind[row] == IS_DIRECTORY,
            own=self._layer[row] >= self.own_from,
        )

    def layers_of(self, nodes: Flags) -> list[int]:
        """The layers that have an entry at one of these nodes."""
        rows = self.stack.rows
        found: list[int] = np.unique(rows.layer[rows.is_name & nodes[rows.node]]).tolist()
        return found

    def _alive(self, now: Ints, last: int) -> Flags:
        """Which nodes a container sees: those with an entry, and what they lie in.

        Empty directories without an entry are known for all layers together only.
        """
        rows = self.stack.rows
        alive: Flags = rows.tree.subtree_sums((now != NOTHING).astype(np.int32)) > 0
        return alive | self.stack.implied if last >= rows.layers - 1 else alive

    def _at_nodes(self, chosen: Flags) -> Ints:
        """The last of the chosen rows at each node."""
        found = np.full(len(self.stack.rows.tree), NOTHING, np.int32)
        rows = np.flatnonzero(chosen)
        found[self.stack.rows.node[rows]] = rows
        return found

    def _states(self, now: Ints, before: Ints, first: int) -> Ints:
        is_new = self._layer[now] >= first
        state = np.where(is_new, ADDED, UNMODIFIED).astype(np.int8)
        both = np.flatnonzero(is_new & (before != NOTHING))
        state[both] = self._compared(before[both], now[both])
        return state

    def _compared(self, old: Ints, new: Ints) -> Ints:
        """What new entries did to old ones at the same paths."""
        same_kind = self._kind[old] == self._kind[new]
        same_content = same_kind & (self._content[old] == self._content[new]) & (self._content[old] != NOTHING)
        same_directory = same_kind & (self._kind[new] == IS_DIRECTORY)
        for name in ("mode", "uid", "gid"):
            column = self._changes[name].to_numpy()
            same_directory &= column[old] == column[new]
        return np.where(same_directory, UNMODIFIED, np.where(same_content, RECOPIED, MODIFIED))

    @cached_property
    def _layer(self) -> Ints:
        return np.append(self.stack.rows.layer, NOTHING)

    @cached_property
    def _inode(self) -> Ints:
        """The row that holds the content of each row; the row itself where a hard link leads nowhere."""
        return np.where(self.stack.inode < 0, np.arange(len(self.stack.rows)), self.stack.inode)

    @cached_property
    def _kind(self) -> Ints:
        """The kind of each row as a container sees it: a hard link is what it links to."""
        return np.append(self.stack.rows.kind[self._inode], IS_DIRECTORY)

    @cached_property
    def _content_bytes(self) -> Ints:
        return np.append(self._stored[self._inode], 0)

    @cached_property
    def _content(self) -> Ints:
        """A number for the content of each row: of files and symbolic links, -1 where none is known.

        Files whose size no other file has may be without a digest: they are like no other.
        """
        kind = self.stack.rows.kind
        of_links = np.where(kind == KIND_CODES[SYMLINK], self._codes("link_target"), NOTHING)
        return np.where(kind == IS_FILE, self._codes("digest"), of_links)[self._inode]

    def _codes(self, name: str) -> Ints:
        encoded = self._changes[name].combine_chunks().dictionary_encode()
        codes: Ints = encoded.indices.fill_null(NOTHING).to_numpy(zero_copy_only=False)
        return codes

    def _is_first_name(self, row: Ints, alive: Flags) -> Flags:
        """Which nodes are the first, in the order of paths, to name their file; one that is seen before all others."""
        named = row != NOTHING
        nodes = np.concatenate([np.flatnonzero(named & ~alive)[::-1], np.flatnonzero(named & alive)[::-1]])
        first = np.full(len(self.stack.rows), NOTHING, np.int32)
        first[self._inode[row[nodes]]] = nodes
        is_first: Flags = np.zeros(len(row), bool)
        is_first[nodes] = first[self._inode[row[nodes]]] == nodes
        return is_first

    def _waste(self, first: int, last: int) -> Ints:
        """Bytes at each node that these layers store in vain, or took out of sight."""
        layer, cause = self.stack.rows.layer[self._wasted], self.stack.caused_by[self._wasted]
        held, caused = (layer >= first) & (layer <= last), (cause >= first) & (cause <= last)
        rows = self._wasted[held | caused]
        weights = self._stored[rows]
        return np.bincount(self.stack.rows.node[rows], weights, len(self.stack.rows.tree)).astype(np.int64)
