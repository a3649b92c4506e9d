"""Facts about an image that a user should know, one sentence each, once its layers are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..sources.files import NO_END

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..layers.whole import Scan
    from ..model import ImageMetadata


def notes(
    metadata: ImageMetadata, scan: Scan, first_layer: int, left_out: int, more: tuple[str, ...]
) -> tuple[str, ...]:
    """Those of the part from ``first_layer`` up, of which so many files are ``left_out`` one by one, and ``more``."""
    known = (*metadata.notes, *_cut_off(metadata, scan), *_part(first_layer, left_out), *more)
    estargz = sum(each.compression == "estargz" for each in scan.layers)
    if not estargz:
        return known
    note = (
        f"{estargz} layers are estargz: the table of contents in each, stargz.index.json, is the format's own, "
        "and counts as overwritten by that of the next"
    )
    return (*known, note)


def may_lack_files(metadata: ImageMetadata, scan: Scan) -> bool:
    """Whether nothing tells if all is there: a tar that ends between two files may be cut off, or lack its end mark."""
    pairs = zip(metadata.layers, scan.layers, strict=True)
    return any(layer.diff_id is None and not each.ended for layer, each in pairs)


def _cut_off(metadata: ImageMetadata, scan: Scan) -> Iterator[str]:
    if may_lack_files(metadata, scan):
        yield f"{NO_END}, and files may be missing here"


def _part(first_layer: int, left_out: int) -> Iterator[str]:
    if first_layer:
        yield f"only layers from {first_layer} up are counted here: parent images are left out"
    if left_out:
        yield (
            f"{left_out:,} files that a parent image brought, in layers with others, are left out here; directories, "
            "links, empty files and tar headers of these layers count as the image's own"
        )
