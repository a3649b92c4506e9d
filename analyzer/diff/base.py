"""Three images: in which of the two each difference came about, seen from a third that both go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable

OLD, NEW, APART = "old", "new", "both apart"


def with_origins(files: pa.Table, since_old: pa.Table, since_new: pa.Table) -> pa.Table:
    """``files`` (`tables.DIFF_FILES`) with the column ``origin``: which of the images differs from the base there.

    ``since_old`` and ``since_new`` are what each of them differs in from the base (`tables.DIFF_FILES`): where only
    the new one does, the change is new; where only the old one does, the new one is as the base is.
    """
    touched_old, touched_new = _touched(since_old), _touched(since_new)
    found = []
    for path, old_path in zip(files["path"].to_pylist(), files["old_path"].to_pylist(), strict=True):
        paths = {path, old_path or path}
        in_old, in_new = not paths.isdisjoint(touched_old), not paths.isdisjoint(touched_new)
        found.append(APART if in_old and in_new else OLD if in_old else NEW)
    at = files.schema.get_field_index("origin")
    return files.set_column(at, files.schema.field(at), pa.array(found, pa.string()))


def told(base: str, files: pa.Table, since_old: pa.Table, since_new: pa.Table) -> str:
    """One sentence on who changed how much since the base; ``files`` are `with_origins`.

    The name of the base may be long: it comes last, where a line may be cut.
    """
    parts = []
    for origin in (OLD, NEW, APART):
        grown = files["bytes"].filter(pc.equal(files["origin"], origin)).to_pylist()
        parts.append(f"{origin} {len(grown):,} ({sum(grown):+,} B)")
    alike = len((_touched(since_old) & _touched(since_new)) - _touched(files))
    return f"{', '.join(parts)}, alike {alike:,}, since {base}"


def _touched(files: pa.Table) -> set[str]:
    """All paths that rows are about, on either side."""
    names: Iterable[str | None] = (*files["path"].to_pylist(), *files["old_path"].to_pylist())
    return {name for name in names if name is not None}
