"""Files that one layer stores and a later one removes: nobody sees them, everybody pulls them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ...rootfs.stack import REMOVED
from ..advice import Part, said
from ..amending import appended, dropped, is_only
from ..edits import all_described, brief, is_copy
from ..in_parent import hidden_in_parent, hiding
from ..made import removing
from ..model import Rule
from ..naming import is_complete, removable_paths
from ..numbers import distinct
from ..uninstalling import uninstalled

if TYPE_CHECKING:
    from ...arrays import Ints
    from ..advice import Advice, Amend
    from ..context import Context
    from ..model import Finding
    from ..uninstalling import Uninstall


_REMOVES = re.compile(
    r"\b(rm|rmdir|unlink|shred|mv|find|git|clean|autoclean|purge|autoremove|remove|uninstall|erase|prune|del|delete)\b",
    re.IGNORECASE,
)


_MOVES = re.compile(r"(?:\ARUN|[;&|({])\s*mv\s")


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer that stores such files, or that removes files of the parent image.

    Removals inside a layer are the builder's, and left out.
    """
    stack = context.stack
    inode = stack.inode[context.dead_names]
    is_removed = (stack.fate[inode] == REMOVED) & (stack.caused_by[inode] > stack.rows.layer[inode])
    names = context.dead_names[is_removed]
    in_parent = hidden_in_parent(context, names)
    return [
        *removing(rule, context, names[~in_parent], edit),
        *hiding(rule, context, names[in_parent], "removes", "take a parent image without these files"),
    ]


def edit(context: Context, layer: int, names: Ints) -> Advice:
    """Never store them, rather than remove them later: where they were made, if this layer only stored them again."""
    made = distinct(context.stack.rows.layer[context.makers[names]]).tolist()
    if len(made) == 1 and context.own_from <= made[0] < layer:
        return (*said(f"they come from layer {made[0]}, and are stored here again:"), *_never(context, made[0], names))
    return _never(context, layer, names)


def _never(context: Context, layer: int, names: Ints) -> Advice:
    line = context.instructions[layer]
    removers = distinct(context.stack.caused_by[context.stack.inode[names]]).tolist()
    late = all_described(context, removers)
    moved = [each for each in removers if _MOVES.search(context.instructions[each])]
    if moved == removers:
        paths = removable_paths(context, names, removers[-1])
        return said(
            f"have {brief(line) or f'layer {layer}'} bring {paths} to where {late} moves it, and drop that there"
        )
    if moved:
        late += f", but for what {all_described(context, moved)} moves: have that brought to where it ends"
    if is_copy(line):
        return _of_copy(context, layer, names, removers, late)
    by_manager = [each for each in removers if uninstalled(line, [context.instructions[each]]) is not None]
    if (uninstall := uninstalled(line, [context.instructions[each] for each in by_manager])) is not None:
        return _by_manager(context, layer, names, by_manager, uninstall)
    return _of_run(context, layer, names, removers, late)


def _of_copy(context: Context, layer: int, names: Ints, removers: list[int], late: str) -> Advice:
    line, paths = context.instructions[layer], removable_paths(context, names, removers[-1])
    if len(names) < np.count_nonzero(context.stack.rows.layer[context.names] == layer):
        return said(
            f"leave out of what {brief(line)} copies, by .dockerignore or in the stage or archive that it comes from: "
            f"{paths}; or, where a RUN needs them, give it them by --mount=type=bind; then drop the removal in {late}"
        )
    return said(
        f"in place of {brief(line)}, let the RUN that needs {paths} have it by --mount=type=bind, or copy it into "
        f"a build stage only; then drop the removal in {late}"
    )


def _of_run(context: Context, layer: int, names: Ints, removers: list[int], late: str) -> Advice:
    line, paths = context.instructions[layer], removable_paths(context, names, removers[-1])
    here = brief(line) or f"in layer {layer}: RUN …"
    if line and not any(_may_remove(context.instructions[each]) for each in removers):
        return said(f"{late} replaces {paths}: have {here} bring at once what comes then, or leave out the first")
    removal = f"rm -rf {paths}"
    if line and not (removers == [layer + 1] and is_only(context.instructions[layer + 1], "rm|find")):
        return said(
            f"make one RUN of {here} and what needs its files, with && {removal} at its end; then drop the removal in "
            f"{late}"
        )
    drop = dropped if _does_nothing_else(context, removers[0], names) else None
    return (
        Part(f"{here} && {removal}", layer, appended(removal) if is_complete(paths) else None),
        _then_drop(late, removers[0], drop),
    )


def _by_manager(context: Context, layer: int, names: Ints, managed: list[int], uninstall: Uninstall) -> Advice:
    """Have the package manager remove where it installed: it knows the files, and notes that they are gone.

    It does so in the layers ``managed``; what others remove is named.
    """
    causes = context.stack.caused_by[context.stack.inode[names]]
    removers, others = distinct(causes).tolist(), ~np.isin(causes, managed)
    here, late = brief(context.instructions[layer]), all_described(context, removers)
    commands = uninstall.commands
    if commands is None or removers != [layer + 1]:
        what = f"&& {commands}" if commands else f"what removes them in {all_described(context, managed)}"
        if others.any():
            what += f" && rm -rf {removable_paths(context, names[others], removers[-1])}"
        return said(
            f"make one RUN of {here} and what needs its files, with {what} at its end; then drop the removal in {late}"
        )
    stack, dead = context.stack, context.dead_names
    removed = dead[(stack.fate[stack.inode[dead]] == REMOVED) & (stack.caused_by[stack.inode[dead]] == removers[0])]
    is_dropped = uninstall.is_all and len(removed) == len(names)
    added, drop = (appended(commands), dropped if is_dropped else None) if uninstall.anywhere else (None, None)
    return (
        Part(f"{here} && {commands}", layer, added),
        _then_drop(late, removers[0], drop),
    )


def _then_drop(late: str, remover: int, drop: Amend | None) -> Part:
    """What is left to do, which loses nothing where it is left to a human."""
    return Part(f"then drop the removal in {late}", remover if drop else None, drop)


def _may_remove(line: str) -> bool:
    """Whether an instruction is there to remove: installers of a newer version remove the older one on the way."""
    return not line.startswith("RUN ") or _REMOVES.search(line) is not None


def _does_nothing_else(context: Context, layer: int, names: Ints) -> bool:
    """Whether the layer takes nothing but ``names`` out of sight, and stores no file."""
    hidden = context.dead_names[context.stack.caused_by[context.stack.inode[context.dead_names]] == layer]
    return len(hidden) == len(names) and not (context.stack.rows.layer[context.names] == layer).any()


RULE = Rule(
    id="removed-files",
    title="Removed by a later layer",
    severity="waste",
    meaning=(
        "A layer only adds to those below it: a file that an earlier layer stores is stored and pulled whatever later "
        "layers remove. It goes only if the layer that makes it also removes it, or never gets it."
    ),
    bad="RUN curl --remote-name https://example.com/tool.tar\nRUN tar --extract --file tool.tar\nRUN rm tool.tar",
    good="RUN curl https://example.com/tool.tar | tar --extract",
    find=find,
)
