"""Every error that imgscan raises on purpose, under one root.

    ImgscanError
    ├─ UsageError                   the words of a command line
    ├─ InvalidReferenceError        the IMAGE argument itself
    ├─ ImageReadError               the image's bytes
    │  ├─ UnrecognizedImageError        not a form of image that is known
    │  ├─ UnsupportedImageError         known, named, and not readable (schema 1, xz, encrypted)
    │  ├─ InvalidMetadataError          a manifest, index or config that breaks its own rules
    │  ├─ ArchiveReadError              the archive around the layers
    │  ├─ BlobNotFoundError             a blob that the chosen image needs is absent
    │  ├─ DigestMismatchError           digest, size or diff ID differ from what was declared
    │  ├─ LayerReadError                a layer's compression or tar stream
    │  ├─ StreamReadError               the same, before it is known whose stream it is
    │  └─ LimitExceededError            a bound against hostile input
    ├─ ImageSelectionError          several images or platforms fit, or none
    ├─ ImagePathError               a path inside the image, or a layer of it
    │  ├─ PathNotFoundError             nothing is there, or what a link leads to is not
    │  ├─ LinkLoopError                 symbolic links in a circle
    │  └─ NotAFileError                 a directory, a device or a whiteout, and a file is needed
    ├─ SettingsError                a settings file, or the name of a rule
    ├─ GateError                    a gate that cannot be judged
    │  ├─ UnknownFigureError            a rule about a figure that nobody can know of this image
    │  └─ BaselineError                 a baseline file that cannot be read, or has nothing on this image
    ├─ RecordError                  a record of runs that cannot be read
    ├─ CatalogError                 a catalog of known images, or a file of it, that is not usable
    ├─ DockerfileError              a Dockerfile that cannot be read, or has no such stage
    ├─ QueryError                   SQL that DuckDB refuses
    ├─ ReportError                  a saved report that cannot be read, or an unknown format
    ├─ OutputError                  a file that cannot be written
    ├─ MissingLibraryError          a library for notebooks that is not installed
    └─ InternalError                an invariant of imgscan's own broke: a bug

A message says what and where; ``hint``, where there is one, says what to do.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class ImgscanError(Exception):
    """Root of all errors raised on purpose; ``hint`` is what the user can do, or None.

    Messages ``in_lines`` have line breaks that mean something; in all others one came with a name.
    """

    in_lines = False

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(ImgscanError):
    """The words of a command line are not those of a command."""


class InvalidReferenceError(ImgscanError):
    """The IMAGE argument names no readable place."""


class ImageReadError(ImgscanError):
    """The image's bytes cannot be read as an image; ``image`` is what the message calls it, None where it does not."""

    def __init__(self, message: str, *, hint: str | None = None, image: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.image = image


class UnrecognizedImageError(ImageReadError):
    """The bytes are of no form of image that imgscan knows."""


class UnsupportedImageError(ImageReadError):
    """The form is known by name, and imgscan does not read it."""


class InvalidMetadataError(ImageReadError):
    """A manifest, index or config is not valid JSON or breaks its specification."""


class ArchiveReadError(ImageReadError):
    """The archive that holds the image is truncated or damaged."""


class BlobNotFoundError(ImageReadError):
    """A blob that the chosen image needs is not in the source."""


class DigestMismatchError(ImageReadError):
    """Bytes that were read are not the bytes that were declared."""


class LayerReadError(ImageReadError):
    """A layer's compressed stream or tar stream is damaged."""


class StreamReadError(ImageReadError):
    """A compressed stream or tar stream is damaged; `located` says which one."""


class LimitExceededError(ImageReadError):
    """A bound that protects against hostile input was reached."""


class ImageSelectionError(ImgscanError):
    """The request fits no image, or more than one."""

    in_lines = True


class ImagePathError(ImgscanError):
    """A path inside the image does not lead to what was asked for."""


class PathNotFoundError(ImagePathError):
    """Nothing is at the path, or a link on the way leads to nothing."""


class LinkLoopError(ImagePathError):
    """Symbolic links lead in a circle, or through more of them than a kernel follows."""


class NotAFileError(ImagePathError):
    """What is at the path has no content: a directory, a device, a whiteout."""


class SettingsError(ImgscanError):
    """Settings cannot be read, or name something that there is not.

    ``at`` are the keys that lead to what is wrong, from the table that is being looked at.
    """

    def __init__(self, message: str, *, hint: str | None = None, at: tuple[str | int, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.at = at


@contextmanager
def below(*keys: str | int) -> Iterator[None]:
    """What is wrong inside is wrong below these keys."""
    try:
        yield
    except SettingsError as error:
        error.at = (*keys, *error.at)
        raise


class GateError(ImgscanError):
    """A gate cannot be judged: that is neither passed nor failed."""


class UnknownFigureError(GateError):
    """A figure is asked for that is not known of an image or of its baseline."""


class BaselineError(GateError):
    """A baseline file cannot be read, or what is looked for is not in it."""


class RecordError(ImgscanError):
    """A record of runs cannot be read."""


class CatalogError(ImgscanError):
    """A catalog of known images cannot be read or written, or what was asked for is not in it."""


class DockerfileError(ImgscanError):
    """A Dockerfile cannot be read or parsed, or lacks the stage that was asked for."""


class QueryError(ImgscanError):
    """DuckDB refused the SQL."""

    in_lines = True


class ReportError(ImgscanError):
    """A saved report cannot be read, or the format is unknown."""


class OutputError(ImgscanError):
    """A result cannot be written where it was asked for."""


class MissingLibraryError(ImgscanError):
    """Something was asked for that an optional library does, and that library is not installed."""


class InternalError(ImgscanError):
    """An invariant of imgscan itself does not hold: please report it."""


@contextmanager
def located(where: str, kind: type[ImageReadError]) -> Iterator[None]:
    """Put ``where`` in front of what goes wrong inside; damaged streams are raised on as ``kind``."""
    try:
        yield
    except ImageReadError as error:
        raise _of_kind(error, kind)(f"{where}: {error}", hint=error.hint, image=error.image) from error


@contextmanager
def of_image(label: str, kind: type[ImageReadError] | None = None) -> Iterator[None]:
    """Name the image in front of what goes wrong inside, unless it is named: it may be one of several.

    Damaged streams are raised on as ``kind``, if there is one.
    """
    try:
        yield
    except ImageReadError as error:
        if error.image is not None:
            raise
        raise _of_kind(error, kind)(f"{label}: {error}", hint=error.hint, image=label) from error


def _of_kind(error: ImageReadError, kind: type[ImageReadError] | None) -> type[ImageReadError]:
    return kind if kind is not None and isinstance(error, StreamReadError) else type(error)
