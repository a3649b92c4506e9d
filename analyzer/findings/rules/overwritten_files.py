"""Files that a later layer replaces by other content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...globs import Globs
from ...rootfs.stack import OVERWRITTEN
from ..advice import said
from ..edits import brief, described
from ..in_parent import hidden_in_parent, hiding
from ..made import removing
from ..model import Rule
from ..naming import named_paths
from ..numbers import distinct

if TYPE_CHECKING:
    from ...arrays import Ints
    from ..advice import Advice
    from ..context import Context
    from ..model import Finding


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer that stores such files, or that writes files of the parent image anew."""
    stack = context.stack
    names = context.dead_names[stack.fate[stack.inode[context.dead_names]] == OVERWRITTEN]
    names = names[~context.matching(names, rule.globs.spared_regex)]
    in_parent = hidden_in_parent(context, names)
    return [
        *removing(rule, context, names[~in_parent], edit),
        *hiding(rule, context, names[in_parent], "writes anew", "take a parent image that has the new content already"),
    ]


def edit(context: Context, layer: int, names: Ints) -> Advice:
    """Store the last content at once."""
    writers = distinct(context.stack.caused_by[context.stack.inode[names]]).tolist()
    later = ", ".join(described(context, each) for each in writers[:3])
    line = brief(context.instructions[layer]) or f"the instruction of layer {layer}"
    seen = context.visible_names
    left = seen[context.stack.rows.layer[context.stack.inode[seen]] == layer]
    paths = named_paths(context, names, context.stack.rows.node[left])
    return said(f"join {line} with what writes {paths} again, or leave out the first: {later}")


RULE = Rule(
    id="overwritten-files",
    title="Overwritten by a later layer",
    severity="waste",
    meaning=(
        "When a later layer writes a file anew, or puts something else in its place, the first content stays stored. "
        "Two RUN that install packages each rewrite the package manager's own files: one RUN does it once."
    ),
    bad="COPY application/ /srv/app/\nCOPY production.json /srv/app/settings.json",
    good="# .dockerignore\napplication/settings.json",
    find=find,
    globs=Globs(
        spared=(
            "stargz.index.json",  # the format's own; `Analysis.notes` tells of it
            "var/cache/apt/*",  # `apt-lists` tells of these
        )
    ),
)
