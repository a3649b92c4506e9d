"""A whole catalog as one file, to hand on: a zip archive of its files, stored as they are.

`unzip` gives a folder that is a catalog. What is read may come from anywhere: names in the archive are
ignored, sizes are bounded, and nothing in it may be compressed.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from ..errors import CatalogError
from .catalog import IMAGES_LIMIT
from .entry import ENTRY_BYTES_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

IMPORT_BYTES_LIMIT = 4 * 1024**3
_OLDEST = (1980, 1, 1, 0, 0, 0)


def pack(files: Mapping[str, bytes]) -> bytes:
    """One archive of ``files`` by name; the same files give the same bytes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _OLDEST), files[name])
    return sink.getvalue()


def unpack(path: Path) -> Iterator[tuple[str, bytes]]:
    """Each file in the archive at ``path``: how to call it in messages, and its content. Raises CatalogError."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            for at, member in enumerate(_members(archive, path)):
                yield f"file {at + 1} in {path.name}", archive.read(member)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise CatalogError(f"{path.name} is no exported catalog: {error}") from error
    except OSError as error:
        raise CatalogError(f"cannot read {path}: {error.strerror or error}") from error


def _members(archive: zipfile.ZipFile, path: Path) -> list[zipfile.ZipInfo]:
    members = archive.infolist()
    if len(members) > IMAGES_LIMIT:
        raise CatalogError(f"{path.name} has {len(members):,} files; more than {IMAGES_LIMIT:,} are refused")
    for member in members:
        if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
            raise CatalogError(f"{path.name} is compressed, as no exported catalog is")
        if member.file_size > ENTRY_BYTES_LIMIT:
            raise CatalogError(f"{path.name} has a file of {member.file_size:,} bytes: too large for a catalog")
    if sum(member.file_size for member in members) > IMPORT_BYTES_LIMIT:
        raise CatalogError(f"{path.name} unfolds to more than {IMPORT_BYTES_LIMIT:,} bytes")
    return members
