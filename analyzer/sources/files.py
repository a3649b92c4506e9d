"""Named bytes that belong together, and the simplest of them: files of a directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from ..errors import ArchiveReadError, BlobNotFoundError, LimitExceededError
from ..model import METADATA_BYTES_LIMIT
from ..streams.base import OpenFile, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..streams.base import ByteStream

Result = TypeVar("Result")

NO_END = "the archive has no end mark: it may be cut off"


class Files(Protocol):
    """Named bytes. Names are as the layout writes them: ``manifest.json``, ``blobs/sha256/<hex>``."""

    label: str
    may_lack_members: bool
    """Whether it is an archive of an image without an end mark, and so may be cut off."""

    def __contains__(self, name: str) -> bool: ...

    def read(self, name: str) -> bytes:
        """A small file whole; raises BlobNotFoundError, and LimitExceededError over 4 MiB."""
        ...

    def size(self, name: str) -> int:
        """Bytes that the file has; raises BlobNotFoundError."""
        ...

    def is_symlink(self, name: str) -> bool:
        """Whether the name is that of a symbolic link, which all other functions follow."""
        ...

    def visit(self, name: str, visitor: Callable[[ByteStream], Result]) -> Result:
        """What ``visitor`` makes of the file's bytes. May be called from several threads at once.

        Files that stream by once were visited then, by the visitor that was given when they were opened.
        """
        ...

    def stream(self, name: str) -> ByteStream:
        """The file's bytes, once more; raises ArchiveReadError where they came from a pipe that was not kept."""
        ...


def notes_on(files: Files) -> tuple[str, ...]:
    """What a user should know of the files, one sentence each."""
    return (NO_END,) if files.may_lack_members else ()


def check_metadata_size(name: str, size: int) -> None:
    """Raises LimitExceededError for a metadata file over 4 MiB."""
    if size > METADATA_BYTES_LIMIT:
        raise LimitExceededError(f"{name} is {size:,} bytes; metadata over {METADATA_BYTES_LIMIT:,} is refused")


def passed_by(where: str) -> ArchiveReadError:
    """The error for bytes that are asked for again and came from a pipe."""
    hint = "save the image to a file, or open it with keep=True"
    return ArchiveReadError(f"{where} has passed by and cannot be read again", image=where, hint=hint)


def not_found(name: str, where: str) -> BlobNotFoundError:
    """The error for a name that is not there."""
    return BlobNotFoundError(f"{name} is not in {where}", image=where)


class DirectoryFiles:
    """The files of a directory; links that lead out of it are not followed."""

    may_lack_members = False

    def __init__(self, root: Path) -> None:
        self.label = str(root)
        self._root = root.resolve()

    def __contains__(self, name: str) -> bool:
        return self._path(name) is not None

    def read(self, name: str) -> bytes:
        """The file whole."""
        check_metadata_size(name, self.size(name))
        file = OpenFile.at(self._existing(name))
        return read(file.stream(), file.size)

    def size(self, name: str) -> int:
        """The file's size."""
        return self._existing(name).stat().st_size

    def is_symlink(self, name: str) -> bool:
        """Whether a link is there."""
        return name in self and (self._root / name).is_symlink()

    def visit(self, name: str, visitor: Callable[[ByteStream], Result]) -> Result:
        """Open the file for the visitor."""
        return visitor(self.stream(name))

    def stream(self, name: str) -> ByteStream:
        """The file from its start."""
        return OpenFile.at(self._existing(name)).stream()

    def _existing(self, name: str) -> Path:
        path = self._path(name)
        if path is None:
            raise not_found(name, self.label)
        return path

    def _path(self, name: str) -> Path | None:
        try:
            path = (self._root / name).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            return None
        return path if path.is_relative_to(self._root) and path.is_file() else None
