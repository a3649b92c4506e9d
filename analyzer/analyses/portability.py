"""Names that other systems than the one that built the image may not hold, or not take as meant; one note a kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..layers.spelling import shown
from ..layers.whiteout import PREFIX
from ..tables import KIND_CODES, WHITEOUT
from .alike import alike, composed, folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..arrays import Flags
    from ..rootfs.stack import Stack

LONGEST_NAME_BYTES = 255  # of Linux, macOS and Windows; there are others only in theory
_SHOWN = 60
_PARENT = r"(^|/)\.\.(/|$)"


def portability_notes(changes: pa.Table, stack: Stack) -> Iterator[str]:
    """Of what a container sees, and of whiteouts that hide nothing."""
    seen = _seen(stack)
    by_case, by_form = _alike(stack, seen)
    kinds = (
        (
            by_case,
            "only letter case tells from others beside them",
            "file systems of macOS and Windows hold one of them",
        ),
        (by_form, "only Unicode normalisation tells from others beside them", "file systems of macOS hold one of them"),
        (_long(stack, seen), f"have a name of more than {LONGEST_NAME_BYTES} bytes", "file systems hold none as long"),
        (
            _written_with_dots(changes, stack.alive),
            "are written with .. in their layer",
            "each is taken for the path that it comes to",
        ),
        (_bare_whiteouts(stack), f"are whiteouts of just {PREFIX.decode()}", "they hide nothing"),
    )
    for paths, what, why in kinds:
        if paths:
            yield f"paths that {what}: {len(paths):,}, like {_cut(shown(paths[0]))}; {why}"


def _seen(stack: Stack) -> Flags:
    """The nodes that a container sees."""
    seen = stack.implied.copy()
    seen[stack.rows.node[stack.alive]] = True
    return seen


def _alike(stack: Stack, seen: Flags) -> tuple[list[bytes], list[bytes]]:
    """Paths that only letter case tells from others of their directory, and those that only normalisation does."""
    tree = stack.rows.tree
    nodes = alike(tree, seen)
    groups: dict[tuple[int, bytes], list[bytes]] = defaultdict(list)
    for parent, path in zip(tree.parent[nodes].tolist(), tree.paths.take(nodes).to_pylist(), strict=True):
        groups[parent, folded(_name(path))].append(path)
    by_case, by_form = [], []
    for paths in groups.values():
        forms = Counter(composed(_name(path)) for path in paths)
        by_case += paths if len(forms) > 1 else []
        by_form += [path for path in paths if forms[composed(_name(path))] > 1]
    return by_case, by_form


def _long(stack: Stack, seen: Flags) -> list[bytes]:
    paths = stack.rows.tree.paths
    long = np.flatnonzero(seen & paths.where(lambda each: pc.greater(pc.binary_length(each), LONGEST_NAME_BYTES)))
    return [path for path in paths.take(long).to_pylist() if len(_name(path)) > LONGEST_NAME_BYTES]


def _written_with_dots(changes: pa.Table, alive: Flags) -> list[bytes]:
    """The names as the tar holds them; `normalised` says what they mean."""
    rows = np.flatnonzero(alive & changes["raw_path"].is_valid().to_numpy())
    names = changes["raw_path"].take(pa.array(rows))
    found: list[bytes] = names.filter(pc.match_substring_regex(names, _PARENT)).to_pylist()
    return found


def _bare_whiteouts(stack: Stack) -> list[bytes]:
    """Whiteouts that are called just as all whiteouts begin (`whiteout.parse`)."""
    rows = np.flatnonzero(stack.rows.kind == KIND_CODES[WHITEOUT])
    paths = stack.rows.tree.paths.take(stack.rows.node[rows]).to_pylist()
    return [path for path in paths if _name(path) == PREFIX]


def _name(path: bytes) -> bytes:
    return path.rpartition(b"/")[2]


def _cut(path: str) -> str:
    return path if len(path) <= _SHOWN else f"{path[:_SHOWN]}…"
