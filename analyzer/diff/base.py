"""Three images: in which of the two each difference came about, seen from a third that both go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

OLD, NEW, APART = "old", "new", "both apart"


def origins(files: pa.Table, since_old: pa.Table, since_new: pa.Table) -> list[str]:
    """For each row of ``files``, which of the two images differs from the base at its paths.

    ``since_old`` and ``since_new`` are what each of them differs in from the base (`tables.DIFF_FILES`): where only
    the new one does, the change is new; where only the old one does, the new one is as the base is.
    """
    touched_old, touched_new = _touched(since_old), _touched(since_new)
    found = []
    for path, old_path in zip(files["path"].to_pylist(), files["old_path"].to_pylist(), strict=True):
        paths = {path, old_path or path}
        in_old, in_new = not paths.isdisjoint(touched_old), not paths.isdisjoint(touched_new)
        found.append(APART if in_old and in_new else OLD if in_old else NEW)
    return found


def told(base: str, files: pa.Table, origins: Sequence[str], since_old: pa.Table, since_new: pa.Table) -> str:
    """One sentence on who changed how much since the base; ``origins`` are those of ``files``.

    The name of the base may be long: it comes last, where a line may be cut.
    """
    parts = []
    for origin in (OLD, NEW, APART):
        grown = [size for size, each in zip(files["bytes"].to_pylist(), origins, strict=True) if each == origin]
        parts.append(f"{origin} {len(grown):,} ({sum(grown):+,} B)")
    alike = len((_touched(since_old) & _touched(since_new)) - _touched(files))
    return f"{', '.join(parts)}, alike {alike:,}, since {base}"


def _touched(files: pa.Table) -> set[str]:
    """All paths that rows are about, on either side."""
    names: Iterable[str | None] = (*files["path"].to_pylist(), *files["old_path"].to_pylist())
    return {name for name in names if name is not None}
