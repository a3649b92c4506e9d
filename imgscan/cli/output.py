"""Where results go: standard output, or a file that is whole or not there at all."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import sys
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

from analyzer.errors import InvalidReferenceError, OutputError

from .._streams import INTERRUPTED, let_go, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

STANDARD_INPUT = STANDARD_OUTPUT = Path("-")
_WIDTH_OF_A_PIPE = 160
_NAME_BYTES = 200  # of the 255 that a name can have, with an ending
_NAME_PART = 50  # letters of it for the file beside, whose name is longer

_ARCHIVE_SUFFIX = re.compile(r"(\.(tar|tgz|gz|zst|json|oci))+$")


def named_after(source: str) -> str:
    """How files that are made of an image are called, without an ending: no option to the next tool, nor hidden.

    >>> named_after("images/app 2.0.tar.gz"), named_after("-x.tar"), named_after("..")
    ('app-2.0', 'x', 'image')
    """
    encoding = sys.getfilesystemencoding()  # in the C locale some letters are in no file's name
    name = _ARCHIVE_SUFFIX.sub("", Path(source).name).encode(encoding, "replace").decode(encoding)
    plain = re.sub(r"[^\w.+-]+", "-", name).lstrip("-.")
    return plain.encode()[:_NAME_BYTES].decode(errors="ignore") or "image"


def is_terminal(path: Path | None) -> bool:
    """Whether what is written to ``path`` shows on a terminal."""
    return path in (None, STANDARD_OUTPUT) and sys.stdout is not None and sys.stdout.isatty()


def line_width(path: Path | None) -> int:
    """As many characters as the terminal has; on a pipe or in a file, as a wide one has."""
    return shutil.get_terminal_size().columns if is_terminal(path) else _WIDTH_OF_A_PIPE


def write(content: bytes, path: Path | None) -> None:
    """Write to ``path``, or to standard output for None and ``-``. Raises OutputError.

    A file is written beside its place and renamed, so that no reader ever finds half of it.
    """
    write_pieces([content], path)


def try_all(steps: Iterable[Callable[[], None]]) -> None:
    """Do all of it, so that no result is lost to a place that another cannot be written to.

    Raises OutputError for the first that could not be written, once all others are.
    """
    first: OutputError | None = None
    for step in steps:
        try:
            step()
        except OutputError as error:
            first = first or error
    if first is not None:
        raise first


def write_pieces(pieces: Iterable[bytes], path: Path | None) -> None:
    """The same for a content that comes in pieces. In a file, pieces that are all zeros become holes."""
    if path is None or path == STANDARD_OUTPUT:
        for piece in pieces:
            _print(piece)
        return
    try:
        _replace(pieces, path)
    except BrokenPipeError:
        sys.exit(INTERRUPTED)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error


def _print(content: bytes) -> None:
    if sys.stdout is None:
        raise OutputError("standard output is closed", hint="name a file with --output")
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except OSError as error:
        give_up(error)


def give_up(error: OSError) -> NoReturn:
    """End, as standard output takes no more: in silence where its reader has seen enough. Raises OutputError."""
    let_go(sys.stdout)
    if isinstance(error, BrokenPipeError):
        sys.exit(INTERRUPTED)
    raise OutputError(f"cannot write to standard output: {error.strerror}") from error


def write_all(contents: Mapping[Path, bytes], folder: Path) -> None:
    """Write all of the files in ``folder``, or none; the folder is made where there is none. Raises OutputError."""
    try:
        with _made(folder), ExitStack() as stack:
            written = {}
            for path, content in contents.items():
                place = _behind_links(path)
                written[place] = stack.enter_context(_beside([content], place))
            for place, beside in written.items():
                beside.replace(place)
    except OSError as error:
        reason = os.strerror(errno.ENOTDIR) if isinstance(error, FileExistsError) else error.strerror
        raise OutputError(f"cannot write to {folder}: {reason}") from error


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """A folder with those above it; where something goes wrong, those that are new are gone again."""
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for each in new:
            with suppress(OSError):
                each.rmdir()
        raise


def _replace(pieces: Iterable[bytes], path: Path) -> None:
    if _is_written_through(path):
        with path.open("wb") as file:
            file.writelines(pieces)
        return
    place = _behind_links(path)
    with _beside(pieces, place) as beside:
        beside.replace(place)


def _behind_links(path: Path) -> Path:
    """What is to be written where ``path`` is a symbolic link: links stay, as a shell's `>` leaves them."""
    return path.resolve() if path.is_symlink() else path


def _is_written_through(path: Path) -> bool:
    """Whether it is no file to be replaced: /dev/null, a pipe, or what leads to an open file, as /dev/stdout does."""
    leads_to = path.parent / path.readlink() if path.is_symlink() else path
    is_open = any(each.parent.resolve().is_relative_to("/proc") for each in (path, leads_to))
    return is_open or (path.exists() and not path.is_file())


@contextmanager
def _beside(pieces: Iterable[bytes], path: Path) -> Iterator[Path]:
    """A file with the pieces beside its place, to be renamed; if it is not, it is gone again."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:_NAME_PART]}.")
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _write_with_holes(pieces, file)
        beside.chmod(_mode(path))  # mkstemp makes files that others cannot read
        yield beside
    finally:
        beside.unlink(missing_ok=True)


def _write_with_holes(pieces: Iterable[bytes], file: IO[bytes]) -> None:
    for piece in pieces:
        if piece.count(0) == len(piece):
            file.seek(len(piece), os.SEEK_CUR)
        else:
            file.write(piece)
    file.truncate()


def _mode(path: Path) -> int:
    """That of the file that is replaced, so that it is not opened to others; else what new files have."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return 0o666 & ~_umask()


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def refuse_to_replace(reference: str, output: Path | None, what: str = "image") -> None:
    """Raises OutputError where the result would take the place of ``what`` it is made from."""
    if output is not None and output != STANDARD_OUTPUT and _is_same(reference, output):
        raise OutputError(f"{output} is the {what} itself: it would be lost", hint="name another file with --output")


def refuse_unwritable(path: Path | None) -> None:
    """Raises OutputError where no file can come to ``path``: told before minutes are spent on what goes there."""
    if path is None or path == STANDARD_OUTPUT:
        return
    try:
        if path.is_dir():
            raise OutputError(f"cannot write {path}: {os.strerror(errno.EISDIR)}", hint="name a file in it")
        if not _is_written_through(path):  # a pipe is opened once only: its reader would see the end
            with _beside([], _behind_links(path)):
                pass
    except OSError as error:
        hint = "name another file with --output"
        raise OutputError(f"cannot write {path}: {error.strerror}", hint=hint) from error


def _is_same(reference: str, output: Path) -> bool:
    from analyzer.reference import parse_reference

    try:
        path = parse_reference(reference).path
        if path is None and sys.stdin is None:
            return False  # that it is closed is told by what would read it
        read = os.fstat(sys.stdin.fileno()) if path is None else path.stat()
        return stat.S_ISREG(read.st_mode) and os.path.samestat(read, output.stat())
    except (OSError, InvalidReferenceError):  # whoever opens what cannot be looked at says why
        return False


def tell(message: str, *, quiet: bool) -> None:
    """A message for a person: on stderr, since stdout carries data only."""
    from reports.formatting import visible

    if not quiet:
        say(f"imgscan: {visible(message)}\n")
