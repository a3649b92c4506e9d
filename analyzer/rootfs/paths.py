"""The paths of a tree: each is kept where it was written, and found by its node."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..arrays import Flags, Ints

# Of what a piece of all paths takes in memory a second time.
_PIECE_BYTES = 2 * 1024**2
_CHUNK_BYTES = 256 * 1024
_FEW = 16


class Paths(Struct, frozen=True, dict=True):
    """Normalised bytes, one path a node: that of node ``n`` is item ``at[n]`` of what is ``written``.

    An image's layers write a path as often as they like: ``node`` has one item for each that is written.
    Paths are most of what an image of many files needs in memory, so they are not copied.
    """

    written: pa.ChunkedArray
    at: Ints
    node: Ints

    def __len__(self) -> int:
        return len(self.at)

    def __getitem__(self, node: int) -> bytes:
        path: bytes = self.written[int(self.at[node])].as_py()
        return path

    def take(self, nodes: Ints) -> pa.BinaryArray:
        """The paths of ``nodes``, in their order, once more."""
        if len(nodes) <= _FEW:
            return pa.array([self[node] for node in nodes.tolist()], pa.binary())
        items = self.at[nodes]
        chunk = np.searchsorted(self._starts, items, side="right") - 1
        order = np.argsort(chunk, kind="stable")
        used, first = np.unique(chunk[order], return_index=True)
        taken = [
            self.written.chunk(each).take(pa.array(items[rows] - self._starts[each]))
            for each, rows in zip(used.tolist(), np.split(order, first[1:]), strict=True)
        ]
        back = np.empty(len(order), np.int64)
        back[order] = np.arange(len(order))
        return pa.concat_arrays(taken).take(pa.array(back))

    def all(self) -> pa.BinaryArray:
        """The paths of all nodes, once more."""
        return self.take(np.arange(len(self)))

    def where(self, test: Callable[[pa.ChunkedArray], pa.ChunkedArray]) -> Flags:
        """The nodes whose path passes the test, as flags; it is asked of all at once."""
        found = np.zeros(len(self), bool)
        found[self.node[test(self.written).to_numpy(zero_copy_only=False)]] = True
        return found

    def which(self, nodes: Ints, test: Callable[[pa.BinaryArray], pa.BooleanArray]) -> Ints:
        """Those of ``nodes`` whose path passes the test; it is asked of many at once."""
        pieces = self.in_pieces(nodes)
        passing = [piece[test(self.take(piece)).to_numpy(zero_copy_only=False)] for piece in pieces]
        return np.concatenate([nodes[:0], *passing])

    def in_pieces(self, nodes: Ints) -> Iterator[Ints]:
        """The ``nodes`` in their order, so many at once that their paths are some megabytes."""
        step = step_of(self.written, _PIECE_BYTES)
        return (nodes[first : first + step] for first in range(0, len(nodes), step))

    def find(self, path: bytes) -> int:
        """The node of a path, -1 where there is none. Each call looks at a few only: paths are in order."""
        key = _sortable(path)
        at = bisect_left(range(len(self)), key, key=lambda node: _sortable(self[node]))
        return at if at < len(self) and self[at] == path else -1

    def nodes_of(self, paths: pa.BinaryArray) -> Ints:
        """The node of each of ``paths``, -1 where there is none. More than a few are sought in all that is written."""
        if len(paths) <= _FEW:
            return np.array([self.find(path) for path in paths.to_pylist()], np.int32)
        wanted = paths.dictionary_encode()
        # A table of what is sought, which is little as a rule, is made far faster than one of all paths.
        found = pc.index_in(self.written, value_set=wanted.dictionary)
        node = np.full(len(wanted.dictionary), -1, np.int32)
        node[found.drop_null().to_numpy()] = self.node[found.is_valid().to_numpy()]
        return node[wanted.indices.to_numpy()]

    @cached_property
    def _starts(self) -> Ints:
        lengths = [len(chunk) for chunk in self.written.chunks]
        return np.cumsum([0, *lengths])[:-1]


def step_of(paths: pa.ChunkedArray, piece_bytes: int) -> int:
    """About how many of the paths are in a piece of so many bytes; at least one."""
    return len(paths) // (paths.nbytes // piece_bytes + 1) + 1


def _sortable(path: bytes) -> bytes:
    """A directory's content follows it: no byte comes before the one that parts them."""
    return path.replace(b"/", b"\0")


def in_few_chunks(chunks: list[pa.BinaryArray]) -> pa.ChunkedArray:
    """The same paths, with small chunks put together where they stay small.

    Each one costs time at each look at all paths, and the many of an image with many layers or short names are small.
    """
    few: list[list[pa.BinaryArray]] = [[]]
    length = 0
    for chunk in filter(len, chunks):
        length += chunk.nbytes
        if few[-1] and length > _CHUNK_BYTES:
            few.append([])
            length = chunk.nbytes
        few[-1].append(chunk)
    return pa.chunked_array(
        [each[0] if len(each) == 1 else pa.concat_arrays(each) for each in few if each], pa.binary()
    )
