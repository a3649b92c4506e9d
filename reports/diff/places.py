"""Which layers a path or a package of a comparison has to do with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.diff.growth import UPGRADED_BY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.diff.layers import LayerPair


class Places:
    """Which pairs of layers rows of `with_upgrades` have to do with: those that have a path, or its content first.

    Growth counts for the first, so both are asked for; loss by an upgrade counts for what brought that.
    """

    def __init__(self, layers: Sequence[LayerPair]) -> None:
        old = {each.old: at for at, each in enumerate(layers)}
        new = {each.new: at for at, each in enumerate(layers)}
        sides = {"layer_old": old, "first_layer_old": old, "layer_new": new, "first_layer_new": new}
        self._columns = {**sides, UPGRADED_BY: new}

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
