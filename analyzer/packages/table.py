"""Packages and what they cost, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec.structs import asdict

from ..analyses.directories import largest_directories
from ..layers.spelling import shown
from ..rootfs.stack import VISIBLE
from ..tables import PACKAGES, UNOWNED
from .costs import by_layer, pulled, sums
from .ecosystems import LEVELS
from .ownership import NOBODY
from .paths import raw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..arrays import Ints
    from ..rootfs.stack import Stack
    from .installations import Installation, Installations

INSTALLED = "installed"
_STATES = {True: "upgraded", False: "removed"}


def packages_table(changes: pa.Table, stack: Stack, installations: Installations, owner: Ints) -> pa.Table:
    """One row a package (`tables.PACKAGES`): those a container sees, the most bytes first, then the others.

    ``owner`` is that of ``installations``, or of a part of the image.
    """
    found = installations.found
    stored, shares = changes["stored"].to_numpy(), changes["pull_bytes"].to_numpy()
    owned = owner != NOBODY
    seen, dead = owned & (stack.fate == VISIBLE), owned & (stack.fate != VISIBLE)
    dead_bytes = sums(owner, dead, stored, len(found))
    layers = by_layer(owner, seen, stack.rows.layer, stored, shares, len(found))
    within = _within(stack, installations)
    rows = [
        _row(each, layers[at], int(files), int(lost), within[at])
        for at, (each, files, lost) in enumerate(
            zip(found, sums(owner, seen, np.ones_like(stored), len(found)), dead_bytes, strict=True)
        )
    ]
    rows.sort(key=_rank)
    return pa.Table.from_pylist(rows, PACKAGES)


def of_part(packages: pa.Table, first_layer: int) -> pa.Table:
    """Those that layers from ``first_layer`` on installed, or of which they hold anything."""
    held = pc.or_(pc.greater(packages["files"], 0), pc.greater(packages["dead_bytes"], 0))
    return packages.filter(pc.or_(held, pc.greater_equal(packages["since"], first_layer)))


def present(packages: pa.Table) -> pa.Table:
    """Those that a container sees."""
    return packages.filter(pc.equal(packages["state"], INSTALLED))


def of_ecosystems(packages: pa.Table, ecosystems: Sequence[str]) -> pa.Table:
    """Those of these ecosystems."""
    return packages.filter(pc.is_in(packages["ecosystem"], value_set=pa.array(ecosystems, pa.string())))


def unowned_table(changes: pa.Table, stack: Stack, owner: Ints, top: int | None) -> pa.Table:
    """The ``top`` directories with files that no package owns (`tables.UNOWNED`), or all; the most bytes first."""
    visible = stack.visible_files
    free = owner[visible.inode] == NOBODY
    nodes, inodes = visible.node[free], visible.inode[free]
    sizes, shares = changes["stored"].to_numpy()[inodes], changes["pull_bytes"].to_numpy()[inodes]
    found = largest_directories(stack.rows.tree, nodes, sizes, shares, len(stack.rows.tree) if top is None else top)
    return pa.Table.from_pylist([asdict(each) for each in found], UNOWNED)


def _row(
    each: Installation, layers: list[dict[str, Any]], files: int, dead_bytes: int, within: str | None
) -> dict[str, Any]:
    package = each.package
    return {
        "ecosystem": package.ecosystem,
        "name": package.name,
        "version": package.version,
        "architecture": package.architecture,
        "licence": package.licence,
        "state": INSTALLED if each.until is None else _STATES[each.upgraded],
        "files": files,
        "file_bytes": sum(layer["file_bytes"] for layer in layers),
        "pull_bytes": pulled(layers),
        "dead_bytes": dead_bytes,
        "claimed_bytes": package.claimed_bytes,
        "since": each.since,
        "until": each.until,
        "within": within,
        "told_by": shown(raw(package.told_by)),
        "purl": package.purl,
        "layers": layers,
    }


def _rank(row: dict[str, Any]) -> tuple[bool, int, int, str, str, str]:
    gone = row["until"] is not None
    return gone, -row["file_bytes"], -row["dead_bytes"], row["ecosystem"], row["name"], row["told_by"]


def _within(stack: Stack, installations: Installations) -> list[str | None]:
    """For each package the one of an earlier level that owns the file which tells of it."""
    told_by = pa.array([raw(each.package.told_by) for each in installations.found], pa.binary())
    named = np.flatnonzero(stack.alive & (stack.inode >= 0))
    owner_at = np.full(len(stack.rows.tree) + 1, NOBODY, np.int32)
    owner_at[stack.rows.node[named]] = installations.owner[stack.inode[named]]
    nodes = stack.rows.tree.paths.nodes_of(told_by)
    names: list[str | None] = []
    for each, at in zip(installations.found, owner_at[nodes].tolist(), strict=True):
        holder = installations.found[at].package if at != NOBODY else each.package
        outer = LEVELS[holder.ecosystem] < LEVELS[each.package.ecosystem] and each.until is None
        names.append(f"{holder.ecosystem}:{holder.name}" if outer else None)
    return names
