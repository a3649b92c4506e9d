"""Entries whose path leads through a symbolic link of their own layer: unpacking them follows it.

A link of a *lower* layer is not followed. Engines unpack each layer into a folder of its own (overlay
filesystems' upper directory), where that link is not: the path's directories are made, and hide the link.
Docker with overlay2, podman and containerd agree in this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from ..layers.names import replaced
from ..layers.spelling import normalised
from ..tables import DIRECTORY, HARDLINK, KINDS, OPAQUE, SYMLINK, WHITEOUT
from .rows import link_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from ..arrays import Flags
    from .rows import Rows

CHASES_LIMIT = 40  # as Linux's MAXSYMLINKS


class Followed(Struct, frozen=True):
    """``paths`` of all rows and ``targets`` of hard links (by row), symbolic links in their directories followed."""

    paths: pa.BinaryArray
    targets: dict[int, bytes]


def through_symlinks(changes: pa.Table, rows: Rows, paths: pa.BinaryArray) -> Followed | None:
    """Where entries really go, or None where no path and no hard link leads through a symbolic link."""
    followed = _rows_to_follow(changes, rows)
    moved: dict[int, bytes] = {}
    targets: dict[int, bytes] = {}
    relevant = followed | _holding_links(rows)
    for layer in np.unique(rows.layer[followed]):
        state: dict[bytes, bytes] = {}
        for row in np.flatnonzero(relevant & (rows.layer == layer)).tolist():
            kind, path = KINDS[rows.kind[row]], paths[row].as_py()
            if followed[row]:
                path = _place(state, kind, path)
                if path != paths[row].as_py():
                    moved[row] = path
                if kind == HARDLINK:
                    targets[row] = resolved(state, link_bytes(changes, np.array([row]))[0].as_py())
            _apply(state, changes, row, kind, path)
    if not moved and not targets:
        return None
    return Followed(replaced(paths, dict(sorted(moved.items()))), targets)


def _rows_to_follow(changes: pa.Table, rows: Rows) -> Flags:
    """Rows below a path that is a symbolic link in some layer, opaque whiteouts at one, hard links to such."""
    links = np.unique(rows.node[rows.is_kind(SYMLINK)])
    below_link = rows.tree.covered(links)
    followed = below_link[rows.node]
    followed |= rows.is_kind(OPAQUE) & np.isin(rows.node, links)
    hard_links = np.flatnonzero(rows.is_kind(HARDLINK))
    if len(links) and len(hard_links):
        targets = rows.tree.paths.nodes_of(link_bytes(changes, hard_links))
        followed[hard_links] |= (targets < 0) | below_link[targets]
    return followed & np.isin(rows.layer, rows.layer[rows.is_kind(SYMLINK)])


def _holding_links(rows: Rows) -> Flags:
    """Rows at symbolic links and above: what can make a link, and take it away."""
    links = np.zeros(len(rows.tree), np.int64)
    links[rows.node[rows.is_kind(SYMLINK)]] = 1
    return (rows.tree.subtree_sums(links) > 0)[rows.node]


def _place(state: dict[bytes, bytes], kind: str, path: bytes) -> bytes:
    """Where an entry goes. An opaque whiteout is a file in its directory, so the directory itself is followed."""
    if kind == OPAQUE:
        return resolved(state, path + b"/.").removesuffix(b".").removesuffix(b"/")
    return resolved(state, path)


def _apply(state: dict[bytes, bytes], changes: pa.Table, row: int, kind: str, path: bytes) -> None:
    """Keep ``state``, the symbolic links that the layer has made so far, up to date."""
    if kind in (WHITEOUT, OPAQUE):
        return  # they act on lower layers only
    state.pop(path, None)
    if kind != DIRECTORY:
        for each in [each for each in state if each.startswith(path + b"/")]:
            del state[each]
    if kind == SYMLINK:
        raw = changes["raw_link_target"][row].as_py()
        state[path] = raw if raw is not None else changes["link_target"][row].as_py().encode()


def resolved(state: Mapping[bytes, bytes], path: bytes) -> bytes:
    """``path`` with links in its directories followed, not the last part itself; as it is in a circle.

    ``state`` has the target of each symbolic link by its path.
    """
    return _followed(state, path) if any(folder in state for folder in _folders(path)) else path


def _folders(path: bytes) -> Iterator[bytes]:
    """All directories that a path names on its way, the first first."""
    at = path.find(b"/")
    while at >= 0:
        yield path[:at]
        at = path.find(b"/", at + 1)


def _followed(state: Mapping[bytes, bytes], path: bytes) -> bytes:
    done: list[bytes] = []
    rest = path.split(b"/")
    chases = 0
    while len(rest) > 1:
        done.append(rest.pop(0))
        target = state.get(b"/".join(done))
        if target is not None:
            chases += 1
            if chases > CHASES_LIMIT:
                return path
            base = b"" if target.startswith(b"/") else b"/".join(done[:-1]) + b"/"
            rest = [part for part in normalised(base + target).split(b"/") if part] + rest
            done = []
    return b"/".join([*done, *rest])
