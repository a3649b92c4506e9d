"""Files that a later layer stores again though their content is the same: chown, chmod, touch, hard links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..advice import Part, said
from ..amending import dropped, is_only
from ..at_source import Changes, at_sources
from ..edits import brief
from ..made import removing
from ..model import Rule
from ..naming import named_paths

if TYPE_CHECKING:
    from ...arrays import Ints
    from ..advice import Advice
    from ..context import Context
    from ..model import Finding


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
            *at_sources(context, layer, changed),
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
