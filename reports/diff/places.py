"""Which layers a path or a package of a comparison has to do with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.diff.layers import LayerPair


class Places:
    """Which pairs of layers rows of `Comparison.files` have to do with: those that have a path, or its content first.

    Growth counts for the first, so both are asked for.
    """

    def __init__(self, layers: Sequence[LayerPair]) -> None:
        old = {each.old: at for at, each in enumerate(layers)}
        new = {each.new: at for at, each in enumerate(layers)}
        self._columns = {"layer_old": old, "first_layer_old": old, "layer_new": new, "first_layer_new": new}

    def of_row(self, row: dict[str, Any]) -> list[int]:
        """Those of one path."""
        found = {side[row[column]] for column, side in self._columns.items() if row[column] is not None}
        return sorted(found)

    def of_packages(self, files: pa.Table, owners: Sequence[str]) -> dict[str, list[int]]:
        """Those of all paths of each of these packages."""
        owned = files.filter(pc.is_in(files["package"], pa.array(owners, pa.string())))
        found: dict[str, set[int]] = {owner: set() for owner in owners}
        for row in owned.group_by(["package", *self._columns]).aggregate([]).to_pylist():
            found[row["package"]].update(self.of_row(row))
        return {owner: sorted(places) for owner, places in found.items()}
