"""The IMAGE argument: a path, ``-``, or a transport, a path and a choice (containers-transports(5)).

The choice is one image among several: ``docker-archive:PATH:TAG``, ``oci:PATH:@INDEX``. It needs a transport in
front, since only then is it clear that what follows the path is none of its name.
"""

from __future__ import annotations

import difflib
import os
import re
from itertools import islice
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from msgspec import Struct

from .errors import InvalidReferenceError

if TYPE_CHECKING:
    from collections.abc import Callable

STANDARD_INPUT = "-"
_NAMES = 2000
_LIKENESS = 0.8
_ELSEWHERE = {
    "docker": "skopeo copy docker://{name} docker-archive:image.tar",
    "docker-daemon": "docker save {name} -o image.tar",
    "podman": "podman save {name} -o image.tar",
    "containers-storage": "podman save {name} -o image.tar",
    "containerd": "ctr images export image.tar {name}",
    "http": "curl -L {text} -o image.tar",
    "https": "curl -L {text} -o image.tar",
}
"""Transports of images that no file holds, and what makes a file of one."""
_ALSO_NAMES = ("docker", "podman", "containerd")
# What docker calls an image: a host with its port, a path, a tag and a digest, all but the path left out at will.
_NAME = re.compile(r"([\w.-]+(:\d+)?/)?[\w.-]+(/[\w.-]+)*(:[\w.-]+)?(@\w+:\w+)?")
_NO_NAMES = (".tar", ".gz", ".zst", ".tgz", ".json", ".toml")
"""Of files that are images, saved reports or baselines, and hardly the end of a name of an image."""
_READS = "imgscan reads files"

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
        if not is_there(path):
            path = rest.partition(":")[0]
        found = None if path == STANDARD_INPUT else _existing(path, lambda: _hint_for(transport, path, rest))
        return Reference(found, transport, choice)
    return Reference(_existing(text, lambda: _hint(text)))


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


def _existing(text: str, hint: Callable[[], str | None]) -> Path:
    path = Path(text)
    try:
        found = bool(text) and path.exists()
    except OSError as error:
        raise InvalidReferenceError(f"cannot read {text}: {error.strerror}") from error
    if not found:
        raise InvalidReferenceError(f"no such file or directory: {text or repr(text)}", hint=hint())
    return path


def _hint_for(transport: str, path: str, rest: str) -> str:
    """What to do where ``transport:rest`` says what a file is that is not there: how it is spelt, or what writes it."""
    if not path:
        return f"write {transport}:PATH"
    near = _near(path)
    if near:
        return f"did you mean {transport}:{near}{rest.removeprefix(path)}?"
    if transport != "docker-archive":
        return f"{_READS}: {_command('skopeo copy docker://IMAGE {name}', f'{transport}:{rest}')}"
    image = rest.removeprefix(path).removeprefix(":")
    name = image if _NAME.fullmatch(image) else "IMAGE"
    return f"{_READS}: {_command('docker save {name} -o {text}', name, path)}"


def _hint(text: str) -> str | None:
    """What to do where no file is called so: it may be the name of an image, or say where else one is."""
    file, choice = _split_choice(text)
    if choice:
        transport = "oci" if Path(file).is_dir() else "docker-archive"
        return f"to choose an image in {file}, write {transport}:{file}:{choice}"
    transport, _, name = text.partition(":")
    called = bool(_NAME.fullmatch(text))
    if name and transport in _ELSEWHERE and not (called and transport in _ALSO_NAMES):
        return f"{_READS}: {_command(_ELSEWHERE[transport], name.removeprefix('//'), text)}"
    if transport == "file":
        return f"write {name.removeprefix('//')}"
    near = _near(text)
    if near:
        return f"did you mean {near}?"
    if called and not text.startswith(".") and not text.endswith(_NO_NAMES):
        return f"{_READS}: docker save {text} -o image.tar"
    return f"{_READS} and folders: save the image as one first" if "://" in text else None


def _command(template: str, name: str, text: str = "") -> str:
    """A command to type, its words quoted where a shell would take them for something else."""
    return " ".join(quote(word.format(name=name, text=text)) for word in template.split())


def _near(text: str) -> str | None:
    """The path of the file beside it whose name is most like it."""
    path = Path(text)
    try:
        names = [each.name for each in islice(path.parent.iterdir(), _NAMES)]
    except (OSError, ValueError):  # no such folder either; a name with a zero byte
        return None
    close = difflib.get_close_matches(path.name, names, 1, _LIKENESS)
    return str(path.with_name(close[0])) if close else None
