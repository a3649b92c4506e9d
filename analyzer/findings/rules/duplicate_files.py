"""The same content at several paths that a container sees."""

from __future__ import annotations

from functools import partial
from shlex import quote
from typing import TYPE_CHECKING

import numpy as np

from ...globs import Globs
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
    inode, copies = context.stack.inode, context.copies
    names = context.visible_names[among(copies.inode, inode[context.visible_names])]
    names = names[~context.matching(names, rule.globs.spared_regex)]
    groups = copies.group[np.searchsorted(copies.inode, inode[names])]
    kept = _earliest(context, names, groups)
    is_further = inode[names] != inode[kept[groups]]
    layers = context.stack.rows.layer[context.makers[names]]
    return removing(rule, context, names[is_further], partial(edit, kept), layers[is_further])


def _earliest(context: Context, names: Ints, groups: Ints) -> Ints:
    """By group, the name that was there first with the content: whatever makes another finds it at its path.

    That is not where it was last stored: a chown of both stores both in one layer. A group without names has -1.
    """
    order = np.lexsort((names, context.firsts[names], groups))
    found, first = np.unique(groups[order], return_index=True)
    kept = np.full(context.copies.count, -1, np.int64)
    kept[found] = names[order[first]]
    return kept


def edit(kept: Ints, context: Context, layer: int, names: Ints) -> Advice:
    """Link to the copies that are ``kept``, one a group."""
    examples = largest(context, names, _EXAMPLES)
    copies = context.copies
    groups = copies.group[np.searchsorted(copies.inode, context.stack.inode[examples])]
    pairs = zip(context.paths(kept[groups]), context.paths(examples), strict=True)
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
        "less than 4,096 bytes is left out, and so are copies with another owner or mode; hard links of one file are "
        "one file. Of each content the copy is kept that was there first. Files that package managers and logins write "
        "are left alone."
    ),
    bad="COPY logo.png /srv/static/logo.png\nCOPY logo.png /srv/admin/logo.png",
    good="COPY logo.png /srv/static/logo.png\nRUN ln -s /srv/static/logo.png /srv/admin/logo.png",
    find=find,
    globs=Globs(spared=("var/lib/{apt,dpkg,rpm}/**", "{usr/,}lib/apk/**", "usr/lib/sysimage/rpm/**", "var/log/**")),
)
