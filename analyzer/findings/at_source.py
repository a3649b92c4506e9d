"""What a later layer changed of files, set where these come from: flags of a COPY, commands at the end of a RUN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from .advice import Part
from .amending import appended, flagged
from .edits import brief, copied_with, is_copy
from .naming import is_complete, listed_paths, named_paths, nodes_at
from .numbers import distinct
from .reach import reaches_no_directory

if TYPE_CHECKING:
    from ..arrays import Flags, Ints
    from .context import Context

_LAYERS_NAMED = 8


class Changes(Struct, frozen=True, eq=False):
    """Names that a layer stored again: owner and permissions since, and which have another owner, mode or link."""

    before: Ints
    uid: Ints
    gid: Ints
    permissions: Ints
    owner: Flags
    mode: Flags
    links: Flags

    @classmethod
    def between(cls, context: Context, before: Ints, after: Ints) -> Changes:
        """What changed from each row of ``before`` to that of ``after``."""
        columns = (*context.owners, context.modes)
        old, new = ([column[rows].astype(np.int64) for column in columns] for rows in (before, after))
        different = [first != second for first, second in zip(old, new, strict=True)]
        inode = context.stack.inode
        links = context.holding_names[inode[after]] > context.holding_names[inode[before]]
        return cls(before, new[0], new[1], new[2], different[0] | different[1], different[2], links)


def at_sources(context: Context, layer: int, changed: Changes) -> list[Part]:
    """One line for each layer that the files come from, before ``layer`` changed them."""
    origins = context.stack.rows.layer[context.origins[changed.before]]
    layers = distinct(origins[changed.owner | changed.mode]).tolist()
    parts = [_at_source(context, source, layer, changed, origins == source) for source in layers[:_LAYERS_NAMED]]
    more = len(layers) - _LAYERS_NAMED
    return [*parts, *([Part(f"and so in {more} more layers")] if more > 0 else [])]


def _at_source(context: Context, layer: int, until: int, changed: Changes, here: Flags) -> Part:
    line = context.instructions[layer]
    if is_copy(line):
        return _at_copy(context, layer, until, changed, here)
    uid, gid = _most(changed.uid[here & changed.owner]), _most(changed.gid[here & changed.owner])
    commands = []
    if uid is not None and gid is not None:
        owned = named_paths(context, changed.before[here & changed.owner], _of_others(context, layer, uid, gid))
        commands.append(f"chown -R {uid}:{gid} {owned}")
    for mode, which in _each_mode(changed, here):
        commands.append(f"chmod {mode:o} {listed_paths(context, changed.before[which])}")
    command = " && ".join(commands)
    amend = appended(command) if all(map(is_complete, commands)) else None
    return Part(f"{brief(line) or 'RUN …'} && {command}  # layer {layer}", layer, amend)


def _at_copy(context: Context, layer: int, until: int, changed: Changes, here: Flags) -> Part:
    uid, gid = _most(changed.uid[here & changed.owner]), _most(changed.gid[here & changed.owner])
    flags = {} if uid is None else {"--chown": f"{uid}:{gid}"}
    only = []
    files = _files_of(context, layer, until)
    owned = here & changed.owner
    if 0 < np.count_nonzero(owned) < files:
        only.append(f"the owner for {listed_paths(context, changed.before[owned])} only")
    for mode, which in _each_mode(changed, here):
        if np.count_nonzero(which) == files and reaches_no_directory(context, layer, mode):
            flags["--chmod"] = f"{mode:o}"
        else:
            paths = listed_paths(context, changed.before[which])
            only.append(f"with mode {mode:o} for {paths} before it copies")
    line = context.instructions[layer]
    amended = copied_with(line, " ".join(f"{name}={value}" for name, value in flags.items())) if flags else brief(line)
    return Part(", ".join([f"{amended}  # layer {layer}", *only]), layer, None if only else flagged(flags))


def _each_mode(changed: Changes, here: Flags) -> list[tuple[int, Flags]]:
    """The modes that the files get, the most frequent first, each with the files."""
    modes, counts = np.unique(changed.permissions[here & changed.mode], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [(mode, here & changed.mode & (changed.permissions == mode)) for mode in modes[order].tolist()]


def _of_others(context: Context, layer: int, uid: int, gid: int) -> Ints:
    """The nodes, ascending, that a chown in ``layer`` must not reach.

    At some a container sees what does not belong to this user and group. At others is what lower layers store: any
    chown stores it again.
    """
    rows, (users, groups) = context.stack.rows, context.owners
    of_another = context.stack.alive & rows.is_name & ((users != uid) | (groups != gid))
    of_lower = context.stack.seen_after(layer) & rows.is_leaf & (rows.layer < layer)
    return nodes_at(context, rows.node[of_another | of_lower])


def _files_of(context: Context, layer: int, until: int) -> int:
    """How many names of files with content that come from ``layer`` are there still when ``until`` begins."""
    names = context.names[context.stack.rows.layer[context.origins[context.names]] == layer]
    inode = context.stack.inode[names]
    hidden = context.stack.caused_by[inode]
    there = (context.stored[inode] > 0) & ((hidden < 0) | (hidden >= until))
    return len(distinct(context.stack.rows.node[names[there]]))


def _most(values: Ints) -> int | None:
    """The most frequent value, None of none."""
    distinct, counts = np.unique(values, return_counts=True)
    return int(distinct[np.argmax(counts)]) if len(distinct) else None
