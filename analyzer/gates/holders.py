"""Which layer of an image holds the most of a package or of a directory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from ..analyses.visible import visible_files

if TYPE_CHECKING:
    from ..analyses.visible import VisibleFiles
    from ..analysis import Analysis
    from ..arrays import Flags, Ints


@dataclass(frozen=True)
class Holders:
    """The files that a container sees, hard links of one file once, to be asked."""

    image: Analysis

    def of_package(self, name: str) -> int | None:
        """The layer that stores the most bytes of a package, by ecosystem and name; None where it has none."""
        packages = self.image.installed.packages
        places = [at for at, each in enumerate(packages) if f"{each.ecosystem}:{each.name}" == name]
        return self._most(np.isin(self._owners, places))

    def of_directory(self, path: str) -> int | None:
        """The layer that stores the most bytes at or below a directory; None where there are none."""
        tree, nodes = self.image.stack.rows.tree, self._files.node
        node = int(tree.nodes_of(pa.array([path.encode()], pa.binary()))[0])
        return None if node < 0 else self._most((nodes > node) & (nodes < tree.end[node]))

    def _most(self, chosen: Flags) -> int | None:
        if not chosen.any():
            return None
        inodes = self._files.inode[chosen]
        stored = self.image.changes["stored"].to_numpy()[inodes]
        return int(np.bincount(self.image.stack.rows.layer[inodes], stored).argmax())

    @cached_property
    def _files(self) -> VisibleFiles:
        return visible_files(self.image.stack)

    @cached_property
    def _owners(self) -> Ints:
        owners: Ints = self.image.installed.owner[self._files.inode]
        return owners
