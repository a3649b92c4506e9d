"""Which files of a layer are kept whole: globs, tried on whole columns of header blocks at a time.

Few names pass the first look, at their last or first bytes; only those meet the globs themselves.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from ..globs import regex
from ..tar.headers import NAME, PREFIX, full_name
from .fields import normalised, text_lengths

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ..arrays import Flags, Octets

    Words = NDArray[np.uint64]

_LOOK = 8  # bytes, as many as one machine word compares at once
_WORD = "<u8"
_WILD = re.compile(r"[*?{}]")


class Wanted(Struct, frozen=True, dict=True):
    """Files whose paths match one of ``globs`` (`globs.Globs` says how they are written).

    ``spares`` are pairs of endings: a layer that has the file with the second need not keep the one with the first.
    """

    globs: tuple[str, ...]
    spares: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _by_ending(self) -> dict[bytes, tuple[str, ...]]:
        """Globs by what the names that they match end with, as far as one look goes; not those with a free end."""
        ends = (_WILD.split(glob)[-1].lstrip("/").encode() for glob in self.globs)  # **/ may stand for nothing
        return _grouped((end[-_LOOK:], glob) for end, glob in zip(ends, self.globs, strict=True) if end)

    @cached_property
    def _sizes(self) -> list[int]:
        return sorted({len(end) for end in self._by_ending})

    @cached_property
    def _by_beginning(self) -> dict[bytes, tuple[str, ...]]:
        """Globs with a free end by what the names that they match begin with."""
        parts = ((_WILD.split(glob), glob) for glob in self.globs)
        return _grouped((each[0].encode()[:_LOOK], glob) for each, glob in parts if not each[-1])

    def __contains__(self, name: bytes) -> bool:
        """Whether the file of this name, as a tar has it, is wanted."""
        ends = (name[-size:] for size in self._sizes)
        near = [self._by_ending[end] for end in ends if end in self._by_ending]
        bare = name.lstrip(b"./")
        near += [globs for start, globs in self._by_beginning.items() if bare.startswith(start)]
        return any(_expression(globs).search(normalised(name)) for globs in near)

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

    @cached_property
    def _end_words(self) -> tuple[Words, Words]:
        """The endings as words, and how far a name's last word is shifted to be compared with each."""
        values = [int.from_bytes(each, "little") for each in self._by_ending]
        return np.array(values, _WORD), np.array([8 * (_LOOK - len(each)) for each in self._by_ending], _WORD)

    @cached_property
    def _beginning_words(self) -> tuple[Words, Words]:
        """The beginnings as words, and which bits of a name's first word are compared with each."""
        values = [int.from_bytes(each, "little") for each in self._by_beginning]
        return np.array(values, _WORD), np.array([(1 << 8 * len(each)) - 1 for each in self._by_beginning], _WORD)

    def _passes(self, headers: Octets) -> Flags:
        names = headers[:, NAME]
        places = np.maximum(text_lengths(names)[:, None] - np.arange(_LOOK, 0, -1), 0)
        last = names[np.arange(len(names))[:, None], places].view(_WORD)
        values, shifts = self._end_words
        passes: Flags = (last >> shifts == values).any(axis=1)
        values, bits = self._beginning_words
        for start in (NAME.start, NAME.start + 1, NAME.start + 2, PREFIX.start):  # behind / and ./, or parted by ustar
            first = np.ascontiguousarray(headers[:, start : start + _LOOK]).view(_WORD)
            passes |= (first & bits == values).any(axis=1)
        return passes


def _grouped(pairs: Iterable[tuple[bytes, str]]) -> dict[bytes, tuple[str, ...]]:
    groups: dict[bytes, tuple[str, ...]] = {}
    for key, glob in pairs:
        groups[key] = (*groups.get(key, ()), glob)
    return groups


@cache
def _expression(globs: tuple[str, ...]) -> re.Pattern[bytes]:
    """What finds names that one of the globs matches."""
    alternatives = "|".join(map(regex, globs))
    return re.compile(rf"(?s)(?:{alternatives})\Z".encode())


NO_FILES = Wanted(())
