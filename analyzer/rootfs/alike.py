"""Names in one directory that some systems take for one: they differ by letter case, or how accents are written.

Volumes of macOS and of Windows hold one of them. Few names can be meant, and only these are looked at one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..layers.names import replaced
from .paths import step_of

if TYPE_CHECKING:
    from ..arrays import Ints

_PIECE_BYTES = 512 * 1024  # for each byte that counts its place is kept, eight bytes


def composed(name: bytes) -> str:
    """The name with each accented letter as one character (NFC)."""
    return normalize("NFC", name.decode("utf-8", "surrogateescape"))


def folded(name: bytes) -> bytes:
    """What alike names have in common.

    >>> folded(b"README") == folded(b"Readme"), folded("e\u0301".encode()) == folded("\u00c9".encode())
    (True, True)
    """
    return normalize("NFC", composed(name).lower()).encode("utf-8", "surrogateescape")


def alike(names: pa.BinaryArray, parent: Ints, name: Ints) -> Ints:
    """The nodes that have one like them in the same directory.

    One item a node: ``parent``, and ``name``, a place in ``names``, which has each once.
    """
    odd = _odd(names)
    if not len(odd):
        return np.empty(0, np.int32)
    forms = _folded(names.take(pa.array(odd))).dictionary_encode()
    form = pc.index_in(names, value_set=forms.dictionary).fill_null(-1).to_numpy().copy()
    form[odd] = forms.indices
    counts = np.append(np.bincount(form[form >= 0], minlength=len(forms.dictionary)), 0)
    nodes = np.flatnonzero((counts[form] > 1)[name])
    keys = parent[nodes].astype(np.int64) * len(counts) + form[name[nodes]]
    _, place, count = np.unique(keys, return_inverse=True, return_counts=True)
    return nodes[count[place] > 1].astype(np.int32)


def _odd(names: pa.BinaryArray) -> Ints:
    """The names with a capital letter or a byte beyond ASCII: of two that are alike, one is among them."""
    step = step_of(names, _PIECE_BYTES)
    found = [first + _odd_of_few(names.slice(first, step)) for first in range(0, len(names), step)]
    return np.concatenate([np.empty(0, np.int64), *found])


def _odd_of_few(names: pa.BinaryArray) -> Ints:
    _, offsets, content = names.buffers()
    bounds = np.frombuffer(offsets, np.int32, len(names) + 1, names.offset * 4)
    content = np.frombuffer(content or b"", np.uint8)[bounds[0] : bounds[-1]]
    odd_bytes = np.flatnonzero((content - ord("A") < 26) | (content > 127))
    return np.unique(np.searchsorted(bounds, odd_bytes + bounds[0], side="right") - 1)


def _folded(names: pa.BinaryArray) -> pa.BinaryArray:
    """All ``names`` as `folded` makes them."""
    text = names.view(pa.string())
    foreign = np.flatnonzero(pc.invert(pc.string_is_ascii(text)))
    return replaced(
        pc.ascii_lower(text).view(pa.binary()), {row: folded(names[row].as_py()) for row in foreign.tolist()}
    )
