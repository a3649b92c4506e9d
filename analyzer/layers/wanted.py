"""Which files of a layer are kept whole.

Few headers pass a glance at a name's last or first bytes; only those names meet the globs themselves.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from ..globs import regex
from ..tar.headers import NAME, PREFIX
from .spelling import normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_END = 8  # bytes that tell nearly all names apart
_GLANCE = 3  # bytes that tell most of them apart
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
        return _grouped((end[-_END:], glob) for end, glob in zip(ends, self.globs, strict=True) if end)

    @cached_property
    def _sizes(self) -> list[int]:
        return sorted({len(end) for end in self._by_ending})

    @cached_property
    def _by_beginning(self) -> dict[bytes, tuple[str, ...]]:
        """Globs with a free end by what the names that they match begin with."""
        parts = ((_WILD.split(glob), glob) for glob in self.globs)
        return _grouped((each[0].encode()[:_END], glob) for each, glob in parts if not each[-1])

    def __contains__(self, name: bytes) -> bool:
        """Whether the file of this name, as a tar has it, is wanted."""
        ends = (name[-size:] for size in self._sizes)
        near = [self._by_ending[end] for end in ends if end in self._by_ending]
        bare = name.lstrip(b"./")
        near += [globs for start, globs in self._by_beginning.items() if bare.startswith(start)]
        return any(_expression(globs).search(normalised(name)) for globs in near)

    @cached_property
    def may_have(self) -> Callable[[bytearray, int], bool]:
        """Whether the header at a place in a chunk may be that of a wanted file. Others can pass, such cannot fail.

        No builder writes these with dots or double slashes inside, so a leading ``./`` or ``/`` is all that is
        looked past.
        """
        size = min([_GLANCE, *map(len, self._by_ending)])
        ends = frozenset(end[-size:] for end in self._by_ending)
        last = frozenset(end[-1] for end in ends)
        beginnings = tuple(self._by_beginning)
        first = frozenset(b"./" + b"".join(each[:1] for each in beginnings)) if beginnings else frozenset()
        prefix = PREFIX.start

        def look(chunk: bytearray, at: int) -> bool:
            stop = chunk.find(0, at, at + NAME.stop)
            if stop < 0:
                stop = at + NAME.stop
            if chunk[stop - 1] in last and bytes(chunk[stop - size : stop]) in ends:
                return True
            return (chunk[at] in first or chunk[at + prefix] in first) and begins(chunk, at)

        def begins(chunk: bytearray, at: int) -> bool:
            return any(
                chunk.find(each, at, at + 2 + len(each)) >= 0 or chunk.startswith(each, at + prefix)
                for each in beginnings
            )

        return look

    def better(self, name: bytes) -> bytes | None:
        """What the file is called of which this one is the spare; None for one that is no spare."""
        for ending, other in self.spares:
            if name.endswith(ending.encode()):
                return name.removesuffix(ending.encode()) + other.encode()
        return None


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
