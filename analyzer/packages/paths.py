"""Paths that a package gives from a folder of its own: put where they are meant, by text alone.

No link is followed: what a path means is what it says, as with the tools that wrote it. Paths are any bytes but NUL;
as text they are UTF-8 in which other bytes are surrogates (PEP 383), so that none is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .growth import believable

if TYPE_CHECKING:
    from collections.abc import Sequence

_ABOVE = ".."
_NOWHERE = ("", ".")


def raw(path: str) -> bytes:
    r"""The bytes of a path that `text` made.

    >>> raw(text(b"caf\xe9")) == b"caf\xe9"
    True
    """
    return path.encode("utf-8", "surrogateescape")


def text(path: bytes) -> str:
    """The path as text, from which `raw` makes the same bytes."""
    return path.decode("utf-8", "surrogateescape")


def folder_of(path: str) -> str:
    """The folder that the file is in; empty for the root.

    >>> folder_of("opt/app/package.json"), folder_of("package.json")
    ('opt/app', '')
    """
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    """The last part of the path."""
    return path.rpartition("/")[2]


def resolved(folder: str, path: str) -> str | None:
    """The path from the root that ``path`` means in ``folder``; None where it is the root or leaves it.

    >>> resolved("usr/lib/python3/dist-packages", "../../../bin/x"), resolved("usr", "/etc//./x")
    ('usr/bin/x', 'etc/x')
    >>> resolved("usr", "../../etc/x"), resolved("usr", "..")
    (None, None)
    """
    parts: list[str] = []
    for part in path.split("/") if path.startswith("/") else f"{folder}/{path}".split("/"):
        if part == _ABOVE:
            if not parts:
                return None
            parts.pop()
        elif part not in _NOWHERE:
            parts.append(part)
    return "/".join(parts) or None


def placed(folder: str, paths: Sequence[bytes], told_in: int) -> bytes:
    r"""The paths from the root that ``paths`` mean in ``folder``, with NUL between them.

    Those that leave the root are left out; all are, where they are too long to be told in so many bytes.

    >>> placed("usr/lib", [b"a/b.py", b"../bin/a", b"../../../etc/passwd"], told_in=100)
    b'usr/lib/a/b.py\x00usr/bin/a'
    """
    start = raw(folder) + b"/" if folder else b""
    if not paths or not believable(len(start) * len(paths) + sum(map(len, paths)), told_in):
        return b""
    plain = b"\0".join(paths)
    if _is_plain(plain, len(paths)):
        return start + plain.replace(b"\0", b"\0" + start)
    return b"\0".join(filter(None, (_placed_alone(folder, start, path) for path in paths)))


def _placed_alone(folder: str, start: bytes, path: bytes) -> bytes | None:
    if _is_plain(path, 1):
        return start + path
    found = None if b"\0" in path else resolved(folder, text(path))
    return raw(found) if found else None


def _is_plain(joined: bytes, count: int) -> bool:
    """Whether the paths need no more than a folder in front; a few that need none are looked at closer, too."""
    around = b"\0" + joined + b"\0"
    odd = (b"./", b"/.\0", b"..\0", b"//", b"\0/", b"/\0", b"\0\0", b"\0.\0")
    return around.count(b"\0") == count + 1 and not any(each in around for each in odd)
