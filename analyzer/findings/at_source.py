"""What a later layer changed of files, set where these come from: flags of a COPY, commands at the end of a RUN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from .advice import Part
from .amending import appended, flagged
from .edits import brief, copied_with, is_copy
from .left_over import VALUES_NAMED, Gift, left_over
from .naming import arguments_at, is_complete, listed_paths, named_roots
from .numbers import distinct
from .owner import pair
from .reach import reaches_no_directory, unpacks

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
    between = distinct(context.stack.rows.layer[changed.before[context.stack.rows.layer[changed.before] != origins]])
    also = f"and do what is advised for layer {', '.join(map(str, between.tolist()))}, which sets them too"
    parts = [
        *(each.part for each in moved),
        *([Part(f"and so in {more} more layers")] if more > 0 else []),
        *([Part(also)] if len(between) else []),
    ]
    owners = [gift for each in moved for gift in each.owners] if changed.owner.any() else None
    modes = [gift for each in moved for gift in each.modes] if changed.mode.any() else None
    return parts, left_over(context, layer, owners, modes)


def _at_source(context: Context, layer: int, until: int, changed: Changes, here: Flags) -> Moved:
    line = context.instructions[layer]
    if is_copy(line):
        return _at_copy(context, layer, until, changed, here)
    commands, gifts = [], []
    owners, more_owners = _by_value(changed.owners, here & changed.owner)
    modes, more_modes = _by_value(changed.permissions, here & changed.mode)
    for owner, which in owners:
        others, made = _of_others(context, layer, until, owner), _made_with(context, layer, until, owner)
        roots, complete = named_roots(context, changed.before[which], *others, besides=made)
        commands.append(f"chown -R {pair(owner)} {arguments_at(context, roots, complete)}")
        gifts.append(Gift(layer, owner, tuple(roots)))
    for mode, which in modes:
        commands.append(f"chmod {mode:o} {listed_paths(context, changed.before[which])}")
    if more_owners or more_modes:
        commands.append("…")
    command, user = " && ".join(commands), context.users[layer]
    amend = appended(command) if all(map(is_complete, commands)) and not (owners and user) else None
    remark = f", as root: USER is {user} there" if owners and user else ""
    return Moved(Part(f"{brief(line) or 'RUN …'} && {command}  # layer {layer}{remark}", layer, amend), tuple(gifts))


def _at_copy(context: Context, layer: int, until: int, changed: Changes, here: Flags) -> Moved:
    flags: dict[str, str] = {}
    only: list[str] = []
    owned: tuple[Gift, ...] = ()
    moded: tuple[Gift, ...] = ()
    files, is_unpacked = _files_of(context, layer, until), unpacks(context, layer)
    owners, more_owners = _by_value(changed.owners, here & changed.owner)
    modes, more_modes = _by_value(changed.permissions, here & changed.mode)
    for owner, which in owners:
        if is_unpacked:
            only.append(f"the owner {pair(owner)} in the archive, for {listed_paths(context, changed.before[which])}")
            continue
        flags.setdefault("--chown", pair(owner))
        if np.count_nonzero(which) == files:
            owned = (Gift(layer, owner),)
        else:
            only.append(f"the owner {pair(owner)} for {listed_paths(context, changed.before[which])} only")
    for mode, which in modes:
        if np.count_nonzero(which) == files and not is_unpacked and reaches_no_directory(context, layer, mode):
            flags["--chmod"], moded = f"{mode:o}", (Gift(layer, mode),)
        else:
            paths = listed_paths(context, changed.before[which])
            only.append(f"with mode {mode:o} for {paths} before it copies")
    only += [
        f"and so for {more} more {what}" for more, what in ((more_owners, "owners"), (more_modes, "modes")) if more
    ]
    line = context.instructions[layer]
    amended = copied_with(line, " ".join(f"{name}={value}" for name, value in flags.items())) if flags else brief(line)
    needs_buildkit = "--chmod" in flags and _is_of_older_builder(context, layer)
    remark = ": Docker takes --chmod with BuildKit alone" if needs_buildkit else ""
    text = ", ".join([f"{amended}  # layer {layer}{remark}", *only])
    return Moved(Part(text, layer, None if only else flagged(flags)), owned, moded)


def _is_of_older_builder(context: Context, layer: int) -> bool:
    """Whether the history of this layer is as builders write it that are not BuildKit."""
    history = context.metadata.layers[layer].history
    return history is not None and "#(nop)" in (history.created_by or "")


def _by_value(values: Ints, which: Flags) -> tuple[list[tuple[int, Flags]], int]:
    """The most frequent values of those ``which`` count, each with those that have it; and how many more there are."""
    found, counts = np.unique(values[which], return_counts=True)
    named = found[np.argsort(-counts, kind="stable")][:VALUES_NAMED].tolist()
    return [(value, which & (values == value)) for value in named], len(found) - len(named)


def _made_with(context: Context, layer: int, until: int, owner: int) -> Ints:
    """The nodes of what ``layer`` made and ``until`` gave to this owner, ascending."""
    rows = context.stack.rows
    first, end = np.searchsorted(rows.layer, [until, until + 1])
    given = first + np.flatnonzero(rows.is_name[first:end] & (context.owners[first:end] == owner))
    made = context.standing.brought_by(layer)
    return made[np.isin(made, rows.node[given])]


def _of_others(context: Context, layer: int, until: int, owner: int) -> tuple[Ints, ...]:
    """The nodes that a chown in ``layer`` must not reach, each array ascending.

    At some a container sees what does not belong to this owner. At others is what lower layers store: any
    chown stores it again. And chown takes the bits of a setuid program, which ``until`` has left alone, away.
    """
    rows, setuid = context.stack.rows, context.setuid
    nodes, owners = context.seen_owners
    is_setuid = distinct(rows.node[setuid[rows.layer[setuid] != until]])
    return nodes[owners != owner], context.stored_below(layer), is_setuid


def _files_of(context: Context, layer: int, until: int) -> int:
    """How many names of files with content that come from ``layer`` are there still when ``until`` begins."""
    names = context.names[context.stack.rows.layer[context.makers[context.names]] == layer]
    inode = context.stack.inode[names]
    hidden = context.stack.caused_by[inode]
    there = (context.stored[inode] > 0) & ((hidden < 0) | (hidden >= until))
    return len(distinct(context.stack.rows.node[names[there]]))
