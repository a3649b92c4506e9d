"""The paths of an image with the most bytes, as a tree small enough for a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from msgspec import Struct

from ..layers.digests import told_by_size
from ..rootfs.stack import VISIBLE
from .heaviest import Kept, keep_heaviest

if TYPE_CHECKING:
    from ..arrays import Flags, Floats, Ints
    from ..rootfs.stack import Stack


class LayerParts(Struct, frozen=True):
    """Where all bytes are: one item a path and a layer that stores some there, in the order of both.

    Each file counts once: for its own path, or for the closest directory above it that is not left out.
    ``pull_bytes`` are those of what a container sees, NaN where the layer is stored uncompressed.
    """

    path: Ints
    layer: Ints
    file_bytes: Ints
    pull_bytes: Floats
    waste_bytes: Ints


class Outline(Struct, frozen=True):
    """One item a path, a directory before what is in it; path 0 is the root, and its ``parent`` -1.

    ``files`` are those that a container sees at or below the path, ``wasted`` those that none does any more.
    ``owner`` has more than half of the bytes that a container sees there, -1 where nobody has. ``digest`` is
    that of a file, as far as the pass over the layers tells in every form of the image. ``omitted`` paths are
    left out; their bytes are in the directories above them.
    """

    name: list[str]
    parent: Ints
    directory: Flags
    files: Ints
    wasted: Ints
    owner: Ints
    digest: list[str | None]
    parts: LayerParts
    omitted: int


class _Files(Struct, frozen=True):
    """Files with content, one item each: where, which row, and whether a container sees it."""

    node: Ints
    row: Ints
    seen: Flags
    bytes: Ints


def outline(changes: pa.Table, stack: Stack, owner: Ints, most: int) -> Outline:
    """The ``most`` paths with the largest part of what a container sees, or of what is wasted.

    A path has no more bytes than the directory that it is in, so the paths above one that is kept are kept.
    ``owner`` has for each row of ``changes`` who owns the file there, -1 for nobody.
    """
    tree, files = stack.rows.tree, _files(changes, stack)
    weights = [(files.node[chosen], files.bytes[chosen]) for chosen in (files.seen, ~files.seen)]
    kept = keep_heaviest(tree, weights, most)
    at = kept.places(files.node)
    return Outline(
        name=kept.names(tree),
        parent=kept.parent,
        directory=tree.end[kept.nodes] > kept.nodes + 1,
        files=kept.sums(at[files.seen], np.ones(int(files.seen.sum()))).astype(np.int64),
        wasted=kept.sums(at[~files.seen], np.ones(int((~files.seen).sum()))).astype(np.int64),
        owner=_majority(kept, at[files.seen], owner[files.row[files.seen]], files.bytes[files.seen]),
        digest=_digests(changes, kept, files),
        parts=_parts(changes, stack, files, at),
        omitted=kept.omitted,
    )


def _files(changes: pa.Table, stack: Stack) -> _Files:
    """All files with content, those that a container sees first."""
    stored = changes["stored"].to_numpy()
    visible = stack.visible_files
    held = stored[visible.inode] > 0
    wasted = np.flatnonzero((stored > 0) & (stack.fate != VISIBLE))
    rows = np.concatenate([visible.inode[held], wasted])
    nodes = np.concatenate([visible.node[held], stack.rows.node[wasted]])
    return _Files(nodes, rows, np.arange(len(rows)) < held.sum(), stored[rows])


def _majority(kept: Kept, at: Ints, owner: Ints, sizes: Ints) -> Ints:
    """Who owns more than half of the bytes at and below each kept node; -1 for nobody."""
    whole = kept.sums(at, sizes)
    found = np.full(len(kept.nodes), -1, np.int64)
    owners = int(owner.max(initial=-1)) + 1
    owned = owner >= 0
    key, held = _summed(at[owned].astype(np.int64) * owners + owner[owned], sizes[owned])
    keys, sums = [], []
    while len(key):
        keys.append(key)
        sums.append(held)
        above = kept.parent[key // owners]
        inside = above >= 0
        key, held = _summed((above * owners + key % owners)[inside], held[inside])
    if keys:
        key, held = _summed(np.concatenate(keys), np.concatenate(sums))
        most = 2 * held > whole[key // owners]
        found[key[most] // owners] = key[most] % owners
    return found


def _summed(keys: Ints, values: Ints | Floats) -> tuple[Ints, Floats]:
    """Each key once, with the sum of its values."""
    distinct, at = np.unique(keys, return_inverse=True)
    return distinct, np.bincount(at, values, len(distinct)).astype(np.float64)


def _digests(changes: pa.Table, kept: Kept, files: _Files) -> list[str | None]:
    """Of files that a container sees, else of the last of those that none does."""
    found: list[str | None] = [None] * len(kept.nodes)
    at = np.searchsorted(kept.nodes, files.node)
    at[at == len(kept.nodes)] = 0
    here = np.flatnonzero(kept.nodes[at] == files.node)
    here = here[np.argsort(files.seen[here], kind="stable")]
    rows = np.full(len(kept.nodes), -1, np.int64)
    rows[at[here]] = files.row[here]
    told = told_by_size(changes["size"].to_numpy())
    places = np.flatnonzero(rows >= 0)
    places = places[told[rows[places]]]
    digests = changes["digest"].take(pa.array(rows[places])).to_pylist()
    for place, digest in zip(places.tolist(), digests, strict=True):
        found[place] = None if digest is None else digest.hex()
    return found


def _parts(changes: pa.Table, stack: Stack, files: _Files, at: Ints) -> LayerParts:
    """The files summed up by kept node and layer."""
    layers = max(stack.rows.layers, 1)
    keys, place = np.unique(at.astype(np.int64) * layers + stack.rows.layer[files.row], return_inverse=True)
    shares = changes["pull_bytes"].to_numpy()[files.row]

    def sums(values: Ints | Floats, chosen: Flags) -> Floats:
        return np.bincount(place[chosen], values[chosen], len(keys)).astype(np.float64)

    return LayerParts(
        path=keys // layers,
        layer=keys % layers,
        file_bytes=sums(files.bytes, files.seen).astype(np.int64),
        pull_bytes=sums(shares, files.seen),
        waste_bytes=sums(files.bytes, ~files.seen).astype(np.int64),
    )
