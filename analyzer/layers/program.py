"""The questions to an ELF file, asked in the order in which its parts pass: what it links, what `strip` would take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import auditable, elf, gobinary
from .probe import KEPT_BYTES

if TYPE_CHECKING:
    from .probe import Reading

DEBUG_BYTES = "debug bytes"


def told(file_bytes: int) -> Reading:
    """Debug bytes, Go's build information and the crates of cargo-auditable, whatever there is."""
    head = yield 0, min(elf.HEAD_BYTES, file_bytes)
    header = elf.header(head)
    if header is None:
        return ()
    sections = elf.Sections(header)
    go, held_at, held = None, 0, b""
    if file_bytes > KEPT_BYTES:
        segments = elf.loaded(header, head)
        go = yield from gobinary.build_info(head, segments, sections, file_bytes)
        held_at, held = yield from auditable.behind_loaded(segments, file_bytes)
    yield from sections.before(file_bytes)
    answers = {
        DEBUG_BYTES: elf.debug_bytes(sections, file_bytes),
        gobinary.GO: go or (yield from gobinary.by_section(sections, file_bytes)),
        auditable.CARGO: (yield from auditable.crates(sections, held_at, held)),
    }
    return tuple((name, found) for name, found in answers.items() if found)
