"""Waste: bytes that are stored and pulled and that no container sees. Where, since when, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from msgspec.structs import asdict

from ..layers.names import displayed
from ..rootfs.stack import FATES, VISIBLE
from ..tables import INSTRUCTION_TYPE, WASTE, WASTE_BY
from .directories import Directory, largest_directories

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..arrays import Ints
    from ..rootfs.stack import Stack


def waste_table(changes: pa.Table, stack: Stack, instructions: Sequence[str]) -> pa.Table:
    """One row a wasted file (`tables.WASTE`), the most bytes first, then by path and row.

    ``instructions`` are to be shown, one a layer, empty where none is known. Files without content waste nothing and
    are left out.
    """
    wasted = _wasted_rows(changes, stack)
    nodes = stack.rows.node[wasted]
    stored = changes["stored"].to_numpy()
    order = np.lexsort((wasted, nodes, -stored[wasted]))
    wasted, nodes = wasted[order], nodes[order]
    held_by = pa.array(stack.rows.layer[wasted].astype(np.int16))
    caused_by = pa.array(stack.caused_by[wasted].astype(np.int16))
    told = pa.array([each or None for each in instructions], INSTRUCTION_TYPE)
    columns = {
        "path": displayed(stack.rows.tree.paths.take(nodes)),
        "bytes": pa.array(stored[wasted]),
        "pull_bytes": changes["pull_bytes"].take(pa.array(wasted)),
        "cause": pa.array(FATES).take(pa.array(stack.fate[wasted])),
        "held_by": held_by,
        "caused_by": caused_by,
        "row": pa.array(wasted),
        "held_by_instruction": told.take(held_by),
        "caused_by_instruction": told.take(caused_by),
    }
    return pa.table([columns[name] for name in WASTE.names], schema=WASTE)


def waste_by_directory(changes: pa.Table, stack: Stack, top: int) -> list[Directory]:
    """The ``top`` directories with the most waste at or below them."""
    wasted = _wasted_rows(changes, stack)
    rows = pa.array(wasted)
    return largest_directories(
        stack.rows.tree,
        stack.rows.node[wasted],
        changes["stored"].take(rows).to_numpy(),
        changes["pull_bytes"].take(rows).to_numpy(),
        top,
    )


def waste_by(by: str, waste: pa.Table, changes: pa.Table, stack: Stack, top: int | None) -> pa.Table:
    """Waste summed up by "cause", "layer" or "directory", or by "path" as it is: the ``top`` rows, or all.

    By layer, ``held`` are wasted bytes that the layer stores and ``caused`` bytes that it made waste; the rows are
    those with the most of both together, in the layers' order. Raises ValueError for any other word, and a number
    below zero.
    """
    if top is not None and top < 0:
        raise ValueError(f"top={top}: it can be 0 or more")
    if by == "path":
        return waste.slice(0, top)
    if by == "cause":
        sums = waste.group_by("cause").aggregate([("bytes", "sum"), ("pull_bytes", "sum"), ("path", "count")])
        named = sums.rename_columns(WASTE_BY[by].names).cast(WASTE_BY[by])
        return named.sort_by([("bytes", "descending"), ("cause", "ascending")]).slice(0, top)
    if by == "layer":
        return _by_layer(waste, stack.rows.layers, top)
    if by == "directory":
        most = len(stack.rows.tree) if top is None else top
        rows = [asdict(each) for each in waste_by_directory(changes, stack, most)]
        return pa.Table.from_pylist(rows, WASTE_BY[by])
    raise ValueError(f"waste by {by!r}: it goes by path, cause, layer or directory")


def waste_flows(waste: pa.Table, top: int) -> pa.Table:
    """The ``top`` pairs of a layer that holds waste and the one that made it so, with bytes and files; most first."""
    # Not by Arrow's own grouping: it has the readers of data sets imported, 0.04 s of each report.
    pairs = np.column_stack([waste["held_by"].to_numpy(), waste["caused_by"].to_numpy()])
    found, places, files = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
    sizes = np.bincount(places.ravel(), waste["bytes"].to_numpy(), len(found)).astype(np.int64)
    first = np.argsort(-sizes, kind="stable")[:top]
    columns = {"held_by": found[first, 0], "caused_by": found[first, 1], "bytes": sizes[first], "files": files[first]}
    return pa.table(columns)


def _by_layer(waste: pa.Table, layers: int, top: int | None) -> pa.Table:
    sizes = waste["bytes"].to_numpy()
    held = np.bincount(waste["held_by"].to_numpy(), sizes, layers).astype(np.int64)
    caused = np.bincount(waste["caused_by"].to_numpy(), sizes, layers).astype(np.int64)
    table = pa.table([np.arange(layers, dtype=np.int16), held, caused], schema=WASTE_BY["layer"])
    most = np.argsort(-(held + caused), kind="stable")[:top]
    chosen = np.sort(most[(held + caused)[most] > 0])
    return table.take(pa.array(chosen))


def _wasted_rows(changes: pa.Table, stack: Stack) -> Ints:
    stored = changes["stored"].to_numpy()
    return np.flatnonzero((stored > 0) & (stack.fate != VISIBLE))
