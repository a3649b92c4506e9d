"""The columns of the changes table that stacking works on, as numpy arrays."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ..errors import LimitExceededError
from ..layers import names, whiteout
from ..layers.spelling import normalised
from ..tables import DIRECTORY, FILE, HARDLINK, KIND_CODES, OPAQUE, WHITEOUT
from .tree import PathTree, build_tree

if TYPE_CHECKING:
    from ..arrays import Flags, Ints


PATHS_BYTES_LIMIT = 1 << 30  # half of what Arrow's 32-bit offsets reach


class Rows(Struct, frozen=True, dict=True):
    """One item a row of the changes table; ``node`` is the row's path in ``tree``."""

    tree: PathTree
    node: Ints
    layer: Ints
    kind: Ints
    layers: int

    def __len__(self) -> int:
        return len(self.node)

    def is_kind(self, *kinds: str) -> Flags:
        """Which rows are of one of these kinds."""
        wanted = np.zeros(len(KIND_CODES), bool)
        wanted[[KIND_CODES[kind] for kind in kinds]] = True
        return wanted[self.kind]

    @cached_property
    def is_name(self) -> Flags:
        """Rows that put something at their path, and do not just hide what is there."""
        return ~self.is_kind(WHITEOUT, OPAQUE)

    @cached_property
    def is_leaf(self) -> Flags:
        """Rows at whose path nothing can stand below."""
        return self.is_name & ~self.is_kind(DIRECTORY)


def rows_of(changes: pa.Table, paths: pa.ChunkedArray) -> Rows:
    """The rows of the changes table, standing at ``paths``."""
    tree, node = build_tree(paths)
    layer = changes["layer"].to_numpy().astype(np.int32)
    return Rows(tree, node, layer, kind_codes(changes), int(layer.max(initial=-1)) + 1)


def kind_codes(table: pa.Table) -> Ints:
    """The kind column as codes of `KIND_CODES`."""
    chunks = [chunk.indices.to_numpy() for chunk in table["kind"].chunks]
    return np.concatenate([np.empty(0, np.int8), *chunks])


def path_bytes(changes: pa.Table) -> pa.ChunkedArray:
    """The path of each row as bytes: what ``path`` shows, with escapes undone where it shows any."""
    if changes["path"].nbytes > PATHS_BYTES_LIMIT:
        raise LimitExceededError(f"the paths of all entries need more than {PATHS_BYTES_LIMIT:,} bytes")
    shown = changes["path"]
    escaped = pc.and_(pc.match_substring(shown, "\\x"), pc.is_valid(changes["raw_path"]))
    replacements = {}
    for row in np.flatnonzero(escaped.to_numpy()).tolist():
        path = normalised(changes["raw_path"][row].as_py())
        found = whiteout.parse(path)
        replacements[row] = found[1] if found else path
    return names.replaced(shown.cast(pa.binary()), replacements)


def link_bytes(changes: pa.Table, rows: Ints) -> pa.BinaryArray:
    """Targets of the hard links at ``rows`` as normalised paths, all from the root (layer.md, "Hard Links")."""
    chosen = changes.select(["link_target", "raw_link_target"]).take(pa.array(rows)).combine_chunks()
    shown = chosen["link_target"].combine_chunks().cast(pa.binary())
    targets = pc.coalesce(chosen["raw_link_target"].combine_chunks(), shown)
    slashed = np.flatnonzero(pc.ends_with(targets, "/").to_numpy(zero_copy_only=False)).tolist()
    denormal = sorted({*names.denormal_rows(targets), *slashed})
    return names.replaced(targets, {row: normalised(targets[row].as_py()) for row in denormal})


IS_FILE = KIND_CODES[FILE]
IS_DIRECTORY = KIND_CODES[DIRECTORY]
IS_HARDLINK = KIND_CODES[HARDLINK]
