"""Files that a later layer stores again though their content is the same: chown, chmod, touch, hard links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..advice import Part, said
from ..amending import dropped, is_only, replaced
from ..at_source import Changes, moved_to_sources
from ..edits import all_described, brief, is_copy
from ..made import removing
from ..model import Rule
from ..naming import is_complete, named_paths
from ..numbers import distinct

if TYPE_CHECKING:
    from ...arrays import Ints
    from ..advice import Advice
    from ..context import Context
    from ..model import Finding

# These write what they write, whatever is there: no argument of theirs spares a file.
_INSTALLS = re.compile(
    r"RUN (?:.*[\s/])?(?:apt|apt-get|aptitude|dpkg|apk|dnf|yum|microdnf|tdnf|zypper|rpm|pip[\d.]*|uv|conda|mamba|npm|"
    r"pnpm|yarn|gem|bundle|composer)\s",
    re.DOTALL,
)


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
        return _moved(context, layer, changed, what)
    if changed.links.any():
        return said(f"in {here}, link with ln -s: a hard link to a file of a lower layer stores the file again")
    return said(_unchanged(context, layer, names, here))


def _unchanged(context: Context, layer: int, names: Ints, here: str) -> str:
    """What is to be done about files that ``here`` leaves as they were, content, owner and mode."""
    line, paths = context.instructions[layer], named_paths(context, names)
    before = all_described(context, distinct(context.stack.rows.layer[names]).tolist())
    if is_copy(line):
        return f"{here} stores {paths} again unchanged: leave that out of it, or of {before}"
    if _INSTALLS.match(line):
        return f"{here} stores {paths} again unchanged: join it with {before}, so that one layer stores that once"
    return f"{here} changes no content, owner or mode of {paths}: leave them alone"


def _moved(context: Context, layer: int, changed: Changes, what: str) -> Advice:
    """Set ``what`` changed where the files come from, and where it is set now only for what stores nothing."""
    line = context.instructions[layer]
    here = brief(line) or f"the instruction of layer {layer}"
    sources, commands = moved_to_sources(context, layer, changed)
    rest = " && ".join(commands)
    if line and not is_only(line, "chown|chmod|chgrp"):
        last = [Part(f"there, {rest} does it for what stores no bytes")] if rest else []
        return (
            Part(f"leave {what} of files from lower layers alone in {here}, and set {what} where they come from:"),
            *sources,
            *last,
        )
    if not rest:
        drop = Part(f"drop {here}, and set {what} where the files come from:")
        return (drop, *sources, Part("", layer, dropped))
    return (
        Part(f"drop {here} but for what stores no bytes, and set {what} where the files come from:"),
        *sources,
        Part(f"RUN {rest}  # layer {layer}", layer, replaced(rest) if all(map(is_complete, commands)) else None),
    )


def edit_of_parents(context: Context, layer: int, names: Ints) -> Advice:
    """Leave the parent's files as they are."""
    line = context.instructions[layer]
    here = brief(line) or f"the instruction of layer {layer}"
    paths = named_paths(context, names)
    again = f"{here} stores files of the parent image again with the same content"
    if _INSTALLS.match(line):
        return said(f"{again}, since its package manager writes {paths}: take a parent image that has the packages")
    return said(f"{again}: leave out {paths} there, or take a parent image that has them as they should be")


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
