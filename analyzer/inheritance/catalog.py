"""A catalog of known images: a folder with one Parquet file an image and name, to keep, commit and share.

Files are only ever written whole and renamed into place, and no two images or names share one: whoever adds
at the same time loses nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ..errors import CatalogError
from ..names import full_name
from .entry import ENTRY_BYTES_LIMIT, decode_entry, decode_files, encode
from .profile import KnownImage

if TYPE_CHECKING:
    import pyarrow as pa

    from .entry import Entry

SUFFIX = ".parquet"
IMAGES_LIMIT = 10_000
_SHORTEST_ID = 4
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_READABLE_LENGTH = 80


class Catalog(Struct, frozen=True):
    """The images in ``folder``, which need not exist yet."""

    folder: Path

    def add(self, image: KnownImage) -> list[Path]:
        """Keep ``image`` under each of its names; the files that hold it. Raises CatalogError."""
        profile, files = image.profile, image.files
        return [self._keep(encode(name, profile, files), name, profile.identity) for name in image.names]

    def add_encoded(self, content: bytes, where: str) -> Entry:
        """Keep an image that comes as a file of some catalog, once it is checked. Raises CatalogError."""
        entry, files = decode_entry(content, where), decode_files(content, where)
        self._keep(encode(entry.name, entry.profile, files), entry.name, entry.profile.identity)
        return entry

    def images(self) -> list[KnownImage]:
        """All images, in the order of their files' names. Raises CatalogError for a file that is none of a catalog."""
        return [
            KnownImage((entry.name,), entry.profile, partial(_files, path)) for path, entry in self._entries().items()
        ]

    def remove(self, wanted: str) -> list[str]:
        """Forget all images called ``wanted``, or the one with that image ID or beginning of it; their names.

        Raises CatalogError where there is none, or where several image IDs begin like that.
        """
        found = {path: entry for path, entry in self._entries().items() if _is_called(entry, wanted)}
        if not found:
            raise CatalogError(f"the catalog has no image {wanted}", hint="imgscan catalog list shows what it has")
        if len({entry.profile.identity for entry in found.values()}) > 1 and not any(
            full_name(entry.name) == full_name(wanted) for entry in found.values()
        ):
            raise CatalogError(f"the image IDs of several images begin with {wanted}", hint="give more of it")
        for path in found:
            path.unlink(missing_ok=True)
        return [entry.name for entry in found.values()]

    def contents(self) -> dict[str, bytes]:
        """All files by name, to hand on. Raises CatalogError for a file that is none of a catalog."""
        return {path.name: read(path) for path in self._entries()}

    def paths(self) -> list[Path]:
        """The files of the catalog, in the order of their names."""
        try:
            found = sorted(path for path in self.folder.glob("*" + SUFFIX) if not path.name.startswith("."))
        except OSError as error:
            raise CatalogError(f"cannot read the catalog {self.folder}: {error.strerror}") from error
        if len(found) > IMAGES_LIMIT:
            raise CatalogError(f"the catalog {self.folder} has more than {IMAGES_LIMIT:,} images")
        return found

    def _entries(self) -> dict[Path, Entry]:
        return {path: decode_entry(path, path.name) for path in self.paths()}

    def _keep(self, content: bytes, name: str, identity: str) -> Path:
        path = self.folder / file_name(name, identity)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write(content, path)
        except OSError as error:
            raise CatalogError(f"cannot write to the catalog {self.folder}: {error.strerror}") from error
        return path


def catalog_in(folder: Path) -> Catalog:
    """The catalog in a folder that somebody named. Raises CatalogError where there is none."""
    try:
        if folder.is_dir():
            return Catalog(folder)
        exists = folder.exists()
    except OSError as error:
        raise CatalogError(f"cannot read the catalog {folder}: {error.strerror}") from error
    if exists:
        raise CatalogError(f"the catalog {folder} is not a folder")
    raise CatalogError(f"there is no catalog {folder}", hint="imgscan catalog add makes one")


def file_name(name: str, identity: str) -> str:
    """What the file of an image is called: what is safe of its name, and a digest of name and image ID.

    >>> file_name("acme/base:1.0", "sha256:" + "0" * 64)
    'acme-base-1.0-a85cb45433a25415.parquet'
    """
    readable = _UNSAFE.sub("-", name)[:_READABLE_LENGTH].strip("-.") or "image"
    digest = hashlib.sha256(f"{name}\0{identity}".encode()).hexdigest()
    return f"{readable}-{digest[:16]}{SUFFIX}"


def read(path: Path) -> bytes:
    """A file of a catalog. Raises CatalogError for one that cannot be read, or is too large to be one."""
    try:
        if path.stat().st_size > ENTRY_BYTES_LIMIT:
            raise CatalogError(f"{path.name} is too large for a file of a catalog")
        return path.read_bytes()
    except OSError as error:
        raise CatalogError(f"cannot read {path}: {error.strerror}") from error


def _files(path: Path) -> pa.Table:
    return decode_files(path, path.name)


def _is_called(entry: Entry, wanted: str) -> bool:
    if full_name(entry.name) == full_name(wanted):
        return True
    identity = entry.profile.identity
    return len(wanted) >= _SHORTEST_ID and identity.startswith((wanted, "sha256:" + wanted))


def _write(content: bytes, path: Path) -> None:
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=".adding-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
