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

if TYPE_CHECKING:
    from ..arrays import Flags, Ints
    from ..rootfs.tree import PathTree

# Of two names that are alike, one has a capital letter or a byte beyond ASCII.
_ODD = r"[A-Z\x80-\xff][^/]*\z"
_PARTS = r"(?s)\A(?P<directory>.*/)?(?P<name>[^/]*)\z"


def composed(name: bytes) -> str:
    """The name with each accented letter as one character (NFC)."""
    return normalize("NFC", name.decode("utf-8", "surrogateescape"))


def folded(name: bytes) -> bytes:
    """What alike names have in common.

    >>> folded(b"README") == folded(b"Readme"), folded("e\u0301".encode()) == folded("\u00c9".encode())
    (True, True)
    """
    return normalize("NFC", composed(name).lower()).encode("utf-8", "surrogateescape")


def alike(tree: PathTree, seen: Flags) -> Ints:
    """The nodes, ascending, of those ``seen``, that have one like them in the same directory."""
    is_odd = seen & tree.paths.where(lambda paths: pc.match_substring_regex(paths, _ODD))
    odd = np.flatnonzero(is_odd)
    forms = _forms(tree.paths.take(odd)).dictionary_encode()
    form = forms.indices.to_numpy()
    plain = tree.paths.nodes_of(forms.dictionary)
    is_plain = (plain >= 0) & seen[plain] & ~is_odd[plain]
    several = np.bincount(form, minlength=len(plain)) + is_plain > 1
    return np.sort(np.concatenate([odd[several[form]], plain[several & is_plain]]))


def _forms(paths: pa.BinaryArray) -> pa.BinaryArray:
    """The paths with their last names `folded`. A plain name stays as it is, so that one's form is its own path."""
    directories, names = pc.extract_regex(paths, _PARTS).flatten()
    text = names.view(pa.string())
    foreign = np.flatnonzero(pc.invert(pc.string_is_ascii(text)))
    forms = replaced(
        pc.ascii_lower(text).view(pa.binary()), {row: folded(names[row].as_py()) for row in foreign.tolist()}
    )
    return pc.binary_join_element_wise(directories, forms, b"")
