"""What a later layer changed of files, set where these come from: flags of a COPY, commands at the end of a RUN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from .advice import Part
from .amending import appended, flagged
from .edits import brief, copied_with, is_copy
from .left_over import Gift, modes_left_over, owners_left_over
from .naming import arguments_at, is_complete, listed_paths, named_roots, nodes_at
from .numbers import distinct
from .owner import pair
from .reach import reaches_no_directory

if TYPE_CHECKING:
    from ..arrays import Flags, Ints
    from .context import Context

_LAYERS_NAMED = 8


class Changes(Struct, frozen=True, eq=False):
    """Names that a layer stored again: owner and permissions since, and which have another owner, mode or link."""

    before: Ints
    owners: Ints
    permissions: Ints
    owner: Flags
    mode: Flags
    links: Flags

    @classmethod
    def between(cls, context: Context, before: Ints, after: Ints) -> Changes:
        """What changed from each row of ``before`` to that of ``after``."""
        columns = (context.owners, context.modes.astype(np.int64))
        (old_owner, old_mode), (owner, mode) = ([column[rows] for column in columns] for rows in (before, after))
        inode = context.stack.inode
        links = context.holding_names[inode[after]] > context.holding_names[inode[before]]
        return cls(before, owner, mode, owner != old_owner, mode != old_mode, links)


class Moved(Struct, frozen=True, eq=False):
    """An edit at a source, and what it gives to all that it reaches."""

    part: Part
    owners: tuple[Gift, ...] = ()
    modes: tuple[Gift, ...] = ()


def moved_to_sources(context: Context, layer: int, changed: Changes) -> tuple[list[Part], list[str]]:
    """One line for each layer that the files come from, before ``layer`` changed them, and what is left to do there.

    That are commands, which store no file again.
    """
    origins = context.stack.rows.layer[context.makers[changed.before]]
    layers = distinct(origins[changed.owner | changed.mode]).tolist()
    moved = [_at_source(context, source, layer, changed, origins == source) for source in layers[:_LAYERS_NAMED]]
    more = len(layers) - _LAYERS_NAMED
    parts = [*(each.part for each in moved), *([Part(f"and so in {more} more layers")] if more > 0 else [])]
    commands = [
        *owners_left_over(context, layer, [gift for each in moved for gift in each.owners]),
        *modes_left_over(context, layer, [gift for each in moved for gift in each.modes]),
    ]
    return parts, commands


def _at_source(context: Context, layer: int, until: int, changed: Changes, here: Flags) -> Moved:
    line = context.instructions[layer]
    if is_copy(line):
        return _at_copy(context, layer, until, changed, here)
    commands, gifts = [], []
    for owner, which in _by_value(changed.owners, here & changed.owner):
        others, made = _of_others(context, layer, owner), _made_with(context, layer, until, owner)
        roots, complete = named_roots(context, changed.before[which], others, made)
        commands.append(f"chown -R {pair(owner)} {arguments_at(context, roots, complete)}")
        gifts.append(Gift(layer, owner, tuple(roots)))
    for mode, which in _by_value(changed.permissions, here & changed.mode):
        commands.append(f"chmod {mode:o} {listed_paths(context, changed.before[which])}")
    command = " && ".join(commands)
    amend = appended(command) if all(map(is_complete, commands)) else None
    return Moved(Part(f"{brief(line) or 'RUN …'} && {command}  # layer {layer}", layer, amend), tuple(gifts))


def _at_copy(context: Context, layer: int, until: int, changed: Changes, here: Flags) -> Moved:
    flags: dict[str, str] = {}
    only: list[str] = []
    owned: tuple[Gift, ...] = ()
    moded: tuple[Gift, ...] = ()
    files = _files_of(context, layer, until)
    for owner, which in _by_value(changed.owners, here & changed.owner):
        flags.setdefault("--chown", pair(owner))
        if np.count_nonzero(which) == files:
            owned = (Gift(layer, owner),)
        else:
            only.append(f"the owner {pair(owner)} for {listed_paths(context, changed.before[which])} only")
    for mode, which in _by_value(changed.permissions, here & changed.mode):
        if np.count_nonzero(which) == files and reaches_no_directory(context, layer, mode):
            flags["--chmod"], moded = f"{mode:o}", (Gift(layer, mode),)
        else:
            paths = listed_paths(context, changed.before[which])
            only.append(f"with mode {mode:o} for {paths} before it copies")
    line = context.instructions[layer]
    amended = copied_with(line, " ".join(f"{name}={value}" for name, value in flags.items())) if flags else brief(line)
    part = Part(", ".join([f"{amended}  # layer {layer}", *only]), layer, None if only else flagged(flags))
    return Moved(part, owned, moded)


def _by_value(values: Ints, which: Flags) -> list[tuple[int, Flags]]:
    """The values of those ``which`` count, the most frequent first, each with those that have it."""
    found, counts = np.unique(values[which], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [(value, which & (values == value)) for value in found[order].tolist()]


def _made_with(context: Context, layer: int, until: int, owner: int) -> Ints:
    """The nodes of what ``layer`` made and ``until`` gave to this owner, ascending."""
    rows, stack = context.stack.rows, context.stack
    given = rows.is_name & (rows.layer == until) & (context.owners == owner)
    before, after = (rows.node[rows.is_name & stack.seen_after(each)] for each in (layer - 1, layer))
    made = nodes_at(context, after, but=before)
    return made[np.isin(made, rows.node[given])]


def _of_others(context: Context, layer: int, owner: int) -> Ints:
    """The nodes, ascending, that a chown in ``layer`` must not reach.

    At some a container sees what does not belong to this owner. At others is what lower layers store: any
    chown stores it again.
    """
    rows = context.stack.rows
    of_another = context.stack.alive & rows.is_name & (context.owners != owner)
    of_lower = context.stack.seen_after(layer) & rows.is_leaf & (rows.layer < layer)
    return nodes_at(context, rows.node[of_another | of_lower])


def _files_of(context: Context, layer: int, until: int) -> int:
    """How many names of files with content that come from ``layer`` are there still when ``until`` begins."""
    names = context.names[context.stack.rows.layer[context.makers[context.names]] == layer]
    inode = context.stack.inode[names]
    hidden = context.stack.caused_by[inode]
    there = (context.stored[inode] > 0) & ((hidden < 0) | (hidden >= until))
    return len(distinct(context.stack.rows.node[names[there]]))
