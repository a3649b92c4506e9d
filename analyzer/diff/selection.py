"""Which of the differing files are looked at: by globs, and by whose layers they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc
from msgspec import Struct

from ..globs import regex, whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from .side import Side


class Selection(Struct, frozen=True):
    """Globs of paths to leave out, and to keep where there are any; ``own`` leaves out what parents changed.

    ``bytecode`` leaves out what compiling Python files anew changes in the headers of what comes of it.
    """

    ignore: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    own: bool = False
    bytecode: bool = False

    @property
    def is_all(self) -> bool:
        """Whether no path is left out, whatever is at it."""
        return not (self.ignore or self.only or self.own)

    def of(self, files: pa.Table, old: Side, new: Side) -> pa.Table:
        """The rows of ``files`` (`tables.DIFF_FILES`) that are looked at, as far as their paths and layers tell."""
        if self.only:
            files = files.filter(matching(files, self.only))
        if self.ignore:
            files = files.filter(pc.invert(matching(files, self.ignore)))
        return files.filter(_own(files, old, new)) if self.own else files


def matching(files: pa.Table, globs: Iterable[str]) -> pa.ChunkedArray:
    """Rows whose path, or that from which they were moved, is matched, or lies below what is matched."""
    expression = whole(each for glob in globs for each in (regex(glob), regex(glob.rstrip("/") + "/**")))
    there = pc.match_substring_regex(files["path"], expression)
    before = pc.match_substring_regex(files["old_path"], expression).fill_null(fill_value=False)
    return pc.or_(there, before)


def _own(files: pa.Table, old: Side, new: Side) -> pa.ChunkedArray:
    """Rows of which either side is in a layer of its own: what neither owns came with a parent image."""
    mine = pc.greater_equal(files["layer_new"], new.own_from).fill_null(fill_value=False)
    theirs = pc.greater_equal(files["layer_old"], old.own_from).fill_null(fill_value=False)
    return pc.or_(mine, theirs)
