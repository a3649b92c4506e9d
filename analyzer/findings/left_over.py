"""Owners and modes of what stores no bytes, where edits at the sources of files do not give them: directories, links.

A chown goes over everything that is there. Its files get their owner where they come from, but the directory above
them may be older, and a link beside them newer. Setting these later costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from ..tables import KIND_CODES, SYMLINK
from .naming import PATHS_NAMED, argument, arguments, paths_at
from .numbers import distinct
from .owner import pair

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..arrays import Flags, Ints
    from .context import Context

_WITHOUT_BYTES = r"\( ! -type f -o -size 0 \)"
_EMPTY = "! -type d ! -type l -size 0"
_UNKNOWN = -1
VALUES_NAMED = 3
"""How many owners or modes one edit sets: of more it takes a human."""


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
    left, wanted = _left_over(context, layer, context.owners, gifts)
    return _commands(context, lambda value: f"chown -h {pair(value)}", left, wanted, light, _WITHOUT_BYTES)


def modes_left_over(context: Context, layer: int, gifts: Sequence[Gift]) -> list[str]:
    """The same for modes. Links have none, and chmod follows them."""
    left, wanted = _left_over(context, layer, context.modes.astype(np.int64), gifts)
    commands = []
    for light, condition in ((_directories(context, layer), "-type d"), (_empty(context, layer), _EMPTY)):
        commands += _commands(context, lambda value: f"chmod {value:o}", left, wanted, light, condition)
    return commands


def _left_over(context: Context, layer: int, values: Ints, gifts: Sequence[Gift]) -> tuple[Flags, Ints]:
    """By node: whether it would not be as ``layer`` leaves it, and how that is."""
    rows = context.stack.rows
    before, after = (np.flatnonzero(rows.is_name & context.stack.seen_after(each)) for each in (layer - 1, layer))
    since, wanted, given = (np.full(len(rows.tree), _UNKNOWN, np.int64) for _ in range(3))
    since[rows.node[before]] = rows.layer[before]
    wanted[rows.node[after]] = values[after]
    given[rows.node[before]] = values[before]
    for gift in sorted(gifts, key=lambda each: each.layer):
        reached = _reached(context, gift)
        given[reached] = np.where(since[reached] <= gift.layer, gift.value, _UNKNOWN)  # what is later may be new
        if gift.roots is None:
            given[_on_the_way(context, np.flatnonzero(reached))] = _UNKNOWN
    return (since != _UNKNOWN) & (given != wanted), wanted


def _light(context: Context, layer: int) -> Ints:
    """The nodes of what is there after ``layer`` and holds no bytes, ascending."""
    return _there(context, layer, context.holds_nothing)


def _empty(context: Context, layer: int) -> Ints:
    """The same without directories and symbolic links."""
    rows = context.stack.rows
    return _there(context, layer, context.holds_nothing & rows.is_leaf & (rows.kind != KIND_CODES[SYMLINK]))


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


def _on_the_way(context: Context, nodes: Ints) -> Ints:
    """Of ``nodes`` that an instruction brought, ascending, the directories above the one that all others are in.

    The classic builder gives them no owner, BuildKit does.
    """
    if not len(nodes):
        return nodes
    common = np.minimum.accumulate(context.stack.rows.tree.end[nodes] > nodes[-1])
    return nodes[: max(np.count_nonzero(common) - 1, 0)]


def _commands(
    context: Context, command: Callable[[int], str], left: Flags, wanted: Ints, light: Ints, condition: str
) -> list[str]:
    """One for each value that is ``wanted`` of ``light`` nodes that are ``left``; an ellipsis for too many values."""
    nodes = light[left[light]]
    values = np.unique(wanted[nodes]).tolist()
    found = [
        _command(context, command(each), nodes[wanted[nodes] == each], light[wanted[light] != each], condition)
        for each in values[:VALUES_NAMED]
    ]
    return [*found, *(["…"] if len(values) > VALUES_NAMED else [])]


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
