"""The directories of paths that were taken apart: each once, and spelled where no entry does so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from .levels import deepest_first

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..arrays import Ints
    from .split import Split


class Directories(Struct, frozen=True):
    """Every directory once, numbered from 1 on, those in the root first; 0 is the root itself.

    ``number``: one item a place in ``Split.up``, and a last one for the root. The others have one item a directory:
    ``above``, the number of the one that it is in, the ``name`` there and its ``depth``.
    """

    number: Ints
    above: Ints
    name: Ints
    depth: Ints


def distinct_directories(parts: Split) -> Directories:
    """Those of ``parts``, where two are the same if their names and what they are in are."""
    number = np.zeros(len(parts.up) + 1, np.int64)
    names = parts.name[len(parts.directory) :]
    keys, depths, count = [np.empty(0, np.int64)], [np.empty(0, np.int64)], 1
    for here in reversed(deepest_first(parts.depth)):
        found, place = np.unique(number[parts.up[here]] * len(parts.names) + names[here], return_inverse=True)
        number[here] = count + place
        count += len(found)
        keys.append(found)
        depths.append(np.full(len(found), len(keys) - 1))
    above, name = np.divmod(np.concatenate(keys), len(parts.names))
    return Directories(number, above, name, np.concatenate(depths))


def spelled(nodes: Ints, parent: Ints, depth: Ints, names: Callable[[Ints], pa.BinaryArray]) -> pa.BinaryArray:
    """The paths of ``nodes`` of a tree, ascending; ``names`` tells those of some nodes."""
    needed = np.zeros(len(parent), bool)
    needed[nodes] = True
    levels = deepest_first(depth)
    for here in levels:
        needed[parent[here[needed[here]]]] = True
    known: Ints = np.zeros(1, np.int32)
    paths = pa.array([b""], pa.binary())
    found, spellings = [known], [paths]
    for here in reversed(levels):
        chosen = here[needed[here]]
        own = names(chosen)
        above = paths.take(pa.array(np.searchsorted(known, parent[chosen])))
        paths = pc.binary_join_element_wise(above, own, b"/") if len(found) > 1 else own
        known = chosen
        found.append(known)
        spellings.append(paths)
    order = np.argsort(np.concatenate(found), kind="stable")
    places = order[np.searchsorted(np.concatenate(found)[order], nodes)]
    return pa.concat_arrays(spellings).take(pa.array(places))
