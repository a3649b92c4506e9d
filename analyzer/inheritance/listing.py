"""What a catalog has, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ..tables import KNOWN_IMAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .profile import KnownImage


def images_table(images: Iterable[KnownImage]) -> pa.Table:
    """One row an image and name (`tables.KNOWN_IMAGES`), by name, then by when it was made."""
    rows = [_row(image, name) for image in images for name in image.names]
    rows.sort(key=lambda row: (row["name"], row["created"] or "", row["image_id"]))
    return pa.Table.from_pylist(rows, KNOWN_IMAGES)


def _row(image: KnownImage, name: str) -> dict[str, Any]:
    profile = image.profile
    return {
        "name": name,
        "image_id": profile.identity,
        "platform": str(profile.platform),
        "layers": len(profile.diff_ids),
        "pull_bytes": profile.sizes.pull_bytes,
        "file_bytes": profile.sizes.file_bytes,
        "rootfs_bytes": profile.sizes.rootfs_bytes,
        "files": profile.sizes.files,
        "created": profile.created,
    }
