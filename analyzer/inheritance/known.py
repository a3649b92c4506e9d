"""An image that was read, as others are compared with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from ..digest import chain_ids
from ..streams.compression import PLAIN
from .annotation import stated_parents
from .os_release import PATHS, parse_os_release
from .profile import ImageSizes, LayerSizes, Profile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..analyses.ledger import Ledger
    from ..analyses.size import Size
    from ..layers.scan import LayerScan
    from ..model import ImageMetadata
    from ..rootfs.stack import Stack


def profile_of(
    image: ImageMetadata, scans: tuple[LayerScan, ...], ledgers: tuple[Ledger, ...], size: Size, os_release: bytes
) -> Profile:
    """The profile of an image, once its layers are read; ``os_release`` is the content of that file, or nothing."""
    diff_ids = tuple(scan.diff_id for scan in scans)
    return Profile(
        platform=image.config.platform,
        created=image.config.created,
        image_id=image.image_id,
        manifest_digest=image.manifest_digest,
        diff_ids=diff_ids,
        chain_ids=tuple(chain_ids(diff_ids)),
        history=tuple(image.config.history or ()),
        layers=tuple(
            LayerSizes(_blob_bytes(layer.blob.digest is not None, scan), scan.tar_bytes, ledger.file_bytes)
            for layer, scan, ledger in zip(image.layers, scans, ledgers, strict=True)
        ),
        sizes=ImageSizes(
            size.pull_bytes, size.tar_bytes, size.file_bytes, size.rootfs_bytes, size.waste_bytes, size.files
        ),
        os_release=parse_os_release(os_release),
        stated=stated_parents(image.annotations, _labels(image)),
    )


def os_release_content(stack: Stack, contents: Mapping[int, bytes]) -> bytes:
    """The os-release that a container sees, empty where there is none or where its content was not kept.

    ``contents`` has small files by the row that holds them. The path in ``etc`` may be a link to the other.
    """
    rows = np.fromiter(contents, np.int64, len(contents))
    rows = rows[stack.alive[rows]]
    paths = stack.rows.tree.paths.take(stack.rows.node[rows])
    places = (pc.index(paths, path.encode()).as_py() for path in PATHS)
    return next((contents[int(rows[place])] for place in places if place >= 0), b"")


def _labels(image: ImageMetadata) -> dict[str, object]:
    labels = (image.config.config or {}).get("Labels")
    return labels if isinstance(labels, dict) else {}


def _blob_bytes(declared: bool, scan: LayerScan) -> int | None:
    return scan.blob_bytes if declared or scan.compression != PLAIN else None
