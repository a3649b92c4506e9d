"""Streams that are read from front to back, into buffers that the reader owns."""

from __future__ import annotations

import os
import stat
import weakref
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from ..errors import ArchiveReadError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO


class ByteStream(Protocol):
    """A sequence of bytes with a place in it."""

    position: int

    def readinto(self, buffer: memoryview) -> int:
        """Fill the front of ``buffer``; how many bytes, at least 1 unless the stream is at its end."""
        ...

    def skip(self, size: int) -> None:
        """Go ``size`` bytes forward; the end of the stream is found by the next read."""
        ...


def fill(stream: ByteStream, buffer: memoryview) -> int:
    """Fill ``buffer`` as far as the stream goes; fewer bytes than asked for mean its end."""
    filled = 0
    while filled < len(buffer):
        count = stream.readinto(buffer[filled:])
        if not count:
            break
        filled += count
    return filled


def read(stream: ByteStream, size: int) -> bytes:
    """The next ``size`` bytes, fewer at the end of the stream. Only for sizes that are known to be small."""
    buffer = bytearray(size)
    return bytes(buffer[: fill(stream, memoryview(buffer))])


def drain(stream: ByteStream, size: int) -> None:
    """Read ``size`` bytes, or to the end, and drop them: for streams that cannot jump."""
    buffer = memoryview(bytearray(min(size, 1 << 18)))
    while size > 0:
        count = stream.readinto(buffer[: min(size, len(buffer))])
        if not count:
            return
        size -= count


class OpenFile:
    """A regular file, open for reading until the last stream over it is gone; ``name`` is how errors call it.

    The descriptor is closed by it. Raises ArchiveReadError where it is not of a regular file.
    """

    def __init__(self, descriptor: int, name: str) -> None:
        self.descriptor = descriptor
        weakref.finalize(self, os.close, descriptor)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ArchiveReadError(f"{name} is not a regular file")
        self.size = status.st_size

    @classmethod
    def at(cls, path: Path) -> OpenFile:
        """The file at ``path``; raises ArchiveReadError where it cannot be opened."""
        try:
            # Not to wait for a writer, should a pipe lie where a file is expected.
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            raise ArchiveReadError(f"cannot open {path}: {error.strerror}", image=str(path)) from error
        return cls(descriptor, str(path))

    def stream(self) -> FileStream:
        """The whole file."""
        return FileStream(self, 0, self.size)


class FileStream:
    """``size`` bytes of an open file from ``start``. Streams over one file do not disturb each other."""

    def __init__(self, file: OpenFile, start: int, size: int) -> None:
        self.position = 0
        self._file = file
        self._start = start
        self._size = size

    def readinto(self, buffer: memoryview) -> int:
        """Fill from the file; 0 at the end of the part, also where the file itself ends early."""
        wanted = min(len(buffer), self._size - self.position)
        if wanted <= 0:
            return 0
        try:
            count = os.preadv(self._file.descriptor, [buffer[:wanted]], self._start + self.position)
        except OSError as error:
            raise ArchiveReadError(f"cannot read the image: {error.strerror}") from error
        self.position += count
        return count

    def skip(self, size: int) -> None:
        """Go forward without reading, at most to the end of the part."""
        self.position = min(self.position + size, self._size)


class BytesStream:
    """Bytes in memory."""

    def __init__(self, content: bytes) -> None:
        self.position = 0
        self._content = memoryview(content)

    def readinto(self, buffer: memoryview) -> int:
        """Fill from the bytes."""
        part = self._content[self.position : self.position + len(buffer)]
        buffer[: len(part)] = part
        self.position += len(part)
        return len(part)

    def skip(self, size: int) -> None:
        """Go forward, at most to the end."""
        self.position = min(self.position + size, len(self._content))


class PipeStream:
    """A pipe or any other unseekable file."""

    def __init__(self, pipe: BinaryIO) -> None:
        self.position = 0
        self._pipe = pipe

    def readinto(self, buffer: memoryview) -> int:
        """Fill from the pipe as it delivers."""
        try:
            count: int = self._pipe.readinto(buffer)  # type: ignore[attr-defined]
        except OSError as error:
            raise ArchiveReadError(f"cannot read the image: {error.strerror}") from error
        self.position += count
        return count

    def skip(self, size: int) -> None:
        """Read and drop."""
        drain(self, size)


class Part:
    """The next ``size`` bytes of another stream, which moves along with it."""

    def __init__(self, whole: ByteStream, size: int) -> None:
        self.position = 0
        self._whole = whole
        self._size = size

    def readinto(self, buffer: memoryview) -> int:
        """Fill from the whole, never beyond the part."""
        wanted = buffer[: max(self._size - self.position, 0)]
        count = self._whole.readinto(wanted) if len(wanted) else 0
        self.position += count
        return count

    def skip(self, size: int) -> None:
        """Go forward in the whole."""
        before = self._whole.position
        self._whole.skip(min(size, self._size - self.position))
        self.position += self._whole.position - before


class Prefixed:
    """A stream of which the first bytes were already read, to look at them."""

    def __init__(self, prefix: bytes, rest: ByteStream) -> None:
        self.position = 0
        self._prefix = prefix
        self._rest = rest

    def readinto(self, buffer: memoryview) -> int:
        """Fill from the prefix first."""
        if self._prefix:
            count = min(len(buffer), len(self._prefix))
            buffer[:count] = self._prefix[:count]
            self._prefix = self._prefix[count:]
        else:
            count = self._rest.readinto(buffer)
        self.position += count
        return count

    def skip(self, size: int) -> None:
        """Go forward, through the prefix first."""
        from_prefix = min(size, len(self._prefix))
        self._prefix = self._prefix[from_prefix:]
        before = self._rest.position
        self._rest.skip(size - from_prefix)
        self.position += from_prefix + self._rest.position - before


class Watched:
    """A stream that tells ``watch`` how many bytes each read took."""

    def __init__(self, stream: ByteStream, watch: Callable[[int], None]) -> None:
        self.position = 0
        self._stream = stream
        self._watch = watch

    def readinto(self, buffer: memoryview) -> int:
        """Fill and tell."""
        count = self._stream.readinto(buffer)
        self._watch(count)
        self.position += count
        return count

    def skip(self, size: int) -> None:
        """Go forward and tell."""
        before = self._stream.position
        self._stream.skip(size)
        skipped = self._stream.position - before
        self._watch(skipped)
        self.position += skipped


class Hashed:
    """A stream that hashes all that is read from it and remembers its last bytes."""

    def __init__(self, stream: ByteStream) -> None:
        self.position = 0
        self.last_bytes = b""
        self._stream = stream
        self._hasher = sha256()

    def readinto(self, buffer: memoryview) -> int:
        """Fill as far as the stream goes, and hash: many small pieces would take longer."""
        count = fill(self._stream, buffer)
        self._hasher.update(buffer[:count])
        self.last_bytes = (self.last_bytes + bytes(buffer[max(count - 8, 0) : count]))[-8:]
        self.position += count
        return count

    def skip(self, size: int) -> None:
        """Read and hash, since a digest covers every byte."""
        drain(self, size)

    def hexdigest(self) -> str:
        """sha256 of what was read."""
        return self._hasher.hexdigest()
