"""What the packages that a container sees take of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from ..rootfs.stack import VISIBLE
from .ownership import NOBODY

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from ..arrays import Flags, Floats, Ints
    from ..rootfs.stack import Stack
    from .model import Package


class PackageCost(Struct, frozen=True):
    """A package with its files that a container sees, hard links of one file counted once.

    ``pull_bytes`` is None where a layer is stored uncompressed, ``layer`` stores the most of its bytes; both are
    None where it has no files.
    """

    package: Package
    files: int
    file_bytes: int
    pull_bytes: float | None
    layer: int | None


def package_costs(changes: pa.Table, stack: Stack, packages: Sequence[Package], owner: Ints) -> list[PackageCost]:
    """What each of the packages takes, the most bytes first.

    ``owner`` has the place in ``packages`` for each row of ``changes``, as `Installed` has it, or a part of that.
    """
    stored, shares = changes["stored"].to_numpy(), changes["pull_bytes"].to_numpy()
    seen = (owner != NOBODY) & (stack.fate == VISIBLE)
    files = sums(owner, seen, np.ones_like(stored), len(packages)).tolist()
    layers = by_layer(owner, seen, stack.rows.layer, stored, shares, len(packages))
    found = [_cost(*each) for each in zip(packages, files, layers, strict=True)]
    return sorted(found, key=_rank)


def _cost(package: Package, files: int, layers: list[dict[str, Any]]) -> PackageCost:
    sizes = [layer["file_bytes"] for layer in layers]
    most = layers[sizes.index(max(sizes))]["layer"] if layers else None
    return PackageCost(package, files, sum(sizes), pulled(layers), most)


def _rank(cost: PackageCost) -> tuple[int, str, str, str]:
    package = cost.package
    return -cost.file_bytes, package.ecosystem, package.name, package.told_by


def pulled(layers: list[dict[str, Any]]) -> float | None:
    """The bytes to pull of all rows that `by_layer` gave; None where those of one are not known, and for no row."""
    shares = [layer["pull_bytes"] for layer in layers]
    return sum(shares) if shares and None not in shares else None


def sums(owner: Ints, chosen: Flags, values: Ints, count: int) -> Ints:
    """For each of ``count`` packages the sum of ``values`` over those of the ``chosen`` rows that it owns."""
    return np.bincount(owner[chosen], values[chosen], count).astype(np.int64)


def by_layer(
    owner: Ints, seen: Flags, layer: Ints, stored: Ints, shares: Floats, count: int
) -> list[list[dict[str, Any]]]:
    """For each package its share of each layer that has some of it."""
    layers = int(layer.max(initial=0)) + 1
    place = owner[seen].astype(np.int64) * layers + layer[seen]
    places, at = np.unique(place, return_inverse=True)
    sizes = np.bincount(at, stored[seen]).astype(np.int64)
    to_pull = np.bincount(at, shares[seen])
    found: list[list[dict[str, Any]]] = [[] for _ in range(count)]
    for key, size, share in zip(places.tolist(), sizes.tolist(), to_pull.tolist(), strict=True):
        row = {"layer": key % layers, "file_bytes": size, "pull_bytes": None if np.isnan(share) else share}
        found[key // layers].append(row)
    return found
