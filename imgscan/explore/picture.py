"""What there is to see in a tree of paths: one item a node, the same for one image and for two."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .states import MODIFIED, REMOVED, UNMODIFIED

if TYPE_CHECKING:
    from analyzer.arrays import Flags, Ints
    from analyzer.rootfs.tree import PathTree


@dataclass(frozen=True)
class Picture:
    """One item a node of ``tree``, but for ``is_growth``: whether sizes say how much something grew.

    ``there``: something is at the path, or was. ``state``: one of `states`. ``size``: bytes of the content.
    ``counted``: what of it counts for the directories above; 0 for further hard links of one file. ``waste``: bytes
    that no container sees. ``row``: of the table that tells more, -1 for none. ``is_directory``, ``own``: of what is
    there; own is what no parent image brought.
    """

    tree: PathTree
    there: Flags
    state: Ints
    size: Ints
    counted: Ints
    waste: Ints
    row: Ints
    is_directory: Flags
    own: Flags
    is_growth: bool = False

    @cached_property
    def shown_state(self) -> Ints:
        """The states to show: an unmodified directory is modified where anything below it is not as it was."""
        changed = self.there & (self.state != UNMODIFIED)
        inside = self.tree.subtree_sums(changed.astype(np.int32)) > 0
        return np.where(self.is_directory & (self.state == UNMODIFIED) & inside, MODIFIED, self.state)

    def sums(self, shown: Flags) -> Ints:
        """Bytes of each node with all that is ``shown`` below it; what was removed counts in removed ones only."""
        if self.is_growth:
            return self.tree.subtree_sums(np.where(shown, self.counted, 0))
        removed = self.state == REMOVED
        sums = self.tree.subtree_sums(np.where(shown & ~removed, self.counted, 0))
        of_removed = self.tree.subtree_sums(np.where(shown & removed, self.counted, 0))
        of_directories = np.where(removed, of_removed, sums)
        return np.where(self.is_directory, of_directories, self.size)
