"""The walk from header to header through a layer's tar stream, chunk by chunk.

The fast path looks at two fields of a header, the kind and the size, and hashes the content; all else is
decoded later, in bulk (`entries`). Everything rare leaves it: records that override the next header,
sparse files, numbers that are not octal, files that span chunks, the end of the archive.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field

from ..errors import StreamReadError
from ..tar.headers import (
    BLOCK,
    FILE_KINDS,
    GNU_LONG_LINK,
    GNU_LONG_NAME,
    GNU_SPARSE,
    HEADER_ONLY,
    KIND,
    PAX_GLOBAL,
    PAX_RECORD,
    SOLARIS_RECORD,
    ZERO_BLOCK,
    checksum_matches,
    content_size,
    full_name,
    padded,
    text,
)
from ..tar.records import NOTHING, Overrides, check_link, check_path, check_record_size, parse_pax
from ..tar.sparse import without_sparse
from .content import (
    Content,
    DigestedContent,
    FileContent,
    KeptContent,
    RecordContent,
    SkippedContent,
    SparseContent,
    sparse_content,
)
from .facts import QUESTIONS, Facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..arrays import Ints, Octets
    from ..tar.sparse import SparseMap
    from .limits import AttributeBudget, EntryBudget, HoleBudget
    from .wanted import Wanted

BATCH_ENTRIES = 8192

_FILE = b"0"[0]
_HEADER_ONLY = frozenset(HEADER_ONLY)
_RECORDS = frozenset((PAX_RECORD, SOLARIS_RECORD, PAX_GLOBAL, GNU_LONG_NAME, GNU_LONG_LINK))


class RawEntries(Struct):
    """Entries as they were met, in tar order: header blocks, and what the headers do not say.

    ``starts`` is where each entry begins in the tar stream, records before the header included;
    ``digests`` has one item for each regular file, empty where it was not computed.
    """

    headers: list[Octets] = field(default_factory=list)
    starts: list[Ints] = field(default_factory=list)
    offsets: list[Ints] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    overrides: dict[int, Overrides] = field(default_factory=dict)
    sparse: dict[int, SparseMap] = field(default_factory=dict)
    count: int = 0


def is_old_directory(header: bytes, overrides: Overrides) -> bool:
    """Whether the entry is a directory as tars before POSIX wrote it: a file whose name ends in a slash."""
    return header[KIND] == 0 and (overrides.path or full_name(header)).endswith(b"/")


class TarWalk:
    """Takes a tar stream in chunks of whole blocks and hands on `RawEntries`, some thousands at a time.

    Plain files of more than ``digested_bytes`` get no digest; ``wanted`` ones are kept whole.
    """

    def __init__(
        self,
        emit: Callable[[RawEntries], None],
        entries: EntryBudget,
        attributes: AttributeBudget,
        holes: HoleBudget,
        facts: Facts,
        digested_bytes: int,
        wanted: Wanted,
    ) -> None:
        self.position = 0
        self.entries_end = 0
        self.ended = False
        self._emit = emit
        self._entries = entries
        self._attributes = attributes
        self._holes = holes
        self._facts = facts
        self._digested_bytes = digested_bytes
        self._wanted = wanted
        self._kept: set[bytes] = set()
        self._raw = RawEntries()
        self._first_row = 0
        self._rows: list[int] = []
        self._moved_starts: dict[int, int] = {}
        self._moved_offsets: dict[int, int] = {}
        self._content: Content | None = None
        self._global = NOTHING
        self._own = NOTHING
        self._record_start: int | None = None
        self._rest = b""

    def feed(self, chunk: bytearray, size: int) -> None:
        """Walk the first ``size`` bytes of ``chunk``: whole blocks, except at the end of the stream.

        Raises StreamReadError where the stream is damaged, LimitExceededError at a bound.
        """
        view = memoryview(chunk)[:size]
        at = self._resume(view, 0)
        while at + BLOCK <= size and not self.ended:
            if self._is_plain:
                at = self._walk_plain(chunk, view, at)
            if at + BLOCK <= size:
                at = self._walk_rare(view, at)
        if not self.ended:
            self._rest = bytes(view[at:])
        self._keep_rows(view)
        self.position += size
        if self._raw.count >= BATCH_ENTRIES and self._content is None:
            self._hand_on()

    @property
    def unwanted(self) -> int:
        """How many of the bytes that come next nothing depends on, in whole blocks: `pass_over` may leave them out."""
        return self._content.unwanted & -BLOCK if self._content else 0

    def pass_over(self, count: int) -> None:
        """Go on behind ``count`` of the ``unwanted`` bytes."""
        if self._content:
            self._content.pass_over(count)
            self.position += count

    def finish(self) -> None:
        """Hand on what is left; raises StreamReadError where the stream ended inside an entry."""
        if self._content is not None:
            if self._content.unread:
                raise StreamReadError(
                    f"the tar stream ends {self._content.unread:,} bytes before the end of an entry's content"
                )
            self._complete(self._content, self.position + self._content.padding)
        if self._rest.strip(b"\0"):
            raise StreamReadError(f"the tar stream ends inside a header, at byte {self.position:,}")
        if self._own is not NOTHING and not self.ended:
            raise StreamReadError("the tar stream ends behind a record, before the entry that it is about")
        self._hand_on()

    def _walk_plain(self, chunk: bytearray, view: memoryview, at: int) -> int:
        """Step over files and other plain entries; where it stopped, at something rare or at the end."""
        end = len(view) - BLOCK
        rows, digests, digested_bytes = self._rows, self._raw.digests, self._digested_bytes
        may_be_wanted = self._wanted.may_have
        own = self._own
        while at <= end:
            kind = chunk[at + KIND]
            if kind == _FILE:
                try:
                    size = int(chunk[at + 124 : at + 135], 8)  # the size field without its terminator
                except ValueError:
                    break
                start = at + BLOCK
                stop = start + size
                if chunk[at + 135] > 32 or size < 0 or stop > end + BLOCK:
                    break
                rows.append(at)
                digests.append(b"" if size > digested_bytes else sha256(view[start:stop]).digest())
                if size:
                    if chunk[start] in QUESTIONS:
                        self._facts.look(self._row, view[start:stop])
                    if own.path or may_be_wanted(chunk, at):
                        self._keep(own.path or full_name(bytes(view[at:start])), view[start:stop])
                at = (stop + 511) & -512
            elif kind in _HEADER_ONLY:
                rows.append(at)
                at += BLOCK
            else:
                break
            if self._record_start is not None:
                self._override(own)
                own = NOTHING
        self.entries_end = max(self.entries_end, self.position + at)
        return at

    @property
    def _is_plain(self) -> bool:
        """Whether no record says anything of the next entry's content."""
        return self._global is NOTHING and self._own.size is None and not self._own.sparse

    @property
    def _row(self) -> int:
        """The row of the layer's table that the last entry gets."""
        return self._first_row + self._raw.count + len(self._rows) - 1

    def _walk_rare(self, view: memoryview, at: int) -> int:
        """Take one header the slow way; where to go on."""
        header = bytes(view[at : at + BLOCK])
        if header == ZERO_BLOCK:
            self.ended = True
            return len(view)
        kind = header[KIND]
        is_row = kind in FILE_KINDS or kind in _HEADER_ONLY or kind == GNU_SPARSE
        # Sums of rows are checked in bulk.
        if (self._own is NOTHING or not is_row) and not checksum_matches(header):
            raise StreamReadError(f"no valid tar header at byte {self.position + at:,} of the tar stream")
        if kind in _RECORDS:
            return self._take_record(header, view, at)
        if is_row:
            self._begin_entry(header, at)
        else:
            # Volume labels and the like (GNU "V", "M", "D"): engines have no file for them either.
            self._own, self._record_start = NOTHING, None
            self._content = SkippedContent(content_size(header))
        return self._resume(view, at + BLOCK)

    def _take_record(self, header: bytes, view: memoryview, at: int) -> int:
        """Take a record, or as much as ``view`` has of it; where to go on."""
        size = content_size(header)
        check_record_size(size)
        if self._record_start is None:
            self._record_start = self.position + at
        start = at + BLOCK
        end = start + padded(size)
        if end > len(view):
            self._content = RecordContent(size, header[KIND])
            return self._resume(view, start)
        self._apply_record(header[KIND], bytes(view[start : start + size]))
        self.entries_end = self.position + end
        return end

    def _begin_entry(self, header: bytes, at: int) -> None:
        overrides = self._own.over(self._global)
        self._rows.append(at)
        self._override(overrides)
        if header[KIND] in _HEADER_ONLY:
            return
        size = content_size(header) if overrides.size is None else overrides.size
        if not is_old_directory(header, overrides):
            self._content = sparse_content(header, overrides, size, self._holes)
            self._content = self._content or self._file_content(overrides.path or full_name(header), size)

    def _override(self, overrides: Overrides) -> None:
        """Keep what records say of the last entry, and where the first of them is."""
        self._attributes.take(overrides.xattrs)
        row = self._raw.count + len(self._rows) - 1
        if overrides is not NOTHING:
            self._raw.overrides[row] = without_sparse(overrides)
        if self._record_start is not None:
            self._moved_starts[row] = self._record_start
        self._own, self._record_start = NOTHING, None

    def _file_content(self, name: bytes, size: int) -> FileContent:
        kind: type[FileContent] = FileContent if size > self._digested_bytes else DigestedContent
        if self._keeps(name, size):
            kind = KeptContent
        return kind(size, self._facts.watch(self._row, size))

    def _resume(self, view: memoryview, at: int) -> int:
        """Give the content in hand what ``view`` has of it from ``at`` on; where it ended."""
        content = self._content
        if content is None:
            return at
        while at < len(view) and not content.complete:
            at += content.take(view[at:])
        if content.complete:
            self._content = None
            self._complete(content, self.position + at)
        self.entries_end = self.position + at
        return at

    def _complete(self, content: Content, end: int) -> None:
        if isinstance(content, RecordContent):
            self._apply_record(content.kind, content.body())
        elif isinstance(content, FileContent):
            self._raw.digests.append(content.digest())
            if isinstance(content, KeptContent):
                self._facts.keep(self._row, content.body())
        elif isinstance(content, SparseContent):
            row = self._raw.count + len(self._rows) - 1
            self._raw.digests.append(content.digest())
            self._raw.sparse[row] = content.map
            self._moved_offsets[row] = end - padded(content.map.stored)

    def _apply_record(self, kind: int, body: bytes) -> None:
        if kind == PAX_GLOBAL:
            self._global = parse_pax(body).over(self._global)
        elif kind == GNU_LONG_NAME:
            self._own = Overrides(path=check_path(text(body))).over(self._own)
        elif kind == GNU_LONG_LINK:
            self._own = Overrides(link=check_link(text(body))).over(self._own)
        else:
            self._own = parse_pax(body).over(self._own)

    def _keep_rows(self, view: memoryview) -> None:
        """Copy the headers of this chunk's entries out of it: the reader fills it again."""
        if not self._rows:
            return
        self._entries.take(len(self._rows))
        rows = np.array(self._rows)
        blocks = np.frombuffer(view[: len(view) & -BLOCK], np.uint8).reshape(-1, BLOCK)
        self._raw.headers.append(blocks[rows // BLOCK])
        self._raw.starts.append(rows + self.position)
        self._raw.offsets.append(rows + (self.position + BLOCK))
        self._raw.count += len(rows)
        self._rows.clear()

    def _keeps(self, name: bytes, size: int) -> bool:
        """Whether a file is kept: a wanted one, but not where a better one is, nor where there is no room."""
        if name not in self._wanted or self._wanted.better(name) in self._kept or not self._facts.has_room(size):
            return False
        self._kept.add(name)
        return True

    def _keep(self, name: bytes, content: memoryview) -> None:
        """Keep the content of the last entry, if it is to be kept."""
        if self._keeps(name, len(content)):
            self._facts.keep(self._row, bytes(content))

    def _hand_on(self) -> None:
        raw, self._raw = self._raw, RawEntries()
        self._first_row += raw.count
        if not raw.count:
            return
        for column, moved in ((raw.starts, self._moved_starts), (raw.offsets, self._moved_offsets)):
            column[:] = [np.concatenate(column)]
            for row, position in moved.items():
                column[0][row] = position
            moved.clear()
        raw.headers[:] = [np.concatenate(raw.headers)]
        self._emit(raw)
