"""Files that a later layer stores again though their content is the same: chown, chmod, touch, hard links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..edits import brief, copied_with, is_copy, listed_paths, named_paths
from ..made import removing
from ..model import Rule
from ..numbers import distinct

if TYPE_CHECKING:
    from ...arrays import Flags, Ints
    from ..context import Context
    from ..model import Finding

_LAYERS_NAMED = 8


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer that stores files again, and one where these are the parent image's.

    The copies that would go are those that the layer hides; those of a parent image stay, so the layer's own would.
    """
    names = context.recopied_names
    causes = context.stack.caused_by[context.stack.inode[names]]
    is_parents = context.from_parent[names] & (causes >= context.own_from)
    after = context.successors(names[is_parents])
    copies = context.names_of(context.stack.inode[after[after >= 0]])
    return [
        *removing(rule, context, names[~is_parents], edit, causes[~is_parents]),
        *removing(rule, context, copies, edit_of_parents),
    ]


def edit(context: Context, layer: int, names: Ints) -> str:
    """Give the files where they come from what they get here."""
    after = context.successors(names)
    changed = Changes.between(context, names[after >= 0], after[after >= 0])
    here = brief(context.instructions[layer]) or f"the instruction of layer {layer}"
    if changed.owner.any() or changed.mode.any():
        what = " and ".join(
            [*(["the owner"] if changed.owner.any() else []), *(["the mode"] if changed.mode.any() else [])]
        )
        return "\n".join([f"drop {here}, and set {what} where the files come from:", *_at_sources(context, changed)])
    if changed.links.any():
        return f"in {here}, link with ln -s: a hard link to a file of a lower layer stores the file again"
    return f"{here} changes no content, owner or mode of {named_paths(context, names)}: leave them alone"


def edit_of_parents(context: Context, layer: int, names: Ints) -> str:
    """Leave the parent's files as they are."""
    here = brief(context.instructions[layer]) or f"the instruction of layer {layer}"
    return (
        f"{here} stores files of the parent image again with the same content: leave out {named_paths(context, names)} "
        "there, or take a parent image that has them as they should be"
    )


@dataclass(frozen=True, eq=False)
class Changes:
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


def _at_sources(context: Context, changed: Changes) -> list[str]:
    """One line for each layer that the files come from."""
    origins = context.stack.rows.layer[context.origins[changed.before]]
    layers = distinct(origins[changed.owner | changed.mode]).tolist()
    lines = [_at_source(context, layer, changed, origins == layer) for layer in layers[:_LAYERS_NAMED]]
    return lines if len(layers) <= _LAYERS_NAMED else [*lines, f"and so in {len(layers) - _LAYERS_NAMED} more layers"]


def _at_source(context: Context, layer: int, changed: Changes, here: Flags) -> str:
    uid = _most(changed.uid[here & changed.owner])
    gid = _most(changed.gid[here & changed.owner])
    mode = _most(changed.permissions[here & changed.mode])
    line = context.instructions[layer]
    with_mode = listed_paths(context, changed.before[here & changed.mode]) if mode is not None else ""
    if is_copy(line):
        options = ([] if uid is None else [f"--chown={uid}:{gid}"]) + ([] if mode is None else [f"--chmod={mode:o}"])
        only = f", the mode for {with_mode} only" if mode is not None else ""
        return f"{copied_with(line, ' '.join(options))}  # layer {layer}{only}"
    paths = named_paths(context, changed.before[here & changed.owner]) if uid is not None else ""
    commands = [f"chown -R {uid}:{gid} {paths}"] if paths else []
    commands += [f"chmod {mode:o} {with_mode}"] if mode is not None else []
    return f"{' && '.join([brief(line) or 'RUN …', *commands])}  # layer {layer}"


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
