"""The regular files that a container sees, each once, whatever its number of hard links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from .rows import IS_FILE

if TYPE_CHECKING:
    from ..arrays import Flags, Ints
    from .rows import Rows


class VisibleFiles(Struct, frozen=True):
    """One item a file, in the order of the rootfs: ``node`` of its first path, ``inode`` and its ``links``.

    ``inode`` is the row of the changes table that holds the content.
    """

    node: Ints
    inode: Ints
    links: Ints


def find_visible_files(rows: Rows, alive: Flags, inode: Ints) -> VisibleFiles:
    """All visible regular files of `stack.Stack`, which has them as ``visible_files``."""
    named = np.flatnonzero(alive & (inode >= 0))
    named = named[rows.kind[inode[named]] == IS_FILE]
    named = named[np.argsort(rows.node[named], kind="stable")]
    inodes, first, links = np.unique(inode[named], return_index=True, return_counts=True)
    order = np.argsort(first)
    return VisibleFiles(rows.node[named[first[order]]], inodes[order], links[order])
