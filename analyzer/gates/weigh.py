"""The weights of an image at hand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from ..layers.names import displayed
from ..streams.compression import PLAIN
from .figures import FIGURES
from .found import bytes_at, visible_paths
from .weights import Weights

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ..analysis import Analysis
    from .figures import Value
    from .weights import Asked

DIRECTORY_DEPTH = 3
"""So many names deep do directories tell where bytes are: enough to explain growth, few enough to keep in a file."""


def weigh(image: Analysis, own: Analysis | None, asked: Asked) -> Weights:
    """The weights of an image; ``own`` is the part that is its own, None where no rule asks for it."""
    weights = Weights(
        name=image.name,
        platform=str(image.metadata.config.platform),
        whole=figures_of(image, asked.figures),
        own={} if own is None else figures_of(own, asked.figures),
        packages=_packages(image) if asked.packages else None,
        directories=_directories(image) if asked.directories else None,
        paths=_paths(image, asked.paths),
        blobs=_blobs(image),
    )
    return _estimated(weights, image, own) if asked.estimate_pull and "pull_bytes" in asked.figures else weights


def _estimated(weights: Weights, image: Analysis, own: Analysis | None) -> Weights:
    """With estimates in place of what is not known of plain layers."""
    if weights.blobs is None or None not in weights.blobs.values():
        return weights
    sizes = {str(digest): size for digest, size in image.compressed_bytes.items()}
    blobs = {digest: sizes.get(digest) if size is None else size for digest, size in weights.blobs.items()}
    whole = {**weights.whole, "pull_bytes": _pulled(image, sizes)}
    of_own = weights.own if own is None else {**weights.own, "pull_bytes": _pulled(own, sizes)}
    return replace(weights, whole=whole, own=of_own, blobs=blobs, estimated=True)


def _pulled(image: Analysis, sizes: Mapping[str, int]) -> int | None:
    """The sum of all blobs with estimates; None where a part is told apart by file, which blobs are not."""
    if image.is_cut_by_file:
        return None
    return sum(sizes[digest] if size is None else size for digest, size in _blobs(image).items())


def figures_of(image: Analysis, keys: Collection[str]) -> dict[str, Value]:
    """The figures of these keys, of an image or of a part of one."""
    return {key: FIGURES[key].of(image) for key in keys}


def _packages(image: Analysis) -> dict[str, int]:
    held = Counter[str]()
    for each in image.package_costs:
        held[f"{each.package.ecosystem}:{each.package.name}"] += each.file_bytes
    return dict(sorted(held.items()))


def _directories(image: Analysis) -> dict[str, int]:
    files, tree = image.stack.visible_files, image.stack.rows.tree
    stored = image.changes["stored"].to_numpy()[files.inode]
    held = np.bincount(np.maximum(tree.parent[files.node], 0), stored, len(tree)).astype(np.int64)
    totals = tree.subtree_sums(held)
    chosen = np.flatnonzero((totals > 0) & (tree.depth > 0) & (tree.depth <= DIRECTORY_DEPTH))
    paths = displayed(tree.paths.take(chosen)).to_pylist()
    return dict(zip(paths, totals[chosen].tolist(), strict=True))


def _paths(image: Analysis, globs: tuple[str, ...]) -> dict[str, int]:
    visible = visible_paths(image) if globs else None
    return {} if visible is None else {glob: bytes_at(visible, glob, image) for glob in globs}


def _blobs(image: Analysis) -> dict[str, int | None]:
    scans = image.scan.layers[image.first_layer :]
    blobs = {str(each.digest): None if each.compression == PLAIN else each.blob_bytes for each in scans}
    config = image.metadata.image_id
    return blobs if config is None else {**blobs, str(config): len(image.metadata.config_bytes)}
