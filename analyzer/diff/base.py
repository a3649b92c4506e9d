"""Three images: in which of the two each difference came about, seen from a third that both go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

OLD, NEW, ALIKE, APART = "old", "new", "both alike", "both apart"


def origins(files: pa.Table, since_old: pa.Table, since_new: pa.Table) -> list[str]:
    """For each row of ``files``, which of the two images differs from the base at its paths.

    ``since_old`` and ``since_new`` are what each of them differs in from the base (`tables.DIFF_FILES`): where only
    the new one does, the change is new; where only the old one does, the new one is as the base is.
    """
    touched_old, touched_new = _touched(since_old), _touched(since_new)
    told = []
    for path, old_path in zip(files["path"].to_pylist(), files["old_path"].to_pylist(), strict=True):
        paths = {path, old_path or path}
        in_old, in_new = not paths.isdisjoint(touched_old), not paths.isdisjoint(touched_new)
        told.append(APART if in_old and in_new else OLD if in_old else NEW)
    return told


def alike(since_old: pa.Table, since_new: pa.Table, files: pa.Table) -> int:
    """How many paths both images changed in the same way: they differ from the base, and not from each other."""
    differing = _touched(files)
    return len((_touched(since_old) & _touched(since_new)) - differing)


def _touched(files: pa.Table) -> set[str]:
    """All paths that rows are about, on either side."""
    names: Iterable[str | None] = (*files["path"].to_pylist(), *files["old_path"].to_pylist())
    return {name for name in names if name is not None}
