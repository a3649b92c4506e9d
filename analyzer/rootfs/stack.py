"""The layers of an image, stacked: which entries a container sees, and what became of all others.

Bytes belong to inodes, not to paths: a file is alive while any name of it is, hard links included.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ..layers.whiteout import METADATA_PREFIX, is_storage_metadata
from .deaths import NEVER, Deaths, find_deaths
from .links import resolve_links
from .repeats import repeated_rows
from .rows import IS_FILE, Rows, path_bytes, rows_of
from .symlinks import through_symlinks
from .visible import VisibleFiles, find_visible_files

if TYPE_CHECKING:
    from ..arrays import Flags, Ints

# What becomes of bytes, weakest first: where names of one inode die in the same layer, the strongest is told.
REPEATED, REMOVED, OVERWRITTEN, RECOPIED, VISIBLE = range(5)
FATES = ("repeated", "removed", "overwritten", "recopied", "visible")


class Stack(Struct, frozen=True, dict=True):
    """One item a row of the changes table, unless said otherwise.

    ``alive``: the row's own name is seen by a container. ``hidden_in``: the layer that takes the name out of
    sight, `NEVER` while it is seen; the row's own layer where it never was. ``inode``: the row that holds the
    content, the row itself for all but hard links; -1 for a hard link whose target is missing. ``fate``: of
    the bytes of a file, an index into `FATES`; ``caused_by``: the layer that took them away, -1 while visible.
    ``implied``: one item a node of ``rows.tree``, directories without an entry.
    """

    rows: Rows
    alive: Flags
    hidden_in: Ints
    inode: Ints
    fate: Ints
    caused_by: Ints
    implied: Flags

    @cached_property
    def visible_files(self) -> VisibleFiles:
        """The regular files that a container sees, each once."""
        return find_visible_files(self.rows, self.alive, self.inode)

    def seen_after(self, layer: int) -> Flags:
        """Which names a container of the layers up to this one, and no others, would see."""
        return (self.rows.layer <= layer) & (self.hidden_in > layer)


def stack(changes: pa.Table) -> Stack:
    """Apply all layers of ``changes`` (`tables.CHANGES`) in order, by the rules of layer.md."""
    paths = path_bytes(changes)
    rows = rows_of(changes, paths)
    followed = through_symlinks(changes, rows, paths)
    if followed is not None:
        rows = rows_of(changes, followed.paths)
    del paths
    hidden_always = _storage_metadata(changes)
    repeated = repeated_rows(rows)
    survives = rows.is_name & ~repeated & ~hidden_always
    deaths = find_deaths(rows, survives)
    targets = followed.targets if followed is not None else {}
    inode = resolve_links(changes, rows, survives, deaths.layer, targets)
    name_fate, name_layer = _name_fates(changes, rows, deaths, inode)
    name_fate[repeated], name_layer[repeated] = REPEATED, rows.layer[repeated]
    name_fate[hidden_always], name_layer[hidden_always] = REMOVED, rows.layer[hidden_always]
    fate, caused_by = _inode_fates(rows, inode, name_fate, name_layer)
    hidden_in = np.where(survives, deaths.layer, rows.layer)
    return Stack(rows, survives & (deaths.layer == NEVER), hidden_in, inode, fate, caused_by, deaths.implied)


def _storage_metadata(changes: pa.Table) -> Flags:
    """Rows of files that AUFS keeps for itself; `whiteout.is_storage_metadata` says which."""
    found = np.zeros(changes.num_rows, bool)
    suspects = pc.match_substring(changes["path"], METADATA_PREFIX.decode()).to_numpy()
    for row in np.flatnonzero(suspects).tolist():
        found[row] = is_storage_metadata(changes["path"][row].as_py().encode())
    return found


def _name_fates(changes: pa.Table, rows: Rows, deaths: Deaths, inode: Ints) -> tuple[Ints, Ints]:
    """What became of each name, and in which layer."""
    replaced = deaths.replacement >= 0
    fate = np.full(len(rows), VISIBLE, np.int32)
    fate[deaths.layer != NEVER] = REMOVED
    fate[(deaths.layer != NEVER) & deaths.by_content] = OVERWRITTEN
    fate[replaced] = OVERWRITTEN
    pairs = np.flatnonzero(replaced)
    same = _same_content(changes, rows, inode[pairs], inode[deaths.replacement[pairs]])
    fate[pairs[same]] = RECOPIED
    return fate, deaths.layer.copy()


def _same_content(changes: pa.Table, rows: Rows, first: Ints, second: Ints) -> Flags:
    """Which pairs of inodes are files with equal digests."""
    same = (first >= 0) & (second >= 0)
    same &= (rows.kind[first] == IS_FILE) & (rows.kind[second] == IS_FILE)
    at = np.flatnonzero(same)
    digests = changes["digest"].combine_chunks()
    equal = pc.equal(digests.take(pa.array(first[at])), digests.take(pa.array(second[at])))
    same[at] = equal.fill_null(fill_value=False).to_numpy(zero_copy_only=False)
    return same


def _inode_fates(rows: Rows, inode: Ints, name_fate: Ints, name_layer: Ints) -> tuple[Ints, Ints]:
    """The fate of the last name of each inode to die: until then its bytes are there."""
    named = np.flatnonzero(rows.is_name & (inode >= 0))
    strength = np.where(name_fate == VISIBLE, NEVER, np.minimum(name_layer, 1 << 20) * len(FATES) + name_fate)
    last = np.full(len(rows), -1, np.int32)
    np.maximum.at(last, inode[named], strength[named])
    visible = last == NEVER
    fate = np.where(visible, VISIBLE, last % len(FATES))
    return fate, np.where(visible | (last < 0), -1, last // len(FATES))
