"""Which of many images stand on the same lower layers: a tree of stacks, and what sharing saves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..digest import Digest
    from .profile import KnownImage, LayerSizes


@dataclass(frozen=True)
class Bytes:
    """Bytes of some layers; ``blob_bytes`` is None where it is unknown for one of them."""

    tar_bytes: int
    file_bytes: int
    blob_bytes: int | None


@dataclass(frozen=True)
class Node:
    """A stack of layers that is an image, or that several images begin with.

    ``images`` are those that end here, several where they differ in configuration only. ``names`` are what
    to call it: the images', or names from a catalog; none for a common beginning that nobody knows.
    ``layers`` are those on top of the node above, with ``own`` bytes; all below are shared with that.
    ``children`` are in the order of their names.
    """

    names: tuple[str, ...]
    images: tuple[str, ...]
    chain_id: Digest | None
    layers: range
    own: Bytes
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Forest:
    """``roots`` stand on nothing. ``summed`` counts each image as if it were alone, ``stored`` each layer once."""

    roots: tuple[Node, ...]
    images: int
    layers: int
    distinct_layers: int
    summed: Bytes
    stored: Bytes

    def __repr__(self) -> str:
        return f"<Forest of {self.images} images, {self.distinct_layers} distinct layers>"


def forest(images: Sequence[KnownImage], known: Iterable[KnownImage] = ()) -> Forest:
    """The tree of ``images`` by common lower layers; ``known`` gives names to stacks that are no given image.

    Layers are the same where their chain IDs are. A layer is stored once wherever its diff ID is the same.
    """
    roots = _nodes(sorted(images, key=_order), 0, _names(known))
    pairs = [pair for image in images for pair in zip(image.profile.diff_ids, image.profile.layers, strict=True)]
    distinct: dict[Digest, LayerSizes] = {}
    for diff_id, sizes in pairs:
        if diff_id not in distinct or distinct[diff_id].blob_bytes is None:
            distinct[diff_id] = sizes
    summed, stored = _bytes(sizes for _, sizes in pairs), _bytes(distinct.values())
    return Forest(roots, len(images), len(pairs), len(distinct), summed, stored)


def _order(image: KnownImage) -> tuple[tuple[str, ...], str]:
    return image.names, image.profile.identity


def _names(known: Iterable[KnownImage]) -> dict[Digest, tuple[str, ...]]:
    names: dict[Digest, set[str]] = {}
    for image in known:
        if image.profile.chain_ids:
            names.setdefault(image.profile.chain_ids[-1], set()).update(image.names)
    return {chain_id: tuple(sorted(each)) for chain_id, each in names.items()}


def _nodes(images: Sequence[KnownImage], depth: int, known: dict[Digest, tuple[str, ...]]) -> tuple[Node, ...]:
    """The nodes above a stack of ``depth`` layers, which all ``images`` have below all else."""
    by_next: dict[Digest | None, list[KnownImage]] = {}
    for image in images:
        chain = image.profile.chain_ids
        by_next.setdefault(chain[depth] if len(chain) > depth else None, []).append(image)
    found = [_node(group, depth, known) for group in by_next.values()]
    return tuple(sorted(found, key=lambda node: (node.names, node.chain_id or "")))


def _node(images: Sequence[KnownImage], depth: int, known: dict[Digest, tuple[str, ...]]) -> Node:
    """The node that begins with the layer at ``depth``: as many layers as all of ``images`` share, up to an image."""
    chains = [image.profile.chain_ids for image in images]
    end = min(map(len, chains))
    while end > depth and len({chain[end - 1] for chain in chains}) > 1:
        end -= 1
    end = _first_known(chains[0], depth, end, known)
    here = tuple(name for image in images if len(image.profile.chain_ids) == end for name in image.names[:1])
    above = [image for image in images if len(image.profile.chain_ids) > end]
    chain_id = chains[0][end - 1] if end else None
    names = here or (known.get(chain_id, ()) if chain_id else ())
    own = _bytes(images[0].profile.layers[depth:end])
    return Node(names, here, chain_id, range(depth, end), own, _nodes(above, end, known) if above else ())


def _first_known(chain: Sequence[Digest], depth: int, end: int, known: dict[Digest, tuple[str, ...]]) -> int:
    """The lowest stack between that has a name of its own, else ``end``."""
    return next((at + 1 for at in range(depth, end) if chain[at] in known), end)


def _bytes(layers: Iterable[LayerSizes]) -> Bytes:
    every = list(layers)
    blobs = [each.blob_bytes for each in every]
    known = [each for each in blobs if each is not None]
    return Bytes(
        sum(each.tar_bytes for each in every),
        sum(each.file_bytes for each in every),
        sum(known) if len(known) == len(blobs) else None,
    )
