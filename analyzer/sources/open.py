"""From a reference to the images behind it: which files, which layout."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ..errors import ArchiveReadError, ImageReadError, UnrecognizedImageError, of_image
from ..streams.base import BytesStream, OpenFile, PipeStream, Prefixed, Watched, read
from ..streams.compression import PLAIN, DecodedStream, sniff
from ..streams.spool import spooled
from ..tar.headers import BLOCK
from ..tar.members import read_members
from . import directory, docker_archive, oci_layout, root_filesystem
from .archive import ArchiveFiles, Nature, member_path
from .files import DirectoryFiles
from .streamed import StreamedFiles, may_be_layer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import BinaryIO

    from ..reference import Reference
    from ..streams.base import ByteStream
    from .candidates import Candidate
    from .files import Files

    Visitor = Callable[[ByteStream], Any]
    Watch = Callable[[int], None]

_HEAD_BYTES = 256 * 1024
_HINT = "imgscan reads what docker save, podman save, skopeo copy and docker export write"


class Source(Struct, frozen=True):
    """Files and the images in them. ``streamed`` means that the layers were visited on opening."""

    files: Files
    candidates: Sequence[Candidate]
    streamed: bool


def open_source(reference: Reference, visitor: Visitor, watch: Watch, *, keep: bool = False) -> Source:
    """The source behind a reference.

    Pipes and compressed archives can be read only once, from front to back: ``visitor`` takes their
    layers here, and ``watch`` is told how many bytes each read took. With ``keep`` what comes from a pipe
    is kept in a temporary file, so that it can be read again. Raises ImageReadError.
    """
    path = reference.path
    if path is not None and path.is_dir():
        if not os.access(path, os.X_OK):  # nothing could be found there
            raise ArchiveReadError(f"cannot open {path}: {os.strerror(errno.EACCES)}", image=reference.label)
        directory_files = DirectoryFiles(path)
        return Source(directory_files, _images(directory_files, reference, in_archive=False), streamed=False)
    if path is not None and path.is_file():
        return _open_file(OpenFile.at(path), reference, visitor, watch)
    with _pipe(path, reference) as pipe:
        if keep:
            return _open_file(spooled(Watched(PipeStream(pipe), watch)), reference, visitor, watch)
        return _open_stream(PipeStream(pipe), None, reference, visitor, watch)


def _pipe(path: Path | None, reference: Reference) -> AbstractContextManager[BinaryIO]:
    if path is None:
        if sys.stdin is None:
            raise ArchiveReadError(f"{reference.label} is closed", image=reference.label)
        # Unbuffered, so that Ctrl-C is heard between any two reads.
        return nullcontext(getattr(sys.stdin.buffer, "raw", sys.stdin.buffer))
    try:
        return path.open("rb", buffering=0)
    except OSError as error:
        raise ArchiveReadError(f"cannot open {path}: {error.strerror}", image=reference.label) from error


def _open_file(file: OpenFile, reference: Reference, visitor: Visitor, watch: Watch) -> Source:
    head = read(file.stream(), _HEAD_BYTES)
    if _compression(head, reference) != PLAIN:
        return _open_stream(file.stream(), file.stream, reference, visitor, watch)
    _nature(head, reference)
    files = ArchiveFiles(file, reference.label)
    if files.is_root_filesystem or not _has_layout(files):
        if files.holds_folder_of_image:
            hint = "tar the folder's content instead: tar -C FOLDER -cf image.tar ."
            raise UnrecognizedImageError(
                f"{reference.label} holds the folder of an image, not an image", image=reference.label, hint=hint
            )
        if files.may_lack_members:
            hint = "save or copy the image again"
            raise ArchiveReadError(
                f"{reference.label} is cut off: it ends before the manifest of an image",
                image=reference.label,
                hint=hint,
            )
        if files.holds_parts_of_image:
            raise ArchiveReadError(
                f"{reference.label} is damaged: it holds parts of an image, and no manifest that can be read",
                image=reference.label,
                hint="save or copy the image again",
            )
        blob = root_filesystem.OnlyBlob(lambda visit: visit(file.stream()), file.size, reference.label, file.stream)
        return Source(blob, _root_filesystem(reference), streamed=False)
    return Source(files, _images(files, reference, in_archive=True), streamed=False)


def _open_stream(
    stream: ByteStream, reopen: Callable[[], ByteStream] | None, reference: Reference, visitor: Visitor, watch: Watch
) -> Source:
    """The source that passes by as ``stream``; ``reopen`` begins with it anew, where that can be done."""
    watched = Watched(stream, watch)
    head = read(watched, _HEAD_BYTES)
    compression = _compression(head, reference)
    whole: ByteStream = Prefixed(head, watched)
    if not _nature(head, reference).is_image:
        with of_image(reference.label, ArchiveReadError):
            blob = visitor(whole)
        only = root_filesystem.OnlyBlob(lambda _: blob, watched.position, reference.label, reopen)
        return Source(only, _root_filesystem(reference), streamed=True)
    again = reopen and (lambda: _decoded(reopen(), compression))
    files = StreamedFiles(_decoded(whole, compression), visitor, reference.label, again)
    return Source(files, _images(files, reference, in_archive=True), streamed=True)


def _decoded(stream: ByteStream, compression: str) -> ByteStream:
    return stream if compression == PLAIN else DecodedStream(stream, compression)


def _compression(head: bytes, reference: Reference) -> str:
    if not head:
        raise UnrecognizedImageError(f"{reference.label} is empty", image=reference.label, hint=_HINT)
    with of_image(reference.label, ArchiveReadError):
        return sniff(head)


def _nature(head: bytes, reference: Reference) -> Nature:
    """What the first members tell of the archive; raises UnrecognizedImageError where ``head`` starts no tar."""
    stream = _decoded(BytesStream(head), sniff(head))
    nature = Nature()
    met = False
    try:
        for member, content in read_members(stream):
            met = True
            is_layer = member.size >= BLOCK and may_be_layer(read(content, BLOCK))
            nature.note(member_path(member.name), is_layer=is_layer)
    except ImageReadError as error:
        # The head is cut off somewhere: only where it holds no member at all is this no archive.
        if not met:
            hint = _hint_for_document(reference) if head.startswith(b"{") else _HINT
            raise UnrecognizedImageError(
                f"{reference.label} is not an image: {error}", image=reference.label, hint=hint
            ) from error
    if not met:
        raise UnrecognizedImageError(f"{reference.label} is an empty archive", image=reference.label, hint=_HINT)
    return nature


def _hint_for_document(reference: Reference) -> str:
    if reference.path is None:
        return "of JSON, imgscan report renders saved reports, from files only"
    return "of JSON, imgscan report renders saved reports; of an image in a folder, name the folder"


def _has_layout(files: Files) -> bool:
    forms = (oci_layout.found_in, docker_archive.found_in, docker_archive.is_unreadable, directory.packed_in)
    return any(found_in(files) for found_in in forms)


def _root_filesystem(reference: Reference) -> list[Candidate]:
    if reference.transport is not None:
        told = f"{reference.label} is not of the form {reference.transport}, but a root filesystem"
        raise UnrecognizedImageError(told, image=reference.label, hint="leave out the prefix")
    return root_filesystem.images()


def _images(files: Files, reference: Reference, *, in_archive: bool) -> Sequence[Candidate]:
    """The images, by the layout that was asked for or else the one that is found.

    Docker 25 and later writes both of the first two at once. Its index.json says more and is trusted,
    unless it lists nothing (moby/moby#47210).
    """
    has_docker_manifest = docker_archive.found_in(files)
    has_dir_manifest = directory.packed_in if in_archive else directory.found_in
    form = docker_archive.FORMAT if has_docker_manifest else "oci-archive" if in_archive else "oci"
    wanted = reference.transport
    if wanted in (None, "oci", "oci-archive") and oci_layout.found_in(files):
        candidates = oci_layout.images(files, form)
        if candidates or wanted or not has_docker_manifest:
            return candidates
    if wanted in (None, "docker-archive") and has_docker_manifest:
        return docker_archive.images(files)
    if wanted in (None, "dir") and has_dir_manifest(files):
        return directory.images(files)
    docker_archive.refuse_unreadable(files)
    if wanted is None:
        raise UnrecognizedImageError(f"{files.label} is not an image", image=files.label, hint=_HINT)
    found = _found(files, in_archive=in_archive)
    told = f"{files.label} is not of the form {wanted}" + (f", but of the form {' and '.join(found)}" if found else "")
    hint = f"name it {found[0]}:PATH, or leave out the prefix" if found else _HINT
    raise UnrecognizedImageError(told, image=files.label, hint=hint)


def _found(files: Files, *, in_archive: bool) -> list[str]:
    """The forms, as prefixes name them, that the files are of."""
    forms = {
        "oci-archive" if in_archive else "oci": oci_layout.found_in(files),
        "docker-archive": docker_archive.found_in(files),
        "dir": (directory.packed_in if in_archive else directory.found_in)(files),
    }
    return [form for form, found in forms.items() if found]
