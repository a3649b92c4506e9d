"""What `ls` shows: names of the root filesystem, of one layer, or of all layers one by one."""

from __future__ import annotations

import stat
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ..layers.names import displayed
from ..rootfs.table import last_names, nullable, taken
from ..tables import (
    BLOCK_DEVICE,
    CHARACTER,
    DIRECTORY,
    FIFO,
    FILE,
    HARDLINK,
    KIND_CODES,
    KIND_TYPE,
    KINDS,
    LISTING,
    OPAQUE,
    SYMLINK,
    WHITEOUT,
)

if TYPE_CHECKING:
    from ..arrays import Flags, Ints
    from ..rootfs.stack import Stack
    from ..rootfs.tree import PathTree
    from .owners import Owners

_DIRECTORY_CODE = KIND_CODES[DIRECTORY]
_TYPES = {
    FILE: stat.S_IFREG,
    HARDLINK: stat.S_IFREG,
    DIRECTORY: stat.S_IFDIR,
    SYMLINK: stat.S_IFLNK,
    CHARACTER: stat.S_IFCHR,
    BLOCK_DEVICE: stat.S_IFBLK,
    FIFO: stat.S_IFIFO,
}


class View(Struct, frozen=True):
    """What can be listed: rows of `changes`, and ``implied``, the nodes of directories that no row describes.

    ``stacked`` says that it is what a container sees, where a hard link is the file that it links to.
    """

    rows: Ints
    implied: Ints
    stacked: bool

    def has(self, stack: Stack, node: int) -> bool:
        """Whether anything is at a node. The root always is."""
        return node == 0 or bool((stack.rows.node[self.rows] == node).any() or (self.implied == node).any())


def rootfs_view(stack: Stack) -> View:
    """What a container sees."""
    return View(np.flatnonzero(stack.alive), np.flatnonzero(stack.implied), stacked=True)


def layers_view(stack: Stack, layer: int | None) -> View:
    """The entries of one layer, whiteouts included, or of all."""
    rows = stack.rows
    chosen = np.arange(len(rows)) if layer is None else np.flatnonzero(rows.layer == layer)
    there, described = np.zeros(len(rows.tree), np.int64), np.zeros(len(rows.tree), bool)
    there[rows.node[chosen]] = 1
    described[rows.node[chosen[~rows.is_kind(OPAQUE)[chosen]]]] = True
    implied = (rows.tree.subtree_sums(there) > 0) & ~described
    implied[0] = False
    return View(chosen, np.flatnonzero(implied), stacked=False)


class Scope(Struct, frozen=True):
    """Which names of a view are listed: those at the nodes ``names``, and ``itself`` where it is no directory.

    An opaque whiteout lies in the directory that it empties: it is listed where that is in ``insides``.
    """

    names: Flags
    insides: Flags
    itself: int

    def has(self, stack: Stack, rows: Ints) -> Flags:
        """Which of ``rows`` are listed."""
        node, kind = stack.rows.node[rows], stack.rows.kind[rows]
        named = self.names[node] | ((node == self.itself) & (kind != _DIRECTORY_CODE))
        return np.where(kind == KIND_CODES[OPAQUE], self.insides[node], named)


def path_scope(tree: PathTree, node: int, *, recursive: bool) -> Scope:
    """What is in the directory at ``node``, or that file itself."""
    nodes = np.arange(len(tree))
    below = (nodes > node) & (nodes < tree.end[node])
    itself = nodes == node
    return Scope(below, below | itself, node) if recursive else Scope(tree.parent == node, itself, node)


def glob_scope(tree: PathTree, expression: str, *, recursive: bool) -> Scope:
    """All that a regular expression matches, directories not opened unless it is ``recursive``."""
    matched = tree.paths.where(lambda paths: pc.match_substring_regex(displayed(paths), expression))
    if recursive:
        matched = matched | tree.covered(np.flatnonzero(matched))
    return Scope(matched, matched if recursive else np.zeros_like(matched), -1)


