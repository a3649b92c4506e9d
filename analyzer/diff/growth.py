"""Why an image grew or shrank: the difference of rootfs_bytes, split up until it reads like a sentence.

Every file that differs counts for one layer, one package and one directory, so the parts of each level sum up to
the whole, exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ..rootfs.split import parent_paths
from ..rootfs.tree import build_tree
from .files import METADATA

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..arrays import Ints
    from .layers import LayerPair

LAYER, PACKAGE, DIRECTORY, FILE = "layer", "package", "directory", "file"
UPGRADED_BY = "upgraded_by"
_LEVELS = (LAYER, PACKAGE, DIRECTORY, FILE)


class Cause(Struct, frozen=True):
    """A part of the growth. ``name`` is a path, a package, or an instruction; ``causes`` are parts of this part.

    ``pair`` is the place of the layer among the pairs, of layers only; versions are those of packages.
    ``bytes`` are those of all ``files``, of which ``causes`` name some, the largest first.
    """

    kind: str
    name: str
    bytes: int
    files: int
    version_old: str | None = None
    version_new: str | None = None
    pair: int | None = None
    causes: tuple[Cause, ...] = ()


class Growth(Struct, frozen=True):
    """``bytes`` is rootfs_bytes of the new image less that of the old one, as far as the files are looked at.

    ``layers`` leads from layers to packages, directories and files; ``packages`` and ``directories`` are the same
    bytes by these alone. ``unowned`` is what belongs to no package. ``by_pair`` has one item a pair of layers.
    """

    bytes: int
    by_pair: tuple[int, ...]
    layers: tuple[Cause, ...]
    packages: tuple[Cause, ...]
    unowned: int
    directories: tuple[Cause, ...]


def explain_growth(files: pa.Table, pairs: Sequence[LayerPair], top: int) -> Growth:
    """Where the growth of ``files`` (`tables.DIFF_FILES`) comes from; at most ``top`` parts of each part are named."""
    rows = _rows(grown(files, pairs), pairs)
    return Growth(
        bytes=sum(row["bytes"] for row in rows),
        by_pair=_by_pair(rows, len(pairs)),
        layers=grouped(rows, _LEVELS, top),
        packages=grouped([row for row in rows if row["package"]], _LEVELS[1:], top),
        unowned=sum(row["bytes"] for row in rows if not row["package"]),
        directories=_by_directory(rows, top),
    )


def grown(files: pa.Table, pairs: Sequence[LayerPair]) -> pa.Table:
    """Those of ``files`` that weigh more or less, with ``pair``: the place of the pair of layers that each counts for.

    That is the one that brought the content, whichever layer stored it again for another owner. What another version
    of its package leaves out counts for the layer that brought most of that version.
    """
    files = with_upgrades(files).filter(pc.not_equal(files["bytes"], 0))
    of_old = {pair.old: place for place, pair in enumerate(pairs) if pair.old is not None}
    of_new = {pair.new: place for place, pair in enumerate(pairs) if pair.new is not None}
    news = pc.coalesce(files["first_layer_new"], files[UPGRADED_BY]).to_pylist()
    first = zip(files["first_layer_old"].to_pylist(), news, strict=True)
    blamed = [of_old[old] if new is None else of_new[new] for old, new in first]
    return files.append_column("pair", pa.array(blamed, pa.int64()))


def with_upgrades(files: pa.Table) -> pa.Table:
    """The files, those that another version of their package leaves out with the layer that brought most of it."""
    other = pc.fill_null(pc.not_equal(files["version_old"], files["version_new"]), False)
    is_new = pc.is_valid(files["first_layer_new"])
    brought = pc.and_(pc.not_equal(files["change"], METADATA), is_new)
    sums = files.filter(pc.and_(other, brought)).group_by(["package", "first_layer_new"])
    ranked = sums.aggregate([("bytes_new", "sum")])
    ranked = ranked.sort_by([("bytes_new_sum", "ascending"), ("first_layer_new", "descending")])
    layers = dict(zip(ranked["package"].to_pylist(), ranked["first_layer_new"].to_pylist(), strict=True))
    places = pc.index_in(files["package"], value_set=pa.array(layers, pa.string())).combine_chunks()
    left_out = pc.and_not(other, is_new).combine_chunks()
    by = pc.if_else(left_out, pa.array(layers.values(), pa.int16()).take(places), None)
    return files.append_column(UPGRADED_BY, by)


def _rows(files: pa.Table, pairs: Sequence[LayerPair]) -> list[dict[str, Any]]:
    """Files that have a ``pair``, each with what it counts for."""
    told = ["path", "bytes", "package", "version_old", "version_new", "pair"]
    rows: list[dict[str, Any]] = files.select(told).to_pylist()
    for row in rows:
        row[FILE] = row["path"]
        row[DIRECTORY] = row["path"].rpartition("/")[0]
        row[LAYER] = pairs[row["pair"]].instruction
    return rows


def _by_pair(rows: list[dict[str, Any]], pairs: int) -> tuple[int, ...]:
    totals = [0] * pairs
    for row in rows:
        totals[row["pair"]] += row["bytes"]
    return tuple(totals)


def grouped(rows: list[dict[str, Any]], levels: Sequence[str], top: int) -> tuple[Cause, ...]:
    """The rows by the first of ``levels``, each group by the next; the largest growth or loss first.

    A level is what rows have under its name; those of layers have their ``pair`` too.
    """
    if not levels:
        return ()
    level, *below = levels
    groups: dict[tuple[str, int | None], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row[level] or "", row["pair"] if level == LAYER else None), []).append(row)
    ranked = sorted(groups.items(), key=lambda each: (-abs(sum(row["bytes"] for row in each[1])), each[0]))
    return tuple(
        Cause(
            level,
            name,
            bytes=sum(row["bytes"] for row in members),
            files=len(members),
            pair=pair,
            causes=grouped(members, below, top),
            **_both_versions(members if level == PACKAGE and name else ()),
        )
        for (name, pair), members in ranked[:top]
    )


def _both_versions(rows: Sequence[dict[str, Any]]) -> dict[str, str | None]:
    return {end: _versions(row[end] for row in rows) for end in ("version_old", "version_new")}


def _versions(versions: Iterable[str | None]) -> str | None:
    found = sorted({version for version in versions if version})
    return ", ".join(found) or None


def _by_directory(rows: list[dict[str, Any]], top: int) -> tuple[Cause, ...]:
    """The directories that tell most: those whose bytes do not all lie in one directory below."""
    if not rows:
        return ()
    paths = pa.array([row["path"].encode() for row in rows], pa.binary())
    tree, nodes = build_tree(parent_paths(paths))
    own = np.bincount(nodes, [row["bytes"] for row in rows], len(tree)).astype(np.int64)
    total = tree.subtree_sums(own)
    files = tree.subtree_sums(np.bincount(nodes, minlength=len(tree)))
    chosen = _telling(total, tree.parent, own)[:top]
    names = tree.paths.take(chosen).cast(pa.string()).to_pylist()
    return tuple(
        Cause(DIRECTORY, name, int(total[node]), int(files[node])) for name, node in zip(names, chosen, strict=True)
    )


def _telling(total: Ints, parent: Ints, own: Ints) -> Ints:
    """Nodes with a sum of their own, apart from that of their largest child; the largest first, the root left out."""
    largest_child = np.zeros(len(total), np.int64)
    np.maximum.at(largest_child, np.maximum(parent[1:], 0), np.abs(total[1:]))
    nodes = np.arange(len(total))
    found = np.flatnonzero((total != 0) & ((np.abs(total) != largest_child) | (own != 0)) & (nodes > 0))
    return found[np.lexsort((found, -np.abs(total[found])))]
