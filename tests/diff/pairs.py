"""Pairs of images made in code, and what tests ask of their difference."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import imgscan
from tests.images import Compression, Image, Layer, docker_archive, oci_archive, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def opened(image: Image, compression: Compression = plain) -> imgscan.Image:
    """The image, read before its file goes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image.tar"
        path.write_bytes(docker_archive(image) if compression is plain else oci_archive(image))
        read = imgscan.open(path)
        _ = read.rootfs, read.waste, read.packages
    return read


def image_of(*layers: Layer, **options: Any) -> imgscan.Image:
    return opened(Image(list(layers), **options))


def difference(old: Sequence[Layer], new: Sequence[Layer], **options: Any) -> imgscan.ImageDiff:
    return imgscan.diff(image_of(*old), image_of(*new), **options)


def changes(diff: imgscan.ImageDiff) -> dict[str, tuple[str, list[str], int]]:
    """Change, what differs and growth in bytes, by path."""
    return {row["path"]: (row["change"], row["what"], row["bytes"]) for row in diff.files.to_pylist()}
