"""Who hides whom across layers: for every entry the first layer above it that takes it away, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from ..tables import KIND_CODES, OPAQUE, WHITEOUT

if TYPE_CHECKING:
    from ..arrays import Flags, Ints
    from .rows import Rows

NEVER = np.iinfo(np.int32).max


class Deaths(Struct, frozen=True):
    """Per row, for survivors of their own layer: ``layer`` that hides the row, `NEVER` for none.

    ``replacement`` is the row of that layer at the same path, or -1; ``by_content`` says that entries
    below turned the path into a directory. ``implied`` are nodes where a directory stands without entry.
    """

    layer: Ints
    replacement: Ints
    by_content: Flags
    implied: Flags


def find_deaths(rows: Rows, survives: Flags) -> Deaths:
    """Sweep from the top layer down, keeping for each path the nearest layer above that hides it.

    Each layer first reads off what hides its entries, then adds what it hides itself, as ranges of the
    tree: whiteouts hide a subtree, opaque whiteouts and non-directories what is strictly below them.
    """
    hiding = np.full(len(rows.tree), NEVER, np.int32)
    last_hiding = np.full(len(rows.tree), -1, np.int32)
    next_row = np.full(len(rows.tree), -1, np.int32)
    hidden_by = np.full(len(rows), NEVER, np.int32)
    replacement = np.full(len(rows), -1, np.int32)
    bounds = np.searchsorted(rows.layer, np.arange(rows.layers + 1))  # rows are in the order of layers
    for layer in range(rows.layers - 1, -1, -1):
        here = np.arange(bounds[layer], bounds[layer + 1])
        entries = here[survives[here]]
        hidden_by[entries] = hiding[rows.node[entries]]
        replacement[entries] = next_row[rows.node[entries]]
        next_row[rows.node[entries]] = entries
        for moment, (starts, stops) in enumerate(_hidden_ranges(rows, here, entries)):
            _mark(hiding, last_hiding, starts, stops, layer, 2 * layer + moment)
    replaced_in = np.where(replacement >= 0, rows.layer[replacement], NEVER).astype(np.int32)
    filled_in = _filled_in(rows, survives)
    layer_of_death = np.minimum(np.minimum(hidden_by, replaced_in), filled_in)
    replacement[replaced_in != layer_of_death] = -1
    implied = _implied(rows, survives, last_hiding, layer_of_death)
    return Deaths(layer_of_death, replacement, filled_in == layer_of_death, implied)


def _hidden_ranges(rows: Rows, here: Ints, entries: Ints) -> list[tuple[Ints, Ints]]:
    """Ranges of nodes that a layer hides: by its whiteouts, then by its non-directories."""
    end = rows.tree.end
    whiteouts = rows.node[here[rows.kind[here] == KIND_CODES[WHITEOUT]]]
    opaques = rows.node[here[rows.kind[here] == KIND_CODES[OPAQUE]]]
    leaves = rows.node[entries[rows.is_leaf[entries]]]
    leaves = leaves[end[leaves] > leaves + 1]
    starts = np.concatenate([whiteouts, opaques + 1])
    stops = np.concatenate([end[whiteouts], end[opaques]])
    return [(starts, stops), (leaves + 1, end[leaves])]


def _mark(hiding: Ints, last_hiding: Ints, starts: Ints, stops: Ints, layer: int, moment: int) -> None:
    """Enter a layer's ranges. They nest or are apart, so those inside another need no visit of their own."""
    order = np.lexsort((-stops, starts))
    starts, stops = starts[order], stops[order]
    reach = np.maximum.accumulate(np.concatenate([[-1], stops]))[:-1]
    outer = (stops > reach) & (stops > starts)
    starts, stops = starts[outer], stops[outer]
    single = stops == starts + 1
    hiding[starts[single]] = layer
    last_hiding[starts[single]] = np.maximum(last_hiding[starts[single]], moment)
    for start, stop in zip(starts[~single].tolist(), stops[~single].tolist(), strict=True):
        hiding[start:stop] = layer
        np.maximum(last_hiding[start:stop], moment, out=last_hiding[start:stop])


def _filled_in(rows: Rows, survives: Flags) -> Ints:
    """For each non-directory the first layer above with an entry below its path, which makes it a directory.

    Whiteouts do so too, and an opaque whiteout lies below the directory that it empties.
    """
    filled = np.full(len(rows), NEVER, np.int32)
    places = 2 * rows.node + rows.is_kind(OPAQUE)
    order = np.argsort(places, kind="stable")
    order = order[(survives | ~rows.is_name)[order]]
    places = places[order]
    leaves = np.flatnonzero(survives & rows.is_leaf)
    leaves = leaves[np.argsort(rows.node[leaves], kind="stable")]
    nodes, first = np.unique(rows.node[leaves], return_index=True)
    last = np.append(first[1:], len(leaves))
    starts, stops = np.searchsorted(places, 2 * nodes + 1), np.searchsorted(places, 2 * rows.tree.end[nodes])
    for at in np.flatnonzero(stops > starts):
        start, stop = starts[at], stops[at]
        above = np.append(np.unique(rows.layer[order[start:stop]]), NEVER)
        at_node = leaves[first[at] : last[at]]
        filled[at_node] = above[np.searchsorted(above, rows.layer[at_node], side="right")]
    return filled


def _implied(rows: Rows, survives: Flags, last_hiding: Ints, death: Ints) -> Flags:
    """Nodes where a directory stands that no living entry describes.

    Unpacking makes the parents of every entry, whiteouts included, and nothing tidies them away: they
    stand until something hides them. A layer's whiteouts come before its own entries, its
    non-directories after them.
    """
    acts = survives | ~rows.is_name
    newest = np.full(len(rows.tree), -1, np.int32)
    np.maximum.at(newest, rows.node[acts], rows.layer[acts])
    below = rows.tree.highest_below(newest)
    opaque = rows.is_kind(OPAQUE)
    np.maximum.at(below, rows.node[opaque], rows.layer[opaque])
    implied = (below >= 0) & (2 * below >= last_hiding)
    alive = survives & (death == NEVER)
    implied[rows.node[alive]] = False
    implied[0] = False
    return implied & ~rows.tree.covered(rows.node[alive & rows.is_leaf])
