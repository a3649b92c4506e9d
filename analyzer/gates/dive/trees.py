"""The layers of an image as dive has them: one tree of names a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ...rootfs.rows import kind_codes
from ...rootfs.tree import PathTree, build_tree
from ...tables import DIRECTORY, KIND_CODES
from .names import hidden_names, is_whiteout, without_dropped

if TYPE_CHECKING:
    from ...arrays import Flags, Ints


class Trees(Struct, frozen=True):
    """The trees of all layers.

    One item a node of ``tree``, which has the names of all layers: whether it is a whiteout, the node that this
    ``hides`` (-1: no layer has it) and whether it is ``bare``. ``identity`` is the node itself; for a whiteout what
    it hides, under a number that no node has where no node is named so.

    One item a node of a layer's tree that an entry made, in the order of layers and names: ``keys`` number layer
    and node together, see `split`. Of several entries at one name the last one tells size and kind.
    """

    tree: PathTree
    is_whiteout: Flags
    hides: Ints
    bare: Flags
    identity: Ints
    keys: Ints
    size: Ints
    is_directory: Flags

    def split(self, keys: Ints) -> tuple[Ints, Ints]:
        """The layer and the node of each key."""
        layer, node = np.divmod(keys, len(self.tree))
        return layer, node

    def leaves(self) -> Flags:
        """Which items have nothing below them in their layer: dive looks at no others."""
        _, node = self.split(self.keys)
        after = np.append(self.keys[1:], np.iinfo(np.int64).max)
        return after >= self.keys - node + self.tree.end[node]


def build_trees(changes: pa.Table, entries: pa.BinaryArray) -> Trees:
    """The trees of all layers of ``changes``, whose names are ``entries``; raises LimitExceededError."""
    kept, dropped = without_dropped(entries)
    tree, node = build_tree(kept)
    keys = changes["layer"].to_numpy().astype(np.int64) * len(tree) + node
    rows = np.flatnonzero((node > 0) & ~dropped)
    of_entries, last = _last_of_each(keys[rows])
    # Of an entry that is dropped its directory stays, without any attributes.
    bare_keys = np.setdiff1d(keys[(node > 0) & dropped], of_entries)
    order = np.argsort(np.concatenate([of_entries, bare_keys]), kind="stable")
    sizes = changes["size"].to_numpy()[rows[last]]
    directories = (kind_codes(changes) == KIND_CODES[DIRECTORY])[rows[last]]
    return Trees(
        tree,
        *_whiteouts(tree),
        np.concatenate([of_entries, bare_keys])[order],
        np.concatenate([sizes, np.zeros(len(bare_keys), np.int64)])[order],
        np.concatenate([directories, np.zeros(len(bare_keys), bool)])[order],
    )


def _last_of_each(keys: Ints) -> tuple[Ints, Ints]:
    """Every key once, ascending, and where it occurs last."""
    unique, first_reversed = np.unique(keys[::-1], return_index=True)
    return unique, len(keys) - 1 - first_reversed


def _whiteouts(tree: PathTree) -> tuple[Flags, Ints, Flags, Ints]:
    flags = tree.paths.where(is_whiteout)
    at = np.flatnonzero(flags)
    hidden = hidden_names(tree.paths.take(at))
    is_bare = pc.ends_with(hidden, "/").to_numpy(zero_copy_only=False)
    found = tree.paths.nodes_of(pc.replace_substring_regex(hidden, "/$", ""))
    named = hidden.dictionary_encode().indices.to_numpy()
    hides = np.full(len(tree), -1, np.int64)
    bare = np.zeros(len(tree), bool)
    identity = np.arange(len(tree), dtype=np.int64)
    hides[at], bare[at] = found, is_bare
    identity[at] = np.where((found < 0) | is_bare, len(tree) + named, found)
    return flags, hides, bare, identity
