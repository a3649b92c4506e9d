"""The figures of an image that rules are about, each with its unit and with which end of it is the bad one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..analysis import Analysis

Unit = Literal["bytes", "share", "count"]
Value = int | float | None
OWN = "own."
"""In front of the key of a figure that is that of own layers."""


class Figure(Struct, frozen=True):
    """``worse`` is "more" or "less": the way that a limit holds off. ``of`` gives None where nobody can know."""

    key: str
    meaning: str
    of: Callable[[Analysis], Value]
    unit: Unit = "bytes"
    worse: Literal["more", "less"] = "more"


def _largest_file(image: Analysis) -> int:
    stored = image.changes["stored"].to_numpy()[image.stack.visible_files.inode]
    return int(stored.max(initial=0))


def _largest_layer(image: Analysis) -> int:
    return max((each.file_bytes for each in image.ledgers), default=0)


FIGURES = {
    figure.key: figure
    for figure in (
        Figure("rootfs_bytes", "content that a container sees", lambda image: image.size.rootfs_bytes),
        Figure("file_bytes", "content of all files in all layers", lambda image: image.size.file_bytes),
        Figure("pull_bytes", "what a registry sends; unknown for plain layers", lambda image: image.size.pull_bytes),
        Figure("waste_bytes", "content that is stored and never seen", lambda image: image.size.waste_bytes),
        Figure("tar_bytes", "all layers unpacked", lambda image: image.size.tar_bytes),
        Figure(
            "efficiency",
            "what a container sees, of what is stored",
            lambda image: image.size.efficiency,
            unit="share",
            worse="less",
        ),
        Figure("layers", "layers", lambda image: image.size.layers, unit="count"),
        Figure("files", "files that a container sees", lambda image: image.size.files, unit="count"),
        Figure("largest_file", "the largest file that a container sees", _largest_file),
        Figure("largest_layer", "the layer with the most file bytes", _largest_layer),
    )
}
"""By the key that a rule has."""
