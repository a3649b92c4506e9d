"""Paths taken apart, down to the root: the directory that each is in, and its name there.

What is made of paths on the way is longer than they are, so it is made of some megabytes at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ..errors import LimitExceededError
from .levels import deepest_first
from .paths import step_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..arrays import Ints

# Paths that a hostile layer implies can be far longer together than those it names.
IMPLIED_BYTES_LIMIT = 32 * 1024**2
_PIECE_BYTES = 4 * 1024**2
_DIRECTORIES_BYTES = 8 * 1024**2
_AT_ONCE = 1 << 14


class Split(Struct, frozen=True):
    """Places in ``up`` are directories, -1 is the root; each directory is there at least once.

    One item a path: ``directory``, that it is in, the root's own being the root, and ``name``. One item a directory:
    ``up``, that it is in, its ``depth`` and its ``name``, after those of all paths. A name is a place in ``names``,
    which has each once, in the order of bytes.
    """

    directory: Ints
    up: Ints
    depth: Ints
    name: Ints
    names: pa.BinaryArray


class _Parts(Struct, frozen=True):
    """One item a path: its place among its ``directories``, each there once, -1 for the root; and its name."""

    directories: pa.BinaryArray
    directory: Ints
    names: list[pa.DictionaryArray]


class _Piece(Struct, frozen=True):
    """Some of the paths, as in `Split`; ``directory_bytes`` is the length of all paths of its directories."""

    directory: Ints
    up: Ints
    depth: Ints
    path_names: list[pa.DictionaryArray]
    directory_names: list[pa.DictionaryArray]
    directory_bytes: int


def split(paths: pa.ChunkedArray) -> Split:
    """All ``paths`` (normalised binary, repeated or not), and all that is above them.

    Raises LimitExceededError where hostile depth would make far more directories than there are paths.
    """
    pieces = []
    room = paths.nbytes + IMPLIED_BYTES_LIMIT
    for parts in _fewer(_parts(chunks) for chunks in _pieces(paths)):
        pieces.append(_split(parts))
        room -= pieces[-1].directory_bytes
        if room < 0:
            raise LimitExceededError("the paths are so deep that their directories cannot be listed")
    starts = np.cumsum([0, *(len(each.up) for each in pieces)])
    values, place = _distinct([
        *(name for each in pieces for name in each.path_names),
        *(name for each in pieces for name in each.directory_names),
    ])  # fmt: skip
    order = pc.array_sort_indices(values)
    rank = np.empty(len(order), np.int32)
    rank[order.to_numpy()] = np.arange(len(order))
    return Split(
        directory=_moved([each.directory for each in pieces], starts),
        up=_moved([each.up for each in pieces], starts),
        depth=np.concatenate([each.depth for each in pieces]),
        name=rank[place],
        names=values.take(order),
    )


def parent_paths(paths: pa.BinaryArray) -> pa.BinaryArray:
    """The directory of each path; the root's is the root."""
    return _last_parts(paths)[0].fill_null(b"")


def _pieces(paths: pa.ChunkedArray) -> Iterator[list[pa.BinaryArray]]:
    step = step_of(paths, _PIECE_BYTES)
    for first in range(0, len(paths), step):
        yield paths.slice(first, step).chunks


def _fewer(pieces: Iterable[_Parts]) -> Iterator[_Parts]:
    """The same pieces, put together while their directories are no more than some megabytes.

    Directories that pieces share are then taken apart once: few share none, but in a tar in no order all share most.
    """
    together: list[_Parts] = []
    for piece in pieces:
        together.append(piece)
        if sum(each.directories.nbytes for each in together) > _DIRECTORIES_BYTES:
            together = [_merged(together)]
            if together[0].directories.nbytes > _DIRECTORIES_BYTES // 2:  # what is merged again has doubled at least
                yield together.pop()
    if together:
        yield _merged(together)


def _merged(pieces: list[_Parts]) -> _Parts:
    directories, places = _distinct([each.directories.dictionary_encode() for each in pieces])
    own = np.split(places, np.cumsum([len(each.directories) for each in pieces])[:-1])
    directory = [np.append(here, -1)[each.directory] for here, each in zip(own, pieces, strict=True)]
    return _Parts(directories, np.concatenate(directory), [name for each in pieces for name in each.names])


def _split(parts: _Parts) -> _Piece:
    place = np.full(len(parts.directories) + 1, -1, np.int32)
    names, up, depth = [], [], [np.empty(0, np.int32)]
    count = length = 0
    below = _parts([])
    levels = deepest_first(pc.count_substring(parts.directories, "/").to_numpy() + 1)
    for level, here in zip(range(len(levels), 0, -1), levels, strict=True):
        # The directories of one depth: those that paths are in, and those that the directories one deeper are in.
        both = (parts.directories.take(pa.array(here)), below.directories)
        met, own = _distinct([each.dictionary_encode() for each in both])
        own = own + count
        place[here], above = np.split(own, [len(here)])
        up.append(above[below.directory])
        below = _parts([met])
        names += below.names
        depth.append(np.full(len(met), level, np.int32))
        count += len(met)
        length += met.nbytes
    return _Piece(
        directory=place[parts.directory],
        up=np.concatenate([*up, below.directory]),
        depth=np.concatenate(depth),
        path_names=parts.names,
        directory_names=names,
        directory_bytes=length,
    )


def _parts(paths: list[pa.BinaryArray]) -> _Parts:
    directories, names = [], []
    for chunk in paths:
        for first in range(0, len(chunk), _AT_ONCE):
            directory, name = _last_parts(chunk.slice(first, _AT_ONCE))
            directories.append(directory.dictionary_encode())
            names.append(name.dictionary_encode())
    return _Parts(*_distinct(directories), names)


def _last_parts(paths: pa.BinaryArray) -> tuple[pa.BinaryArray, pa.BinaryArray]:
    """The directory of each path, null in the root, and the name."""
    parts = pc.split_pattern(paths, "/", max_splits=1, reverse=True)
    bounds = parts.offsets.to_numpy()
    in_root = np.diff(bounds) == 1
    return parts.values.take(pa.array(bounds[:-1], mask=in_root)), parts.values.take(pa.array(bounds[1:] - 1))


def _distinct(arrays: list[pa.DictionaryArray]) -> tuple[pa.BinaryArray, Ints]:
    """Every value of the arrays once, and for each of their items its place among these, -1 for null."""
    if not arrays:
        return pa.array([], pa.binary()), np.empty(0, np.int32)
    whole = pa.chunked_array(arrays).unify_dictionaries()
    places = [each.indices.fill_null(-1).to_numpy() for each in whole.chunks]
    return whole.chunk(0).dictionary, np.concatenate(places)


def _moved(places: list[Ints], starts: Ints) -> Ints:
    """The places of each piece, from its start on; the root stays where it is."""
    return np.concatenate([np.where(each < 0, -1, each + start) for each, start in zip(places, starts, strict=False)])
