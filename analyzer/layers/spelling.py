"""One name at a time: how tables spell it, what a spelling can stand for, and which path it means.

Whole columns are for `names`, which needs Arrow; what is here is imported before layers are read.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(rb"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})")


def shown(name: bytes) -> str:
    """One name as tables show it (`names.displayed`)."""
    return name.decode("utf-8", "backslashreplace")


def spelled(text: str) -> list[bytes]:
    r"""The names that ``text`` can stand for: as it is and, where it has escapes of tables, with those undone.

    >>> spelled("a/b"), spelled("caf\\xe9")
    ([b'a/b'], [b'caf\\xe9', b'caf\xe9'])
    """
    literal = text.encode("utf-8", "surrogateescape")
    undone = _ESCAPE.sub(_undo, literal)
    return [literal] if undone == literal else [literal, undone]


def _undo(escape: re.Match[bytes]) -> bytes:
    """The byte of ``\\xNN``, the character of ``\\uNNNN`` and ``\\UNNNNNNNN``; what is none stays."""
    number = int(escape[0][2:], 16)
    if escape[0][1:2] == b"x":
        return bytes([number])
    surrogate = 0xD800 <= number <= 0xDFFF
    return escape[0] if surrogate or number > 0x10FFFF else chr(number).encode()


def trimmed_name(name: bytes) -> bytes:
    """One name without a leading ``./`` and a trailing ``/``, as `trimmed_column` does."""
    return name.removeprefix(b"./").removesuffix(b"/")


def normalised(name: bytes) -> bytes:
    """The path that ``name`` means inside the root: ``..`` never leaves it.

    >>> normalised(b"/a/./b//../c/"), normalised(b"../../etc"), normalised(b"./")
    (b'a/c', b'etc', b'')
    """
    parts: list[bytes] = []
    for part in name.split(b"/"):
        if part == b"..":
            del parts[-1:]
        elif part not in (b"", b"."):
            parts.append(part)
    return b"/".join(parts)
