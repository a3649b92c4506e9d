"""Which layers of an image brought what is in a package or in a directory, as far as they are new."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from msgspec import Struct

from ..findings.context import Context

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ..analysis import Analysis
    from ..arrays import Flags, Ints
    from ..rootfs.visible import VisibleFiles


class Holders(Struct, frozen=True, dict=True):
    """The files that a container sees, hard links of one file once, to be asked.

    ``known`` are the blobs that a baseline has: a layer that is not among them is new. Where none of the layers is
    known, the image was stored in another way, or built anew from the ground, and nothing tells what is new.
    """

    image: Analysis
    known: Collection[str] = ()

    def of_package(self, name: str, *, all_is_new: bool) -> dict[int, int]:
        """The bytes of a package, by ecosystem and name, that each new layer brought; each layer if ``all_is_new``."""
        packages = self.image.installed.packages
        places = [at for at, each in enumerate(packages) if f"{each.ecosystem}:{each.name}" == name]
        return self._brought_of(np.isin(self._owners, places), all_is_new=all_is_new)

    def of_directory(self, path: str, named: Iterable[str], *, all_is_new: bool) -> dict[int, int]:
        """The same of a directory, without what is below those of the ``named`` ones that lie in it.

        The root is the empty path.
        """
        below = [each for each in named if each != path and (not path or each.startswith(f"{path}/"))]
        nodes = self._nodes(below)
        elsewhere = self.image.stack.rows.tree.covered(nodes[nodes >= 0])
        return self._brought_of(self._below(path) & ~elsewhere[self._files.node], all_is_new=all_is_new)

    def _below(self, path: str) -> Flags:
        tree, nodes = self.image.stack.rows.tree, self._files.node
        node = int(self._nodes([path])[0])
        inside: Flags = (nodes > node) & (nodes < tree.end[node]) & (node >= 0)
        return inside

    def _nodes(self, paths: list[str]) -> Ints:
        encoded = pa.array([each.encode() for each in paths], pa.binary())
        return self.image.stack.rows.tree.paths.nodes_of(encoded)

    def _brought_of(self, chosen: Flags, *, all_is_new: bool) -> dict[int, int]:
        chosen = chosen if all_is_new else chosen & self._is_new
        stored = self.image.changes["stored"].to_numpy()[self._files.inode[chosen]]
        sums = np.bincount(self._brought[chosen], stored).astype(np.int64).tolist()
        return {layer: size for layer, size in enumerate(sums) if size}

    @cached_property
    def _files(self) -> VisibleFiles:
        return self.image.stack.visible_files

    @cached_property
    def _brought(self) -> Ints:
        """By file the layer that first stored its content, whichever stored it again for another owner or mode."""
        origins = Context(self.image.metadata, self.image.changes, self.image.stack).origins
        layers: Ints = self.image.stack.rows.layer[origins[self._files.inode]]
        return layers

    @cached_property
    def _is_new(self) -> Flags:
        """By file whether a layer brought it that the baseline lacks; of no file where that is not known."""
        new = np.array([str(each.digest) not in self.known for each in self.image.scan.layers], bool)
        found: Flags = (new & (not new.all()))[self._brought]
        return found

    @cached_property
    def _owners(self) -> Ints:
        owners: Ints = self.image.installed.owner[self._files.inode]
        return owners
