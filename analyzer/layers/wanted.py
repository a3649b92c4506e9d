"""Which files of a layer are kept whole: globs, tried on whole columns of header blocks at a time.

Few names pass the first look, at their last or first bytes; only those meet the globs themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..globs import regex
from ..tar.headers import NAME, PREFIX, full_name
from .fields import normalised, text_lengths

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..arrays import Flags, Octets

    Words = NDArray[np.uint64]

_LOOK = 8  # bytes, as many as one machine word compares at once
_WORD = "<u8"
_WILD = re.compile(r"[*?{}]")


@dataclass(frozen=True)
class Wanted:
    """Files whose paths match one of ``globs`` (`globs.Globs` says how they are written).

    ``spares`` are pairs of endings: a layer that has the file with the second need not keep the one with the first.
    """

    globs: tuple[str, ...]
    spares: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _endings(self) -> tuple[bytes, ...]:
        """With what the names of wanted files end, as far as one look goes."""
        ends = (_WILD.split(glob)[-1].lstrip("/").encode() for glob in self.globs)  # **/ may stand for nothing
        return tuple(sorted({end[-_LOOK:] for end in ends if end}))

    @cached_property
    def _beginnings(self) -> tuple[bytes, ...]:
        """With what the names of those begin of which the end is free."""
        parts = (_WILD.split(glob) for glob in self.globs)
        return tuple(sorted({each[0].encode()[:_LOOK] for each in parts if not each[-1]}))

    @cached_property
    def _expression(self) -> re.Pattern[bytes]:
        alternatives = "|".join(map(regex, self.globs)) or "(?!)"
        return re.compile(rf"(?s)(?:{alternatives})\Z".encode())

    def __contains__(self, name: bytes) -> bool:
        """Whether the file of this name, as a tar has it, is wanted."""
        if not name.endswith(self._endings) and not name.lstrip(b"./").startswith(self._beginnings):
            return False
        return self._expression.search(normalised(name)) is not None

    def better(self, name: bytes) -> bytes | None:
        """What the file is called of which this one is the spare; None for one that is no spare."""
        for ending, other in self.spares:
            if name.endswith(ending.encode()):
                return name.removesuffix(ending.encode()) + other.encode()
        return None

    def rows(self, headers: Octets) -> list[int]:
        """The header blocks, one a row, whose own names are those of wanted files.

        No builder writes these with dots or double slashes inside, so a leading ``./`` or ``/`` is all that is
        looked past.
        """
        suspects = np.flatnonzero(self._passes(headers)).tolist()
        return [row for row in suspects if full_name(headers[row].tobytes()) in self]

    def _passes(self, headers: Octets) -> Flags:
        names = headers[:, NAME]
        ends = text_lengths(names)
        places = np.maximum(ends[:, None] - np.arange(_LOOK, 0, -1), 0)
        last = np.ascontiguousarray(np.take_along_axis(names, places, axis=1)).view(_WORD)[:, 0]
        passes = _with_end(last, self._endings)
        for start in (NAME.start, NAME.start + 1, NAME.start + 2, PREFIX.start):  # behind / and ./, or parted by ustar
            first = np.ascontiguousarray(headers[:, start : start + _LOOK]).view(_WORD)[:, 0]
            passes |= _with_beginning(first, self._beginnings)
        return passes


def _with_end(words: Words, texts: tuple[bytes, ...]) -> Flags:
    """Which of the words, eight bytes each, end with one of the texts."""
    found = np.zeros(len(words), bool)
    for text in texts:
        found |= words >> np.uint64(8 * (_LOOK - len(text))) == np.uint64(int.from_bytes(text, "little"))
    return found


def _with_beginning(words: Words, texts: tuple[bytes, ...]) -> Flags:
    """Which of the words begin with one of the texts."""
    found = np.zeros(len(words), bool)
    for text in texts:
        mask = np.uint64((1 << 8 * len(text)) - 1)
        found |= words & mask == np.uint64(int.from_bytes(text, "little"))
    return found


NO_FILES = Wanted(())
