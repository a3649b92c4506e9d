"""Files that a later layer stores again though their content is the same: chown, chmod, touch, hard links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from ..advice import Part, said
from ..amending import appended, dropped, flagged, is_only
from ..edits import brief, copied_with, is_copy
from ..made import removing
from ..model import Rule
from ..naming import is_complete, listed_paths, named_paths, nodes_at
from ..numbers import distinct

if TYPE_CHECKING:
    from ...arrays import Flags, Ints
    from ..advice import Advice
    from ..context import Context
    from ..model import Finding

_LAYERS_NAMED = 8


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer that stores files again, and one where these are the parent image's.

    The copies that would go are those that the layer hides; those of a parent image stay, so the layer's own would.
    """
    names = context.recopied_names
    causes = context.stack.caused_by[context.stack.inode[names]]
    is_parents = (context.from_parent | context.inherited)[names] & (causes >= context.own_from)
    after = context.successors(names[is_parents])
    copies = context.names_of(context.stack.inode[after[after >= 0]])
    return [
        *removing(rule, context, names[~is_parents], edit, causes[~is_parents]),
        *removing(rule, context, copies, edit_of_parents),
    ]


def edit(context: Context, layer: int, names: Ints) -> Advice:
    """Give the files where they come from what they get here."""
    after = context.successors(names)
    changed = Changes.between(context, names[after >= 0], after[after >= 0])
    line = context.instructions[layer]
    here = brief(line) or f"the instruction of layer {layer}"
    if changed.owner.any() or changed.mode.any():
        what = " and ".join(
            [*(["the owner"] if changed.owner.any() else []), *(["the mode"] if changed.mode.any() else [])]
        )
        is_all = not line or is_only(line, "chown|chmod|chgrp")
        drop = f"drop {here}" if is_all else f"leave {what} alone in {here}"
        return (
            Part(f"{drop}, and set {what} where the files come from:"),
            *_at_sources(context, layer, changed),
            *([Part("", layer, dropped)] if is_all else []),
        )
    if changed.links.any():
        return said(f"in {here}, link with ln -s: a hard link to a file of a lower layer stores the file again")
    return said(f"{here} changes no content, owner or mode of {named_paths(context, names)}: leave them alone")


def edit_of_parents(context: Context, layer: int, names: Ints) -> Advice:
    """Leave the parent's files as they are."""
    here = brief(context.instructions[layer]) or f"the instruction of layer {layer}"
    return said(
        f"{here} stores files of the parent image again with the same content: leave out {named_paths(context, names)} "
        "there, or take a parent image that has them as they should be"
    )


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


def _at_sources(context: Context, layer: int, changed: Changes) -> list[Part]:
    """One line for each layer that the files come from, before ``layer`` changed them."""
    origins = context.stack.rows.layer[context.origins[changed.before]]
    layers = distinct(origins[changed.owner | changed.mode]).tolist()
    parts = [_at_source(context, source, layer, changed, origins == source) for source in layers[:_LAYERS_NAMED]]
    more = len(layers) - _LAYERS_NAMED
    return [*parts, *([Part(f"and so in {more} more layers")] if more > 0 else [])]


def _at_source(context: Context, layer: int, until: int, changed: Changes, here: Flags) -> Part:
    uid = _most(changed.uid[here & changed.owner])
    gid = _most(changed.gid[here & changed.owner])
    mode = _most(changed.permissions[here & changed.mode])
    line = context.instructions[layer]
    if is_copy(line):
        flags = ({} if uid is None else {"--chown": f"{uid}:{gid}"}) | (
            {} if mode is None else {"--chmod": f"{mode:o}"}
        )
        files = _files_of(context, layer, until)
        partly = {
            what: listed_paths(context, changed.before[here & which])
            for what, which in (("owner", changed.owner), ("mode", changed.mode))
            if 0 < np.count_nonzero(here & which) < files
        }
        only = "".join(f", the {what} for {paths} only" for what, paths in partly.items())
        amended = copied_with(line, " ".join(f"{name}={value}" for name, value in flags.items()))
        return Part(f"{amended}  # layer {layer}{only}", layer, None if partly else flagged(flags))
    owned = ""
    if uid is not None and gid is not None:
        owned = named_paths(context, changed.before[here & changed.owner], _of_others(context, layer, uid, gid))
    with_mode = listed_paths(context, changed.before[here & changed.mode]) if mode is not None else ""
    commands = [f"chown -R {uid}:{gid} {owned}"] if owned else []
    commands += [f"chmod {mode:o} {with_mode}"] if with_mode else []
    command = " && ".join(commands)
    amend = appended(command) if is_complete(owned) and is_complete(with_mode) else None
    return Part(f"{brief(line) or 'RUN …'} && {command}  # layer {layer}", layer, amend)


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


RULE = Rule(
    id="recopied-files",
    title="Stored again unchanged",
    severity="waste",
    meaning=(
        "Changing the owner, mode or time of a file, or making a hard link to it, stores its content again where the "
        "file is of a lower layer. Files that get it where they come from are stored once. Counted are the copies that "
        "nobody sees."
    ),
    bad="COPY application/ /srv/app/\nRUN chown -R 1000:1000 /srv/app",
    good="COPY --chown=1000:1000 application/ /srv/app/",
    find=find,
)
