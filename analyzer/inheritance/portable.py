"""A whole catalog as one file, to hand on: a zip archive of its files, stored as they are.

`unzip` gives a folder that is a catalog. What is read may come from anywhere: names in the archive are
ignored, sizes are bounded, and nothing in it may be compressed.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from ..errors import CatalogError
from .catalog import IMAGES_LIMIT
from .entry import ENTRY_BYTES_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

IMPORT_BYTES_LIMIT = 4 * 1024**3
_IN_MEMORY_BYTES = 64 * 1024**2
_CHUNK_BYTES = 1024**2
_OLDEST = (1980, 1, 1, 0, 0, 0)


def pack(files: Mapping[str, bytes]) -> bytes:
    """One archive of ``files`` by name; the same files give the same bytes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _OLDEST), files[name])
    return sink.getvalue()


def unpack(file: IO[bytes], name: str) -> Iterator[tuple[str, bytes]]:
    """Each file in the archive called ``name``: how to call it in messages, and its content. Raises CatalogError.

    The list of files stands at the end, so what comes from a pipe is kept until then: on disk where it is
    large, in a file that has no name.
    """
    try:
        with _seekable(file, name) as whole, zipfile.ZipFile(whole) as archive:
            for at, member in enumerate(_members(archive, name)):
                yield f"file {at + 1} in {name}", archive.read(member)
    except OSError as error:
        raise CatalogError(f"cannot read {name}: {error.strerror or error}") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise CatalogError(f"{name} is no exported catalog: {error}") from error


@contextmanager
def _seekable(file: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    if file.seekable():
        yield file
        return
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as kept:
        while chunk := file.read(_CHUNK_BYTES):
            if kept.tell() > IMPORT_BYTES_LIMIT:
                raise CatalogError(f"{name} has more than {IMPORT_BYTES_LIMIT:,} bytes")
            kept.write(chunk)
        yield kept


def _members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    members = archive.infolist()
    if len(members) > IMAGES_LIMIT:
        raise CatalogError(f"{name} has {len(members):,} files; more than {IMAGES_LIMIT:,} are refused")
    for member in members:
        if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
            raise CatalogError(f"{name} is compressed, as no exported catalog is")
        if member.file_size > ENTRY_BYTES_LIMIT:
            raise CatalogError(f"{name} has a file of {member.file_size:,} bytes: too large for a catalog")
    if sum(member.file_size for member in members) > IMPORT_BYTES_LIMIT:
        raise CatalogError(f"{name} unfolds to more than {IMPORT_BYTES_LIMIT:,} bytes")
    return members
