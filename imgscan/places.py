"""Where things of the user's own are kept (XDG Base Directory Specification)."""

from __future__ import annotations

import os
from pathlib import Path


def catalog_folder(chosen: Path | None = None) -> Path:
    """The folder of the catalog: ``chosen``, or $IMGSCAN_CATALOG, or ``imgscan/catalog`` among the user's data.

    A relative $XDG_DATA_HOME is ignored, as its specification asks.
    """
    stated = os.environ.get("IMGSCAN_CATALOG")
    if chosen is not None or stated:
        return chosen or Path(str(stated)).expanduser()
    data = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (data if data.is_absolute() else Path.home() / ".local" / "share") / "imgscan" / "catalog"
