"""Names in headers, one by one or as bytes in a table: what needs no Arrow, and so no time to import it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..arrays import Ints, Octets


def text_lengths(field: Octets) -> Ints:
    """How many bytes of each row of a text field come before its first NUL."""
    zeros = field == 0
    return np.where(zeros.any(axis=1), zeros.argmax(axis=1), field.shape[1]).astype(np.int64)


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
