"""Why one image has more or less waste than another: by the layer that made it waste, the cause, directory and file.

Every wasted file counts for one of each, so the parts of each level sum up to the whole, exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .growth import DIRECTORY, FILE, LAYER, grouped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from .growth import Cause
    from .layers import LayerPair

CAUSE = "cause"
_BY = (CAUSE, "path")


def explain_waste(old: pa.Table, new: pa.Table, pairs: Sequence[LayerPair], top: int) -> tuple[Cause, ...]:
    """The layers that make more or less waste than before, of both images' `tables.WASTE`; the most bytes first.

    At most ``top`` parts of each part are named.
    """
    before, after = _by_layer(old), _by_layer(new)
    rows = []
    for place, pair in enumerate(pairs):
        grew = _less(after.get(pair.new, {}), before.get(pair.old, {}))
        rows += [{**row, LAYER: pair.instruction, "pair": place} for row in grew]
    found = grouped(rows, (LAYER, CAUSE, DIRECTORY, FILE), top)
    return tuple(each for each in found if each.bytes)


def made_by(layer: int, waste: pa.Table, top: int) -> tuple[Cause, ...]:
    """What a ``layer`` makes waste, by cause, directory and file."""
    return grouped(_less(_by_layer(waste).get(layer, {}), {}), (CAUSE, DIRECTORY, FILE), top)


_Sums = dict[tuple[str, str], int]


def _by_layer(waste: pa.Table) -> dict[int | None, _Sums]:
    """By the layer that caused it, the bytes of each cause and path."""
    sums = waste.group_by(["caused_by", *_BY]).aggregate([("bytes", "sum")])
    found: dict[int | None, _Sums] = {}
    for row in sums.to_pylist():
        found.setdefault(row["caused_by"], {})[row[CAUSE], row["path"]] = row["bytes_sum"]
    return found


def _less(after: Mapping[tuple[str, str], int], before: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    """What there is more or less of."""
    changes = {key: after.get(key, 0) - before.get(key, 0) for key in {**before, **after}}
    return [
        {CAUSE: cause, FILE: path, DIRECTORY: path.rpartition("/")[0], "bytes": change}
        for (cause, path), change in changes.items()
        if change
    ]
