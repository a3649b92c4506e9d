"""The document's section on where the bytes are in the root filesystem: a tree of the paths with the most of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyzer.analyses.outline import outline

from .document import FilesystemSection, LayerPartsSection

if TYPE_CHECKING:
    from analyzer.analyses.outline import LayerParts, Outline
    from analyzer.analysis import Analysis
    from analyzer.arrays import Flags, Floats
    from analyzer.packages.model import Package

PATHS = 3000
"""So many keep a page small; a picture shows some hundreds at a time."""
PARTS = 20_000
"""So many rows of a path and a layer at most: over a hundred layers that all store something everywhere have more."""


def filesystem_section(analysis: Analysis) -> FilesystemSection:
    """The paths with the most bytes, each with its layers and its package; never too many for a page."""
    found = _outline(analysis)
    owners = sorted({owner for owner in found.owner.tolist() if owner >= 0})
    places: dict[int, int | None] = {owner: place for place, owner in enumerate(owners)}
    return FilesystemSection(
        name=found.name,
        parent=found.parent.tolist(),
        directory=found.directory.tolist(),
        files=found.files.tolist(),
        wasted=found.wasted.tolist(),
        package=[places.get(owner) for owner in found.owner.tolist()],
        digest=found.digest,
        layers=_layers(found.parts),
        packages=[_words(analysis.installed.packages[owner]) for owner in owners],
        omitted=found.omitted,
    )


def _outline(analysis: Analysis) -> Outline:
    """As many paths as their parts allow: fewer in proportion, until they do."""
    paths = PATHS
    found = outline(analysis.changes, analysis.stack, analysis.owner, paths)
    while len(found.parts.path) > PARTS and paths > 1:
        paths = max(1, paths * PARTS // len(found.parts.path))
        found = outline(analysis.changes, analysis.stack, analysis.owner, paths)
    return found


def _layers(parts: LayerParts) -> LayerPartsSection:
    return LayerPartsSection(
        path=parts.path.tolist(),
        layer=parts.layer.tolist(),
        file_bytes=parts.file_bytes.tolist(),
        pull_bytes=_known(parts.pull_bytes, parts.file_bytes > 0),
        waste_bytes=parts.waste_bytes.tolist(),
    )


def _known(shares: Floats, seen: Flags) -> list[int | None] | None:
    """Whole bytes; None for all where those of nothing that is ``seen`` are known."""
    unknown = np.isnan(shares)
    if unknown[seen].all():
        return None
    pairs = zip(np.where(unknown, 0, shares).tolist(), unknown.tolist(), strict=True)
    return [None if missing else round(share) for share, missing in pairs]


def _words(package: Package) -> str:
    return " ".join(filter(None, (package.ecosystem, package.name, package.version)))
