"""What comes from a pipe, kept in a file without a name, so that it can be read from any place and again."""

from __future__ import annotations

import os
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from ..errors import ArchiveReadError, LimitExceededError
from .base import OpenFile

if TYPE_CHECKING:
    from .base import ByteStream

SPOOL_BYTES_LIMIT = 64 * 1024**3
_BUFFER_BYTES = 1024 * 1024
_HINT = "save it to a file, or let TMPDIR name a folder with room for it"


def spooled(stream: ByteStream) -> OpenFile:
    """All of ``stream`` in a temporary file, which is gone with the last stream over it.

    Raises ArchiveReadError where there is no room for it, LimitExceededError over 64 GiB.
    """
    try:
        with TemporaryFile(prefix="imgscan-", buffering=0) as file:
            _copy(stream, file)
            return OpenFile(os.dup(file.fileno()), "the temporary file")
    except OSError as error:
        raise ArchiveReadError(f"cannot keep the image in a temporary file: {error.strerror}", hint=_HINT) from error


def _copy(stream: ByteStream, file: IO[bytes]) -> None:
    buffer = memoryview(bytearray(_BUFFER_BYTES))
    while count := stream.readinto(buffer):
        if stream.position > SPOOL_BYTES_LIMIT:
            raise LimitExceededError(f"more than {SPOOL_BYTES_LIMIT:,} bytes from a pipe", hint=_HINT)
        written = 0
        while written < count:
            written += file.write(buffer[written:count])