def listing(changes: pa.Table, stack: Stack, view: View, scope: Scope, owners: Owners) -> pa.Table:
    """One row a name of ``view`` that is in ``scope`` (`tables.LISTING`), a directory before its content."""
    rows = stack.rows
    listed = view.rows[scope.has(stack, view.rows)]
    implied = view.implied[scope.names[view.implied]]
    nodes = np.concatenate([rows.node[listed], implied])
    entry = np.concatenate([listed, np.full(len(implied), -1)])
    order = np.lexsort((entry, nodes))
    nodes, entry = nodes[order], entry[order]
    inode = np.where(entry >= 0, stack.inode[entry], -1)
    followed = (inode >= 0) & view.stacked
    content = np.where(followed, inode, entry)
    described = nullable(np.where(followed, last_names(stack)[inode], entry))
    kinds = np.where(entry >= 0, rows.kind[content], _DIRECTORY_CODE).astype(np.int8)
    held, own = nullable(content), nullable(entry)
    mode, uid, gid = (taken(changes, name, described) for name in ("mode", "uid", "gid"))
    columns = {
        "path": displayed(rows.tree.paths.take(nodes)),
        "kind": pa.DictionaryArray.from_arrays(pa.array(kinds), pa.array(KINDS)).cast(KIND_TYPE),
        "permissions": _permissions(kinds, mode),
        "mode": mode,
        "links": pa.array(_links(stack, view, kinds, inode)),
        "uid": uid,
        "gid": gid,
        "user": _named(uid, owners.users),
        "group": _named(gid, owners.groups),
        "size": pc.fill_null(taken(changes, "size", held), 0),
        "mtime": taken(changes, "mtime", described),
        "link_target": _targets(changes, kinds, held, own),
        "device": taken(changes, "device", held),
        "layer": taken(changes, "layer", own),
        "seen": pa.array(_seen(stack, nodes, entry)),
        "row": own,
        "inode": nullable(inode),
    }
    return pa.table([columns[name] for name in LISTING.names], schema=LISTING)


def _permissions(kinds: Ints, mode: pa.Array) -> pa.Array:
    """Few pairs of kind and mode are distinct, however many rows there are."""
    modes = pc.fill_null(mode.cast(pa.int32()), -1).to_numpy()
    pairs, place = np.unique(kinds.astype(np.int64) << 32 | (modes + 1), return_inverse=True)
    texts = [permissions(KINDS[pair >> 32], (pair & 0xFFFFFFFF) - 1) for pair in pairs.tolist()]
    return pa.array(texts, pa.string()).take(pa.array(place))


@lru_cache(maxsize=1024)
def permissions(kind: str, mode: int) -> str:
    """Kind and mode as `ls -l` writes them; -1 for a mode that is not known.

    >>> permissions("file", 0o4755), permissions("hardlink", 0o644), permissions("directory", -1)
    ('-rwsr-xr-x', 'hrw-r--r--', 'd?????????')
    """
    if mode < 0:
        return "d" + "?" * 9
    if kind in (WHITEOUT, OPAQUE):
        return "w" + "-" * 9
    text = stat.filemode(_TYPES[kind] | mode)
    return "h" + text[1:] if kind == HARDLINK else text


def _links(stack: Stack, view: View, kinds: Ints, inode: Ints) -> Ints:
    """Names in the whole view of what is listed."""
    named = view.rows[stack.rows.is_name[view.rows] & (stack.inode[view.rows] >= 0)]
    counts = np.bincount(stack.inode[named], minlength=len(stack.inode) + 1)
    countable = (inode >= 0) & (kinds != _DIRECTORY_CODE)
    return np.where(countable, np.maximum(counts[inode], 1), 1)


def _named(numbers: pa.Array, names: dict[int, str]) -> pa.Array:
    place = pc.index_in(numbers, value_set=pa.array(list(names), pa.int64()))
    return pa.array(list(names.values()), pa.string()).take(place)


def _targets(changes: pa.Table, kinds: Ints, held: pa.Array, own: pa.Array) -> pa.Array:
    """Of symbolic links that of what they are, since a hard link may be one of its names; of hard links their own."""
    nothing = pa.scalar(None, pa.string())
    symbolic = pc.if_else(pa.array(kinds == KIND_CODES[SYMLINK]), taken(changes, "link_target", held), nothing)
    return pc.if_else(pa.array(kinds == KIND_CODES[HARDLINK]), taken(changes, "link_target", own), symbolic)


def _seen(stack: Stack, nodes: Ints, entry: Ints) -> Flags:
    """Of directories, whether there is one at that path: layers merge them."""
    rows = stack.rows
    directories = stack.implied.copy()
    directories[rows.node[stack.alive & (rows.kind == _DIRECTORY_CODE)]] = directories[0] = True
    is_directory = (entry < 0) | (rows.kind[entry] == _DIRECTORY_CODE)
    return np.where(is_directory, directories[nodes], stack.alive[entry])
