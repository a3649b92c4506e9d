"""The IMAGE argument: a path, ``-``, or a transport and a path (containers-transports(5))."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .errors import InvalidReferenceError

STANDARD_INPUT = "-"
TRANSPORTS = ("docker-archive", "oci-archive", "oci", "dir")


@dataclass(frozen=True)
class Reference:
    """``path`` is None for standard input; ``transport`` is None where content decides."""

    path: Path | None
    transport: str | None = None
    tag: str | None = None

    @property
    def label(self) -> str:
        """How messages and reports call the place: never the folders above it."""
        if self.path is None:
            return "standard input"
        return os.fsencode(self.path.name or str(self.path)).decode(errors="backslashreplace")


def parse_reference(text: str) -> Reference:
    """What ``text`` names; raises InvalidReferenceError where there is nothing at that path.

    >>> parse_reference("-")
    Reference(path=None, transport=None, tag=None)
    """
    if text == STANDARD_INPUT:
        return Reference(None)
    transport, colon, rest = text.partition(":")
    if colon and transport in TRANSPORTS and not Path(text).exists():
        if rest == STANDARD_INPUT:
            return Reference(None, transport)
        path, tag = _split_tag(rest)
        return Reference(_existing(path), transport, tag)
    return Reference(_existing(text))


def _split_tag(text: str) -> tuple[str, str | None]:
    """Path and tag of ``PATH[:TAG]``; the longest existing path wins, since a path may hold colons."""
    path, tag = text, None
    while not Path(path).exists() and ":" in path:
        path, _, last = path.rpartition(":")
        tag = last if tag is None else f"{last}:{tag}"
    return (text, None) if not Path(path).exists() else (path, tag)


def _existing(text: str) -> Path:
    path = Path(text)
    if not text or not path.exists():
        hint = f"imgscan reads files: docker save {text} -o image.tar" if _like_name(text) else None
        raise InvalidReferenceError(f"no such file or directory: {text or repr(text)}", hint=hint)
    return path


def _like_name(text: str) -> bool:
    return bool(text) and not text.startswith((".", "/")) and not text.endswith((".tar", ".gz", ".zst", ".tgz"))
