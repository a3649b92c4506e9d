"""Owners and modes of what stores no bytes, where edits at the sources of files do not give them: directories, links.

A chown goes over everything that is there. Its files get their owner where they come from, but the directory above
them may be older, and a link beside them newer. Setting these later costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from .naming import PATHS_NAMED, argument, arguments, paths_at
from .numbers import distinct
from .owner import pair

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..arrays import Flags, Ints
    from .context import Context

_WITHOUT_BYTES = r"\( ! -type f -o -size 0 \)"
_UNKNOWN = -1


class Gift(Struct, frozen=True):
    """What an edit gives: a ``value`` to all below ``roots`` that is there after ``layer``.

    Without ``roots``, to all that the layer brought.
    """

    layer: int
    value: int
    roots: tuple[int, ...] | None = None


def owners_left_over(context: Context, layer: int, gifts: Sequence[Gift]) -> list[str]:
    """The commands for owners that ``layer`` has set and that the ``gifts`` in its place do not give."""
    light = _light(context, layer)
    nodes, wanted = _left_over(context, layer, context.owners, gifts, light)
    return [
        _command(context, f"chown -h {pair(value)}", each, light[wanted[light] != value], _WITHOUT_BYTES)
        for value, each in _by_value(nodes, wanted)
    ]


def modes_left_over(context: Context, layer: int, gifts: Sequence[Gift]) -> list[str]:
    """The same for modes."""
    light, directories = _light(context, layer), _directories(context, layer)
    nodes, wanted = _left_over(context, layer, context.modes.astype(np.int64), gifts, light)
    return [
        _command(context, f"chmod {value:o}", each, directories[wanted[directories] != value], "-type d")
        for value, kind in _by_value(nodes, wanted)
        for each in (kind[np.isin(kind, directories)], kind[~np.isin(kind, directories)])
        if len(each)
    ]


def _left_over(context: Context, layer: int, values: Ints, gifts: Sequence[Gift], light: Ints) -> tuple[Ints, Ints]:
    """Those of the ``light`` nodes that would not be as ``layer`` leaves them, and by node what that is."""
    rows = context.stack.rows
    before, after = (np.flatnonzero(rows.is_name & context.stack.seen_after(each)) for each in (layer - 1, layer))
    since, wanted, given = (np.full(len(rows.tree), _UNKNOWN, np.int64) for _ in range(3))
    since[rows.node[before]] = rows.layer[before]
    wanted[rows.node[after]] = values[after]
    given[rows.node[before]] = values[before]
    for gift in sorted(gifts, key=lambda each: each.layer):
        reached = _reached(context, gift)
        given[reached] = np.where(since[reached] <= gift.layer, gift.value, _UNKNOWN)  # what is later may be new
    return light[(since[light] != _UNKNOWN) & (given[light] != wanted[light])], wanted


def _light(context: Context, layer: int) -> Ints:
    """The nodes of what is there after ``layer`` and holds no bytes, ascending."""
    inode = context.stack.inode
    return _there(context, layer, (inode < 0) | (context.stored[np.maximum(inode, 0)] == 0))


def _directories(context: Context, layer: int) -> Ints:
    """The nodes of directories that are there after ``layer``, ascending."""
    return _there(context, layer, ~context.stack.rows.is_leaf)


def _there(context: Context, layer: int, which: Flags) -> Ints:
    rows = context.stack.rows
    return distinct(rows.node[which & rows.is_name & context.stack.seen_after(layer)])


def _reached(context: Context, gift: Gift) -> Flags:
    """By node: whether the gift reaches it."""
    rows, stack = context.stack.rows, context.stack
    reached = np.zeros(len(rows.tree), bool)
    reached[rows.node[rows.is_name & stack.seen_after(gift.layer)]] = True
    if gift.roots is None:
        reached[rows.node[rows.is_name & stack.seen_after(gift.layer - 1)]] = False
        return reached
    below = np.zeros(len(rows.tree), bool)
    for root in gift.roots:
        below[root : rows.tree.end[root]] = True
    return reached & below


def _by_value(nodes: Ints, wanted: Ints) -> Iterator[tuple[int, Ints]]:
    for value in np.unique(wanted[nodes]).tolist():
        yield value, nodes[wanted[nodes] == value]


def _command(context: Context, command: str, nodes: Ints, others: Ints, condition: str) -> str:
    """The ``command`` for these nodes, by find(1) where they are many and none of ``others`` is among them.

    It ends in an ellipsis where no one line does.
    """
    tree = context.stack.rows.tree
    base = int(nodes[0])
    while tree.end[base] <= nodes[-1]:
        base = int(tree.parent[base])
    if len(nodes) > PATHS_NAMED and base > 0 and not ((others >= base) & (others < tree.end[base])).any():
        return f"find {argument(paths_at(context, [base])[0])} {condition} -exec {command} {{}} +"
    paths = map(argument, paths_at(context, nodes[:PATHS_NAMED]))
    return f"{command} {arguments(paths, complete=len(nodes) <= PATHS_NAMED)}"
