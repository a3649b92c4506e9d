"""Packages, to read in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from .formatting import apart, counted, decimal_bytes, shortened_path, visible

if TYPE_CHECKING:
    import pyarrow as pa

_PATH_CHARACTERS = 60
_DIRECTORIES = 3


def summary(packages: pa.Table, unowned: pa.Table, rootfs_bytes: int) -> str:
    """Two lines below the table: what all packages take, and where the rest lies.

    ``unowned`` has the directories with the most of it; those inside one another are told once.
    """
    owned = _owned(packages)
    lines = [
        f"{counted(packages.num_rows, 'package')}: {decimal_bytes(owned)} of the {decimal_bytes(rootfs_bytes)} "
        "that a container sees"
    ]
    free = rootfs_bytes - owned
    if free:
        sizes = dict(zip(unowned["path"].to_pylist(), unowned["bytes"].to_pylist(), strict=True))
        places = [
            f"{shortened_path(visible(path), _PATH_CHARACTERS)} ({decimal_bytes(sizes[path])})"
            for path in apart(sizes)[:_DIRECTORIES]
        ]
        lines.append(f"no package owns {decimal_bytes(free)}" + (f", most in {', '.join(places)}" if places else ""))
    return "\n" + "\n".join(lines) + "\n"


def unowned_in_all(packages: pa.Table, rootfs_bytes: int) -> str:
    """One line below the table of directories, which add up to more: they lie inside one another."""
    free = rootfs_bytes - _owned(packages)
    return f"\nno package owns {free:,} bytes in all: each directory counts all that lies below it\n"


def _owned(packages: pa.Table) -> int:
    return pc.sum(packages["file_bytes"]).as_py() or 0
