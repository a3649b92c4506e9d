"""Compiled Python files that differ in nothing but what their headers say of the source: PEP 552.

A header has a magic number of the compiler, flags, and then either the source's time and size or a hash of it. The
time changes with every build; what is run does not.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..streams.base import read
from .files import CONTENT, METADATA, MODIFIED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from ..arrays import Flags, Ints
    from ..streams.base import ByteStream
    from .side import Side

    # What a function of a content and its size gives for rows of `changes`.
    Reread: TypeAlias = Callable[[Ints, Callable[[ByteStream, int], bytes]], Sequence[bytes]]

_ENDING = ".pyc"
_COMPILER_BYTES, _HEADER_BYTES = 8, 16  # magic number and flags; all of it
_MAGIC_END = slice(2, 4), b"\r\n"  # of all magic numbers since Python 1.5
_PIECE_BYTES = 256 * 1024


def without_headers(files: pa.Table, old: Side, new: Side, reread: tuple[Reread, Reread]) -> pa.Table:
    """``files`` (`tables.DIFF_FILES`) as they are where such headers are no content.

    Rows in which nothing else differs are left out: they have no bytes, or another name of a linked file counts
    for them, and then they stay. ``reread`` reads contents of either side.
    """
    rows = _candidates(files)
    if not len(rows):
        return files
    told = [
        np.array(read_again(_rows_of(side, files, rows), _told), object)
        for side, read_again in zip((old, new), reread, strict=True)
    ]
    alike = np.zeros(files.num_rows, bool)
    alike[rows] = (told[0] == told[1]) & (told[0] != b"")
    return _as_metadata(files, alike) if alike.any() else files


def _candidates(files: pa.Table) -> Ints:
    """Rows of modified files with the name of a compiled one, of one size on both sides."""
    named = pc.and_(pc.equal(files["change"], MODIFIED), pc.ends_with(files["path"], _ENDING))
    content = pa.array([CONTENT in what for what in files["what"].to_pylist()], pa.bool_())
    return np.flatnonzero(pc.and_(named, content).to_numpy(zero_copy_only=False))


def _rows_of(side: Side, files: pa.Table, rows: Ints) -> Ints:
    """The rows of ``changes`` that hold what is at these paths."""
    return side.holder[pc.index_in(files["path"].take(pa.array(rows)), value_set=side.paths).to_numpy()]


def _told(content: ByteStream, size: int) -> bytes:
    """What has to be the same in both: compiler, flags and a digest of the code; nothing for another kind of file."""
    header = read(content, _HEADER_BYTES)
    if len(header) < _HEADER_BYTES or header[_MAGIC_END[0]] != _MAGIC_END[1]:
        return b""
    hasher = sha256(size.to_bytes(8, "big"))
    buffer = memoryview(bytearray(_PIECE_BYTES))
    while count := content.readinto(buffer):
        hasher.update(buffer[:count])
    return header[:_COMPILER_BYTES] + hasher.digest()


def _as_metadata(files: pa.Table, alike: Flags) -> pa.Table:
    """The table without the difference in the content of these rows, and without those that have no other."""
    what = [
        [word for word in words if word != CONTENT] if flag else words
        for words, flag in zip(files["what"].to_pylist(), alike.tolist(), strict=True)
    ]
    change = pc.if_else(pa.array(alike), METADATA, files["change"])
    kept = np.array([bool(words) for words in what]) | (files["bytes"].to_numpy() != 0) | ~alike
    for name, column in (("change", change), ("what", pa.array(what, files.schema.field("what").type))):
        place = files.schema.get_field_index(name)
        files = files.set_column(place, files.schema.field(place), column)
    return files.filter(pa.array(kept))
