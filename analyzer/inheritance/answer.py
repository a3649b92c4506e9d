"""All questions about an image's parents, put together: who, how many bytes, and whether there are newer ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..rootfs.stack import stack
from ..rootfs.table import rootfs_table
from .files import visible_files
from .inherited import inherited_bytes
from .newer import find_newer
from .trace import trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from ..analyses.size import Size
    from ..layers.whole import Scan
    from ..rootfs.stack import Stack
    from .files import Occurrences
    from .inheritance import Inheritance, ParentLink
    from .profile import KnownImage, Profile


class ReadImage(Protocol):
    """An image whose layers are read."""

    @property
    def profile(self) -> Profile:
        """What others are compared with."""
        ...

    @property
    def changes(self) -> pa.Table:
        """`tables.CHANGES`."""
        ...

    @property
    def waste(self) -> pa.Table:
        """`tables.WASTE`."""
        ...

    @property
    def scan(self) -> Scan:
        """What was read of each layer."""
        ...

    @property
    def stack(self) -> Stack:
        """What became of each entry."""
        ...

    @property
    def size(self) -> Size:
        """The headline numbers."""
        ...

    @property
    def digested(self) -> pa.Table:
        """``changes`` with the digest of every file."""
        ...

    @property
    def occurrences(self) -> Occurrences:
        """Every name of a file in every layer."""
        ...


def inheritance(image: ReadImage, candidates: Sequence[KnownImage]) -> Inheritance:
    """The parents of ``image``, found by itself and among ``candidates``, with bytes and newer builds."""
    found = trace(image.profile, candidates, lambda: image.occurrences)
    sizes = inherited_bytes(
        found, image.changes, image.stack, image.scan.layers, image.size, image.waste, lambda: image.occurrences
    )
    newer = find_newer(
        found.links, candidates, lambda link: _files_below(image, link), lambda link: _made_at(image.profile, link)
    )
    return replace(found, sizes=sizes, newer=newer)


def _files_below(image: ReadImage, link: ParentLink) -> pa.Table | None:
    """The files of a parent as they are in this image: what its layers show; else those of the image at hand."""
    if link.layers is None:
        return link.known.files if link.known else None
    layers = image.changes["layer"].to_numpy()
    lower = image.digested.slice(0, int(np.searchsorted(layers, link.layers.stop)))
    return visible_files(rootfs_table(lower, stack(lower)), lower)


def _made_at(image: Profile, link: ParentLink) -> str | None:
    """When the parent that the image sits on was made; for a parent that was built again, by the image's history."""
    known = link.known.profile if link.known else None
    if known is None or known.image_id in (None, image.image_id):
        return link.created
    if known.chain_ids == image.chain_ids[: len(known.chain_ids)] or not image.steps:
        return link.created
    last = min(len(known.history), len(image.steps)) - 1
    return image.steps[last].created if last >= 0 and link.evidence == "history" else link.created
