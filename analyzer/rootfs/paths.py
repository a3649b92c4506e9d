"""The paths of a tree: each is kept where it was written, and found by its node."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..arrays import Flags, Ints

# Of what a piece of all paths takes in memory a second time.
_PIECE_BYTES = 2 * 1024**2


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
        items = self.at[nodes]
        chunk = np.searchsorted(self._starts, items, side="right") - 1
        order = np.argsort(chunk, kind="stable")
        used, first = np.unique(chunk[order], return_index=True)
        taken = [
            self.written.chunk(each).take(pa.array(items[rows] - self._starts[each]))
            for each, rows in zip(used.tolist(), np.split(order, first[1:]), strict=False)
        ]
        if len(taken) < 2:
            return taken[0] if taken else pa.array([], pa.binary())
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
        step = len(self) // (self.written.nbytes // _PIECE_BYTES + 1) + 1
        pieces = [nodes[first : first + step] for first in range(0, len(nodes), step)]
        passing = [piece[test(self.take(piece)).to_numpy(zero_copy_only=False)] for piece in pieces]
        return np.concatenate([nodes[:0], *passing])

    def nodes_of(self, paths: pa.BinaryArray) -> Ints:
        """The node of each of ``paths``, -1 where there is none. Each call looks at all that is written."""
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
