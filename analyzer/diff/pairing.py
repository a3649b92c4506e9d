"""Which paths two images share, and which of them come from one and the same entry of a shared layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

if TYPE_CHECKING:
    from ..arrays import Flags, Ints
    from .side import Side


class Pairs(Struct, frozen=True, eq=False):
    """Places among the paths of both sides: ``old`` and ``new`` go together; the others have no partner.

    ``shared`` says which pairs come from the same entry of a layer that both images have.
    """

    old: Ints
    new: Ints
    shared: Flags
    only_old: Ints
    only_new: Ints


def pair_paths(old: Side, new: Side) -> Pairs:
    """Equal paths of both sides together, in the order of the new side's rootfs."""
    at = pc.index_in(new.paths, value_set=old.paths).fill_null(-1).to_numpy(zero_copy_only=False)
    placed_new = np.flatnonzero(at >= 0)
    placed_old = at[placed_new]
    alone = np.ones(len(old.paths), bool)
    alone[placed_old] = False
    shared = _same_entry(old, new, placed_old, placed_new)
    return Pairs(placed_old, placed_new, shared, np.flatnonzero(alone), np.flatnonzero(at < 0))


def _same_entry(old: Side, new: Side, at_old: Ints, at_new: Ints) -> Flags:
    """Pairs whose entries stand at the same place of layers with one diff ID."""
    counterpart = shared_layers(old, new)
    layer_old, layer_new = old.layer[at_old], new.layer[at_new]
    known = (layer_old >= 0) & (layer_new >= 0)
    same_layer = known & (np.append(counterpart, -1)[layer_new] == layer_old)
    place_old = old.row[at_old] - _starts(old)[layer_old]
    place_new = new.row[at_new] - _starts(new)[layer_new]
    holder_old = old.holder[at_old] - _starts(old)[layer_old]
    holder_new = new.holder[at_new] - _starts(new)[layer_new]
    found: Flags = same_layer & (place_old == place_new) & (holder_old == holder_new)
    return found


def shared_layers(old: Side, new: Side) -> Ints:
    """For each layer of ``new`` the lowest of ``old`` with its diff ID, -1 for none."""
    known = {scan.diff_id: index for index, scan in reversed(list(enumerate(old.scans)))}
    return np.array([known.get(scan.diff_id, -1) for scan in new.scans], np.int64)


def _starts(side: Side) -> Ints:
    """Where in ``changes`` each layer's rows begin."""
    return np.searchsorted(side.stack.rows.layer, np.arange(len(side.scans) + 1))


def differing(old: pa.Array, new: pa.Array) -> Flags:
    """Where two columns differ; a null equals only a null."""
    equal = pc.equal(old, new)
    both_missing = pc.and_(pc.is_null(old), pc.is_null(new))
    found: Flags = ~pc.if_else(both_missing, True, equal.fill_null(False)).to_numpy(zero_copy_only=False)
    return found
