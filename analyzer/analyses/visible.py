"""The regular files that a container sees, each once, whatever its number of hard links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..rootfs.rows import IS_FILE

if TYPE_CHECKING:
    from ..arrays import Ints
    from ..rootfs.stack import Stack


@dataclass(frozen=True)
class VisibleFiles:
    """One item a file, in the order of the rootfs: ``node`` of its first path, ``inode`` and its ``links``.

    ``inode`` is the row of the changes table that holds the content.
    """

    node: Ints
    inode: Ints
    links: Ints


def visible_files(stack: Stack) -> VisibleFiles:
    """All visible regular files."""
    rows = stack.rows
    named = np.flatnonzero(stack.alive & (stack.inode >= 0))
    named = named[rows.kind[stack.inode[named]] == IS_FILE]
    named = named[np.argsort(rows.node[named], kind="stable")]
    inodes, first, links = np.unique(stack.inode[named], return_index=True, return_counts=True)
    order = np.argsort(first)
    return VisibleFiles(rows.node[named[first[order]]], inodes[order], links[order])
