"""Which of many images stand on the same lower layers: a tree of stacks, and what sharing saves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ..names import full_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..digest import Digest
    from .profile import KnownImage, LayerSizes

    Names = dict[Digest, tuple[str, ...]]


class Bytes(Struct, frozen=True):
    """Bytes of some layers; ``blob_bytes`` is None where it is unknown for one of them."""

    tar_bytes: int
    file_bytes: int
    blob_bytes: int | None


class Node(Struct, frozen=True):
    """A stack of layers that is an image, or that several images begin with.

    ``images`` are all names of those that end here, several images where they differ in configuration only.
    ``names`` are what to call it: the images', or names from a catalog; none for a common beginning that
    nobody knows.
    ``layers`` are those on top of the node above, with ``own`` bytes; all below are shared with that.
    ``children`` are in the order of their names.
    """

    names: tuple[str, ...]
    images: tuple[str, ...]
    chain_id: Digest | None
    layers: range
    own: Bytes
    children: tuple[Node, ...]

    def __repr__(self) -> str:
        return f"<Node {', '.join(self.names) or 'without a name'}, layers {self.layers.start} to {self.layers.stop}>"


class Forest(Struct, frozen=True):
    """``roots`` stand on nothing. ``summed`` counts each image as if it were alone, ``stored`` each layer once.

    ``images`` are different ones; ``given`` counts also those that are one of these once more.
    """

    roots: tuple[Node, ...]
    given: int
    images: int
    layers: int
    distinct_layers: int
    summed: Bytes
    stored: Bytes

    def __repr__(self) -> str:
        return f"<Forest of {self.images} images, {self.distinct_layers} distinct layers>"


def forest(images: Sequence[KnownImage], known: Iterable[KnownImage] = ()) -> Forest:
    """The tree of ``images`` by common lower layers; ``known`` gives names to stacks that are no given image.

    Layers are the same where their chain IDs are. A layer is stored once wherever its diff ID is the same. An
    image that is given several times, by its image ID, is one with all the names.
    """
    distinct_images = _merged(images)
    roots = _nodes(distinct_images, _names(known))
    pairs = [
        pair for image in distinct_images for pair in zip(image.profile.diff_ids, image.profile.layers, strict=True)
    ]
    distinct: dict[Digest, LayerSizes] = {}
    for diff_id, sizes in pairs:
        if diff_id not in distinct or distinct[diff_id].blob_bytes is None:
            distinct[diff_id] = sizes
    summed, stored = _bytes(sizes for _, sizes in pairs), _bytes(distinct.values())
    return Forest(roots, len(images), len(distinct_images), len(pairs), len(distinct), summed, stored)


def _merged(images: Iterable[KnownImage]) -> list[KnownImage]:
    """Each image once, under all its names, in their order; as it is pulled, where one of its sources tells."""
    by_identity: dict[Digest, KnownImage] = {}
    for image in images:
        before = by_identity.get(image.profile.identity, image)
        profile = image.profile if before.profile.sizes.pull_bytes is None else before.profile
        names = tuple({full_name(name): name for name in (*image.names, *before.names)}.values())
        by_identity[profile.identity] = replace(before, names=names, profile=profile)
    return sorted(by_identity.values(), key=lambda image: (image.names, image.profile.identity))


def _names(known: Iterable[KnownImage]) -> Names:
    names: dict[Digest, set[str]] = {}
    for image in known:
        if image.profile.chain_ids:
            names.setdefault(image.profile.chain_ids[-1], set()).update(image.names)
    return {chain_id: tuple(sorted(each)) for chain_id, each in names.items()}


def _nodes(images: Sequence[KnownImage], known: Names) -> tuple[Node, ...]:
    """The roots of the tree that ``images`` make.

    Without recursion, since images may stand on one another as deep as images have layers: nodes are found
    from the roots up, and put together from the top down.
    """
    found: list[tuple[int, Node]] = []
    waiting = [(-1, group, 0) for group in _parted(images, 0)]
    while waiting:
        below, group, depth = waiting.pop()
        node = _node(group, depth, known)
        above = [image for image in group if len(image.profile.chain_ids) > node.layers.stop]
        waiting += [(len(found), each, node.layers.stop) for each in _parted(above, node.layers.stop)]
        found.append((below, node))
    children: dict[int, list[Node]] = {}
    for at, (below, node) in reversed(list(enumerate(found))):
        children.setdefault(below, []).append(structs.replace(node, children=_ordered(children.pop(at, []))))
    return _ordered(children.get(-1, []))


def _ordered(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=lambda node: (node.names, node.chain_id or "")))


def _parted(images: Iterable[KnownImage], depth: int) -> Iterator[list[KnownImage]]:
    """The groups with the same layer at ``depth``, those without one together; below it all have the same layers."""
    by_next: dict[Digest | None, list[KnownImage]] = {}
    for image in images:
        chain = image.profile.chain_ids
        by_next.setdefault(chain[depth] if len(chain) > depth else None, []).append(image)
    yield from by_next.values()


def _node(images: Sequence[KnownImage], depth: int, known: Names) -> Node:
    """What begins with the layer at ``depth``: as many layers as all of ``images`` share, up to an image.

    What stands on it is still missing.
    """
    chains = [image.profile.chain_ids for image in images]
    end = min(map(len, chains))
    while end > depth and len({chain[end - 1] for chain in chains}) > 1:
        end -= 1
    end = _first_known(chains[0], depth, end, known)
    here = tuple(name for image in images if len(image.profile.chain_ids) == end for name in image.names)
    chain_id = chains[0][end - 1] if end else None
    names = here or (known.get(chain_id, ()) if chain_id else ())
    return Node(names, here, chain_id, range(depth, end), _bytes(images[0].profile.layers[depth:end]), ())


def _first_known(chain: Sequence[Digest], depth: int, end: int, known: Names) -> int:
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
