"""The IMAGE argument: a path, ``-``, or a transport, a path and a choice (containers-transports(5)).

The choice is one image among several: ``docker-archive:PATH:TAG``, ``oci:PATH:@INDEX``. It needs a transport in
front, since only then is it clear that what follows the path is none of its name.
"""

from __future__ import annotations

import difflib
import os
from itertools import islice
from pathlib import Path
from shlex import quote

from msgspec import Struct

from .errors import InvalidReferenceError

STANDARD_INPUT = "-"
_NAMES = 2000
_LIKENESS = 0.8
_ELSEWHERE = {
    "docker": "skopeo copy docker://{} docker-archive:image.tar",
    "docker-daemon": "docker save {} -o image.tar",
    "containers-storage": "podman save {} -o image.tar",
    "http": "curl -L http:{} -o image.tar",
    "https": "curl -L https:{} -o image.tar",
}
"""Transports of images that no file holds, and what makes a file of one."""

TRANSPORTS = ("docker-archive", "oci-archive", "oci", "dir")


class Reference(Struct, frozen=True):
    """``path`` is None for standard input; ``transport`` is None where content decides.

    ``choice`` is a tag, or ``@`` and an index or the digest of a manifest; None where none is stated.
    """

    path: Path | None
    transport: str | None = None
    choice: str | None = None

    @property
    def label(self) -> str:
        """How messages and reports call the place: never the folders above it."""
        if self.path is None:
            return "standard input"
        return os.fsencode(self.path.name or str(self.path)).decode(errors="backslashreplace")


def parse_reference(text: str) -> Reference:
    """What ``text`` names; raises InvalidReferenceError where there is nothing at that path.

    >>> parse_reference("-")
    Reference(path=None, transport=None, choice=None)
    >>> parse_reference("docker-archive:-:acme/app:1.0")
    Reference(path=None, transport='docker-archive', choice='acme/app:1.0')
    """
    if text == STANDARD_INPUT:
        return Reference(None)
    transport, colon, rest = text.partition(":")
    if colon and transport in TRANSPORTS and not is_there(text):
        path, choice = _split_choice(rest)
        return Reference(None if path == STANDARD_INPUT else _existing(path), transport, choice)
    return Reference(_existing(text))


def is_there(path: str) -> bool:
    """Whether something is at a path, or it stands for standard input."""
    try:
        return path == STANDARD_INPUT or (bool(path) and Path(path).exists())
    except OSError:  # too long for a name, or below a folder that is closed
        return False


def _split_choice(text: str) -> tuple[str, str | None]:
    """Path and choice of ``PATH[:CHOICE]``; the longest existing path wins, since a path may hold colons."""
    path, choice = text, None
    while not is_there(path) and ":" in path:
        path, _, last = path.rpartition(":")
        choice = last if choice is None else f"{last}:{choice}"
    return (path, choice) if is_there(path) else (text, None)


def _existing(text: str) -> Path:
    path = Path(text)
    try:
        found = bool(text) and path.exists()
    except OSError as error:
        raise InvalidReferenceError(f"cannot read {text}: {error.strerror}") from error
    if not found:
        raise InvalidReferenceError(f"no such file or directory: {text or repr(text)}", hint=_hint(text))
    return path


def _hint(text: str) -> str | None:
    file, choice = _split_choice(text)
    if choice:
        transport = "oci" if Path(file).is_dir() else "docker-archive"
        return f"to choose an image in {file}, write {transport}:{file}:{choice}"
    transport, _, name = text.partition(":")
    if name and transport in _ELSEWHERE:
        name = name.removeprefix("//") if transport == "docker" else name
        words = [quote(word.format(name)) for word in _ELSEWHERE[transport].split()]
        return f"imgscan reads files: {' '.join(words)}"
    near = _near(text)
    if near or not _like_name(text):
        return f"did you mean {near}?" if near else None
    return f"imgscan reads files: docker save {text} -o image.tar"


def _near(text: str) -> str | None:
    """The path of the file beside it whose name is most like it."""
    path = Path(text)
    try:
        names = [each.name for each in islice(path.parent.iterdir(), _NAMES)]
    except (OSError, ValueError):  # no such folder either; a name with a zero byte
        return None
    close = difflib.get_close_matches(path.name, names, 1, _LIKENESS)
    return str(path.with_name(close[0])) if close else None


def _like_name(text: str) -> bool:
    return bool(text) and not text.startswith((".", "/")) and not text.endswith((".tar", ".gz", ".zst", ".tgz"))
