"""imgscan: account for every byte of a container image.

>>> import imgscan
>>> image = imgscan.open("sample_images/app-2.0.tar")
>>> image.size.layers
18
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from analyzer.errors import ImgscanError
    from analyzer.layers.limits import Limits
    from reports.formats import render

    from .image import Image
    from .image_diff import ImageDiff, diff
    from .layer import Layer
    from .opening import open, open_all  # noqa: A004

__all__ = ["Image", "ImageDiff", "ImgscanError", "Layer", "Limits", "__version__", "diff", "open", "open_all", "render"]

_HOMES = {
    "Image": "imgscan.image",
    "ImageDiff": "imgscan.image_diff",
    "ImgscanError": "analyzer.errors",
    "Layer": "imgscan.layer",
    "Limits": "analyzer.layers.limits",
    "diff": "imgscan.image_diff",
    "open": "imgscan.opening",
    "open_all": "imgscan.opening",
    "render": "reports.formats",
}


def __getattr__(name: str) -> Any:
    # Arrow takes most of the start-up time, and `imgscan --version` does not need it.
    if name not in _HOMES:
        raise AttributeError(f"module 'imgscan' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(shell: Any) -> None:
    """Show tables with bars in a notebook: what `%load_ext imgscan` calls."""
    from .notebook.extension import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take that back."""
    from .notebook.extension import unload

    unload(shell)
