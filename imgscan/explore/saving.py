"""Files that are written at a user's wish: where they say, and never over something that they did not mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import OutputError
from reports.formatting import visible

from ..cli.output import named_after, write_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME_BYTES = 200
_NO_NAMES = ("", ".", "..")


def place_for(typed: str, name: str) -> Path:
    """The file that is meant: what was typed, or inside it where that is a folder, under ``name``.

    ``name`` is a stranger's: nothing in it leads to another folder. Raises OutputError for what is no path.
    """
    try:
        place = Path(typed).expanduser()
    except RuntimeError as error:
        raise OutputError(f"{typed}: no such user") from error
    if "\0" in typed:
        raise OutputError("a path cannot have a NUL in it")
    return place / file_name(name) if place.is_dir() else place


def file_name(name: str) -> str:
    """A stranger's name as the name of a file, with nothing in it that means more than a letter.

    >>> file_name("etc/pass\\x1bwd"), file_name(".."), file_name("--help")
    ('etc_pass\\\\x1bwd', 'file', 'help')
    """
    plain = visible(name).replace("/", "_").lstrip("-")
    while len(plain.encode()) > _NAME_BYTES:
        plain = plain[:-1]
    return "file" if plain in _NO_NAMES else plain


def report_name(source: str) -> str:
    """How a report of a file is called.

    >>> report_name("app 2.0.tar.gz")
    'app-2.0.html'
    """
    return named_after(source) + ".html"


def save(pieces: Iterable[bytes], place: Path, *, replace: bool) -> None:
    """Write a new file; with ``replace`` also in place of one that is there, as a whole or not at all.

    Raises FileExistsError where anything is there, a link that leads nowhere included; OutputError.
    """
    if replace:
        write_pieces(pieces, place)
        return
    try:
        with place.open("xb") as file:  # never follows a link in the last place (open(2), O_EXCL)
            try:
                file.writelines(pieces)
            except BaseException:
                place.unlink()
                raise
    except FileExistsError:
        raise
    except OSError as error:
        raise OutputError(f"cannot write {place}: {error.strerror}") from error
