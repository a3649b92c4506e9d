"""The same content at several paths that a container sees."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

import numpy as np

from ..advice import Part, said
from ..amending import appended
from ..edits import brief, is_copy
from ..made import largest, removing
from ..model import Rule
from ..numbers import among
from ..savings import DUPLICATE_FILES

if TYPE_CHECKING:
    from ...arrays import Ints
    from ..advice import Advice
    from ..context import Context
    from ..model import Finding

_EXAMPLES = 3


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer that stores further copies; the first of each content is no finding."""
    inode = context.stack.inode[context.visible_names]
    names = context.visible_names[among(_further(context), inode)]
    return removing(rule, context, names, edit, context.stack.rows.layer[context.makers[names]])


def _further(context: Context) -> Ints:
    """All files of which an earlier one has the content."""
    copies = context.copies
    _, first = np.unique(copies.group, return_index=True)
    return np.delete(copies.inode, first)


def edit(context: Context, layer: int, names: Ints) -> Advice:
    """Link to the first copy."""
    examples = largest(context, names, _EXAMPLES)
    copies = context.copies
    groups = copies.group[np.searchsorted(copies.inode, context.stack.inode[examples])]
    _, first = np.unique(copies.group, return_index=True)
    kept = copies.inode[first[groups]]
    seen = context.visible_names
    at = [int(np.flatnonzero(context.stack.inode[seen] == inode)[0]) for inode in kept]
    pairs = zip(context.paths(seen[at]), context.paths(examples), strict=True)
    links = " && ".join(f"ln -sf {quote('/' + target)} {quote('/' + path)}" for target, path in pairs)
    more = len(names) - len(examples)
    line = brief(context.instructions[layer]) or f"in layer {layer}: RUN …"
    if more:
        links += f", and so for {more:,} more"
    if is_copy(line):
        return said(f"leave the copies out of {line}, and link: RUN {links}")
    return (Part(f"{line} && {links}", layer, None if more else appended(links)),)


RULE = Rule(
    id=DUPLICATE_FILES,
    title="The same content at several paths",
    severity="size",
    meaning=(
        "Files with equal content are stored once each, even in one layer. A symbolic link costs nothing. Content of "
        "less than 4,096 bytes is left out; hard links of one file are one file. Of each content one copy is kept."
    ),
    bad="COPY logo.png /srv/static/logo.png\nCOPY logo.png /srv/admin/logo.png",
    good="COPY logo.png /srv/static/logo.png\nRUN ln -s /srv/static/logo.png /srv/admin/logo.png",
    find=find,
)
