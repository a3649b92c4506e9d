"""Names of tar entries as dive takes them: unlike paths, they keep whiteouts and a leading ``..``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...errors import LimitExceededError
from ...layers import names
from ...layers.whiteout import METADATA_PREFIX, PREFIX
from ...rootfs.rows import PATHS_BYTES_LIMIT

if TYPE_CHECKING:
    from ...arrays import Flags

# dive drops names with this prefix and what is below them. That of AUFS's own files has a dot less.
_DROPPED_PREFIX = METADATA_PREFIX + b"."
_DROPPED = rf"(?s)(^|/){_DROPPED_PREFIX.decode().replace('.', '[.]')}.*"
_WHITEOUT = rf"(^|/){PREFIX.decode().replace('.', '[.]')}([^/]*)$"


def entry_names(changes: pa.Table) -> pa.BinaryArray:
    """The name of each row of `tables.CHANGES` in the tar, cleaned as Go's `path.Clean` does; empty for the root."""
    if changes["path"].nbytes + changes["raw_path"].nbytes > PATHS_BYTES_LIMIT:
        raise LimitExceededError(f"the names of all entries need more than {PATHS_BYTES_LIMIT:,} bytes")
    paths = changes["path"].combine_chunks().cast(pa.binary())
    stored = pc.coalesce(changes["raw_path"].combine_chunks(), paths)
    slashed = np.flatnonzero(pc.ends_with(stored, "/").to_numpy(zero_copy_only=False)).tolist()
    unclean = sorted({*names.denormal_rows(stored), *slashed})
    return names.replaced(stored, {row: cleaned(stored[row].as_py()) for row in unclean})


def cleaned(name: bytes) -> bytes:
    """The name without empty and ``.`` parts; ``..`` takes away the part before it, and stays where there is none.

    >>> cleaned(b"./a//b/../c/"), cleaned(b"../a"), cleaned(b"/../a"), cleaned(b".")
    (b'a/c', b'../a', b'a', b'')
    """
    parts: list[bytes] = []
    for part in name.split(b"/"):
        if part == b".." and parts and parts[-1] != b"..":
            parts.pop()
        elif part not in (b"", b".") and not (part == b".." and name.startswith(b"/")):
            parts.append(part)
    return b"/".join(parts)


def without_dropped(entries: pa.BinaryArray) -> tuple[pa.BinaryArray, Flags]:
    """Names up to the part that dive drops, if there is one; and where there was one."""
    dropped = pc.match_substring_regex(entries, _DROPPED)
    kept = pc.if_else(dropped, pc.replace_substring_regex(entries, _DROPPED, ""), entries)
    return kept, dropped.to_numpy(zero_copy_only=False)


def is_whiteout(entries: pa.BinaryArray) -> pa.BooleanArray:
    """Which names dive takes for whiteouts: also those of directories."""
    return pc.match_substring_regex(entries, _WHITEOUT)


def hidden_names(whiteouts: pa.BinaryArray) -> pa.BinaryArray:
    """What whiteouts hide. A bare prefix hides its directory, and the name that says so ends in a slash."""
    return pc.replace_substring_regex(whiteouts, _WHITEOUT, r"\1\2")
