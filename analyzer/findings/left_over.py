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
from .numbers import among
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


class _Light(Struct, frozen=True, eq=False):
    """What holds no bytes after a layer, one item each in the order of nodes: its ``row``, and that before, or -1."""

    node: Ints
    row: Ints
    before: Ints

    @classmethod
    def after(cls, context: Context, layer: int) -> _Light:
        standing = context.standing
        old, new = standing.after(layer - 1), standing.after(layer)
        new = new[context.holds_nothing[standing.row[new]]]
        before = np.full(len(context.stack.rows.tree), -1, np.int32)
        before[standing.node[old]] = standing.row[old]
        node = standing.node[new]
        return cls(node, standing.row[new], before[node])


def left_over(context: Context, layer: int, owners: Sequence[Gift] | None, modes: Sequence[Gift] | None) -> list[str]:
    """The commands for what ``layer`` has set and the gifts in its place do not give; None: it has set no such thing.

    Links have no modes, and chmod follows them.
    """
    light, commands = _Light.after(context, layer), []
    if owners is not None:
        left = _left_over(context, light, context.owners, owners)
        everywhere = np.ones(len(left), bool)
        commands += _commands(
            context, lambda value: f"chown -h {pair(value)}", light, context.owners, left, everywhere, _WITHOUT_BYTES
        )
    if modes is not None:
        rows, values = context.stack.rows, context.modes
        left = _left_over(context, light, values, modes)
        directories = ~rows.is_leaf[light.row]
        empty = ~directories & (rows.kind[light.row] != KIND_CODES[SYMLINK])
        for which, condition in ((directories, "-type d"), (empty, _EMPTY)):
            commands += _commands(context, lambda value: f"chmod {value:o}", light, values, left, which, condition)
    return commands


def _left_over(context: Context, light: _Light, values: Ints, gifts: Sequence[Gift]) -> Flags:
    """Which would not be as the layer leaves them."""
    was_there = light.before >= 0
    since = np.where(was_there, context.stack.rows.layer[light.before], _UNKNOWN)
    given = values[light.before].astype(np.int64)
    for gift in sorted(gifts, key=lambda each: each.layer):
        reached = _reached(context, light, since, gift)
        given[reached] = np.where(since[reached] <= gift.layer, gift.value, _UNKNOWN)  # what is later may be new
        if gift.roots is None:
            given[np.isin(light.node, _on_the_way(context, context.standing.brought_by(gift.layer)))] = _UNKNOWN
    left: Flags = was_there & (given != values[light.row])
    return left


def _reached(context: Context, light: _Light, since: Ints, gift: Gift) -> Ints:
    """The items that the gift reaches, ascending, of those that were there before."""
    if gift.roots is None:
        return np.flatnonzero(np.isin(light.node, context.standing.brought_by(gift.layer)))
    end = context.stack.rows.tree.end
    ranges = (np.arange(*np.searchsorted(light.node, [root, end[root]])) for root in gift.roots)
    below = np.concatenate([np.empty(0, np.int64), *ranges])
    later = since[below] > gift.layer
    if not later.any():
        return below
    standing = context.standing
    there = standing.node[standing.after(gift.layer)]
    return below[~later | among(there, light.node[below])]


def _on_the_way(context: Context, nodes: Ints) -> Ints:
    """Of ``nodes`` that an instruction brought, ascending, the directories above the one that all others are in.

    The classic builder gives them no owner, BuildKit does.
    """
    if not len(nodes):
        return nodes
    common = np.minimum.accumulate(context.stack.rows.tree.end[nodes] > nodes[-1])
    return nodes[: max(np.count_nonzero(common) - 1, 0)]


def _commands(
    context: Context,
    command: Callable[[int], str],
    light: _Light,
    values: Ints,
    left: Flags,
    which: Flags,
    condition: str,
) -> list[str]:
    """One for each of the ``values`` at those ``left`` of ``which``; an ellipsis for too many values."""
    nodes, wanted = light.node[which], values[light.row[which]]
    left = left[which]
    found = np.unique(wanted[left]).tolist()
    commands = [
        _command(context, command(each), nodes[left & (wanted == each)], nodes[wanted != each], condition)
        for each in found[:VALUES_NAMED]
    ]
    return [*commands, *(["…"] if len(found) > VALUES_NAMED else [])]


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
