"""What differs inside changed files: which are asked for, and the contents of both sides, a few MiB at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..streams.base import read
from ..tables import FILE
from .contents.model import CONTENT_BYTES_LIMIT, Content
from .files import METADATA, MOVED
from .selection import matching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeAlias

    from ..arrays import Ints
    from ..streams.base import ByteStream
    from .contents.compare import Compare
    from .contents.model import ContentDifference
    from .side import Side

    # What a function of a content and its size gives for rows of `changes`.
    Reread: TypeAlias = Callable[[Ints, Callable[[ByteStream, int], Content]], Sequence[Content]]

# Contents are held in memory together up to this, one pair in any case.
TOGETHER_BYTES_LIMIT = 128 * 1024**2


class Pair(NamedTuple):
    """A path with the rows of ``changes`` that hold its content on either side, and how large it is there.

    A row is -1 where there is no file.
    """

    path: str
    rows: tuple[int, int]
    sizes: tuple[int, int]

    @property
    def held_bytes(self) -> int:
        """What is kept in memory of both."""
        return sum(min(size, CONTENT_BYTES_LIMIT) for size in self.sizes)


def changed_contents(files: pa.Table, globs: Iterable[str]) -> pa.Table:
    """The rows of ``files`` that the globs match, or that lie below, and of which a content came, went or changed."""
    globs = tuple(globs)
    if not globs:
        return files.slice(0, 0)
    elsewhere = pc.is_in(files["change"], value_set=pa.array([METADATA, MOVED]))
    found = files.filter(pc.and_(matching(files, globs), pc.invert(elsewhere)))
    either = pc.or_(_is_file(found["kind_old"]), _is_file(found["kind_new"]))
    return found.filter(either)


def _is_file(kinds: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.equal(kinds.cast(pa.string()), FILE).fill_null(fill_value=False)


def compare_inside(
    files: pa.Table, sides: tuple[Side, Side], reread: tuple[Reread, Reread], compare: Compare
) -> Iterator[ContentDifference]:
    """What ``compare`` says of the contents of each row that `changed_contents` gave, in their order."""
    for pairs in _together(_pairs(files, sides)):
        contents = [_contents(pairs, end, reread[end]) for end in (0, 1)]
        for pair, old, new in zip(pairs, *contents, strict=True):
            yield compare(pair.path, old, new)


def _pairs(files: pa.Table, sides: tuple[Side, Side]) -> Iterator[Pair]:
    columns = []
    for side, end in zip(sides, ("old", "new"), strict=True):
        is_file = _is_file(files[f"kind_{end}"]).to_numpy()
        places = pc.index_in(files["path"], value_set=side.paths).fill_null(-1).to_numpy()
        rows = np.where(is_file, np.append(side.holder, -1)[places], -1)
        sizes = np.where(rows >= 0, np.append(side.changes["size"].to_numpy(), 0)[rows], 0)
        columns += [rows.tolist(), sizes.tolist()]
    for path, old, old_size, new, new_size in zip(files["path"].to_pylist(), *columns, strict=True):
        yield Pair(path, (old, new), (old_size, new_size))


def _together(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    """As many pairs at a time as fit into memory: each time costs a pass over the layers that they are in."""
    held: list[Pair] = []
    total = 0
    for pair in pairs:
        if held and total + pair.held_bytes > TOGETHER_BYTES_LIMIT:
            yield held
            held, total = [], 0
        held.append(pair)
        total += pair.held_bytes
    if held:
        yield held


def _contents(pairs: Sequence[Pair], end: int, reread: Reread) -> list[Content | None]:
    rows = np.array([pair.rows[end] for pair in pairs], np.int64)
    there = np.flatnonzero(rows >= 0)
    found: list[Content | None] = [None] * len(pairs)
    for place, content in zip(there.tolist(), reread(rows[there], _read), strict=True):
        found[place] = content
    return found


def _read(content: ByteStream, size: int) -> Content:
    return Content(size, read(content, min(size, CONTENT_BYTES_LIMIT)))
