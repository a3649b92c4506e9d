"""Finding paths in what a container sees, as its kernel would: symbolic links followed, never out of the image."""

from __future__ import annotations

from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..errors import LinkLoopError
from ..layers.spelling import shown
from ..tables import DIRECTORY, KIND_CODES, SYMLINK
from .symlinks import CHASES_LIMIT

if TYPE_CHECKING:
    import pyarrow as pa

    from ..arrays import Ints
    from .stack import Stack

NOTHING, IMPLIED = -2, -1


class Lookup:
    """Paths are bytes, normalised where nothing else is said; nodes are those of the stack's tree, -1 for none."""

    def __init__(self, changes: pa.Table, stack: Stack) -> None:
        self._changes = changes
        self._stack = stack
        self._paths = stack.rows.tree.paths

    def node(self, path: bytes) -> int:
        """The node of a path that any layer has, seen or not."""
        return self._paths.find(path)

    def row(self, path: bytes) -> int:
        """The row of `changes` that a container sees at ``path``; IMPLIED for a directory without an entry, NOTHING."""
        node = self.node(path)
        return NOTHING if node < 0 else int(self.rows[node])

    @cached_property
    def rows(self) -> Ints:
        """What a container sees at each node: a row, IMPLIED or NOTHING. It always sees the root."""
        rows = np.full(len(self._paths), NOTHING, np.int64)
        rows[self._stack.implied] = rows[0] = IMPLIED
        alive = np.flatnonzero(self._stack.alive)
        rows[self._stack.rows.node[alive]] = alive
        return rows

    def kind(self, row: int) -> int:
        """The kind of what is seen, as a code of `KIND_CODES`; -1 for NOTHING. A hard link is what it links to."""
        if row < 0:
            return KIND_CODES[DIRECTORY] if row == IMPLIED else -1
        inode = self._stack.inode[row]
        return int(self._stack.rows.kind[inode if inode >= 0 else row])

    def followed(self, path: bytes, *, last: bool = True) -> bytes:
        """Where ``path``, in any form, leads; with ``last`` off, a link in its last place is not followed.

        Nothing need be there, and what is no directory ends the following. Raises LinkLoopError.
        """
        done: list[bytes] = []
        rest = deque(_parts(path))
        chases = 0
        while rest:
            part = rest.popleft()
            if part == b"..":
                del done[-1:]
                continue
            done.append(part)
            row = self.row(b"/".join(done))
            kind = self.kind(row)
            if kind == KIND_CODES[SYMLINK] and (rest or last):
                chases += 1
                if chases > CHASES_LIMIT:
                    what = f"more than {CHASES_LIMIT} symbolic links, or in a circle"
                    raise LinkLoopError(f"{shown(path)} leads through {what}")
                target = self.link_target(row)
                del done[0 if target.startswith(b"/") else -1 :]
                rest.extendleft(reversed(_parts(target)))
            elif kind != KIND_CODES[DIRECTORY]:
                break
        return b"/".join([*done, *rest])

    def link_target(self, row: int) -> bytes:
        """The target of the symbolic link at ``row``, or at the end of that hard link, as it is written."""
        row = int(self._stack.inode[row])
        raw: bytes | None = self._changes["raw_link_target"][row].as_py()
        return raw if raw is not None else self._changes["link_target"][row].as_py().encode()


def _parts(path: bytes) -> list[bytes]:
    return [part for part in path.split(b"/") if part not in (b"", b".")]
