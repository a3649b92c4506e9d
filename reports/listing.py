"""A listing to read, in the manner of `ls -l`. Names are untrusted, and shown whole."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from .formatting import counted, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARKS = {"whiteout": " [whiteout]", "opaque": " [opaque whiteout]"}
_NOUNS = {
    "file": "file",
    "directory": "directory",
    "symlink": "symbolic link",
    "hardlink": "hard link",
    "character": "device",
    "block": "device",
    "fifo": "named pipe",
    "whiteout": "whiteout",
    "opaque": "opaque whiteout",
}


def listed(table: pa.Table, limit: int | None, *, with_layers: bool) -> str:
    """A line a name, at most ``limit``, and one with totals of all."""
    shown = table.slice(0, limit)
    columns = [
        *([_cells(shown["layer"])] if with_layers else []),
        _cells(shown["permissions"]),
        _cells(shown["links"]),
        _cells(_owners(shown["user"], shown["uid"])),
        _cells(_owners(shown["group"], shown["gid"])),
        _sizes(shown),
        _cells(_minutes(shown["mtime"])),
        _names(shown),
    ]
    to_the_right = [*([True] if with_layers else []), False, True, False, False, True, False, False]
    return _aligned(columns, to_the_right) + _totals(table, shown.num_rows) + "\n"


def _cells(column: pa.ChunkedArray) -> list[str]:
    """Each value as text: once for all rows that have it, since a listing may have a million."""
    distinct = column.combine_chunks().dictionary_encode(null_encoding="encode")
    texts = ["" if value is None else visible(str(value)) for value in distinct.dictionary.to_pylist()]
    return [texts[place] for place in distinct.indices.to_pylist()]


def _owners(names: pa.ChunkedArray, numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.coalesce(names, numbers.cast(pa.string()))


def _minutes(times: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.utf8_slice_codeunits(times.cast(pa.string()), 0, 16)


def _sizes(table: pa.Table) -> list[str]:
    """Bytes, or the numbers of a device as `ls` has them."""
    sizes = [f"{size:,}" for size in table["size"].to_pylist()]
    devices = table["device"].to_pylist()
    return [device.replace(":", ", ") if device else size for device, size in zip(devices, sizes, strict=True)]


def _names(table: pa.Table) -> list[str]:
    columns = (table[name].to_pylist() for name in ("path", "link_target", "kind", "seen"))
    return [_name(*row) for row in zip(*columns, strict=True)]


def _name(path: str, target: str | None, kind: str, seen: bool) -> str:
    name = visible(path) or "/"
    if target is not None:
        name += (" link to " if kind == "hardlink" else " -> ") + visible(target)
    return name + _MARKS.get(kind, "" if seen else " [hidden]")


def _aligned(columns: Sequence[Sequence[str]], to_the_right: Sequence[bool]) -> str:
    """Columns with one space between them, the last as it is."""
    widths = [max(map(len, column), default=0) for column in columns[:-1]]
    lines = []
    for *cells, name in zip(*columns, strict=True):
        padded = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, to_the_right, strict=False)
        )
        lines.append(" ".join([*padded, name]) + "\n")
    return "".join(lines)


def _totals(table: pa.Table, shown: int) -> str:
    """How many there are of each kind, and the bytes of the files, hard links of one counted once."""
    kinds = Counter(_NOUNS[kind] for kind in table["kind"].to_pylist())
    parts = [_plural(count, noun) for noun, count in kinds.items()]
    files = table.filter(pc.equal(table["kind"].cast(pa.string()), "file"))
    sizes = dict(zip(files["inode"].to_pylist(), files["size"].to_pylist(), strict=True))
    if sizes:
        parts.append(counted(sum(sizes.values()), "byte"))
    more = f"and {table.num_rows - shown:,} more; " if shown < table.num_rows else ""
    return more + (", ".join(parts) or "nothing")


def _plural(count: int, noun: str) -> str:
    return f"{count:,} directories" if noun == "directory" and count != 1 else counted(count, noun)
