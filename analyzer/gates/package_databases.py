"""Whether the packages of an image are known well enough to judge it by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import UnknownFigureError
from .found import visible_paths

if TYPE_CHECKING:
    from ..analysis import Analysis

_FOLDERS = ("usr/lib/sysimage/rpm", "var/lib/rpm", "usr/share/rpm")
_RPM = ("Packages", "Packages.db", "rpmdb.sqlite")
_DATABASES = {
    "dpkg": ("var/lib/dpkg/status",),
    "apk": ("lib/apk/db/installed", "usr/lib/apk/db/installed"),
    "rpm": tuple(f"{folder}/{name}" for folder in _FOLDERS for name in _RPM),
}
"""Where distributions say what is installed: a file with something in it tells of a package at least."""


def check_packages(image: Analysis, key: str) -> None:
    """Raises UnknownFigureError where packages may be missing: a rule about them could pass for that."""
    why = next(iter(image.package_notes), None) or _unread(image)
    if why is not None:
        raise UnknownFigureError(f"{image.name}: {key} cannot be judged: {why}", hint="imgscan packages lists them")


def _unread(image: Analysis) -> str | None:
    """Of a database that a container sees and that no package could be read of, that; None where all are read."""
    read = {each.ecosystem for each in image.installed.packages}
    paths = [path for ecosystem, each in _DATABASES.items() if ecosystem not in read for path in each]
    visible = visible_paths(image)
    there = visible.filter(pc.is_in(visible["path"], pa.array(paths, visible["path"].type)))
    there = there.filter(there["inode"].is_valid())
    sizes = image.changes["stored"].take(there["inode"]).to_pylist()
    names = [path for path, size in zip(there["path"].to_pylist(), sizes, strict=True) if size]
    return f"no package can be read of {names[0]}" if names else None
