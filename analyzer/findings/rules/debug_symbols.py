"""Programs and libraries with the sections that debuggers read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...globs import Globs
from ...layers.program import DEBUG_BYTES
from ..advice import Part, said
from ..amending import appended
from ..edits import brief, is_copy
from ..made import shrinking
from ..model import Rule
from ..naming import is_complete, listed_paths

if TYPE_CHECKING:
    from ...arrays import Ints
    from ..advice import Advice
    from ..context import Context
    from ..model import Finding


def edit(context: Context, layer: int, names: Ints) -> Advice:
    """Strip them where they are made, which for a COPY is before it."""
    line, paths = context.instructions[layer], listed_paths(context, names)
    if is_copy(line):
        return said(f"strip the files before {brief(line)} copies them: {paths}")
    amend = appended(f"strip {paths}") if is_complete(paths) else None
    return (Part(f"{brief(line) or f'where layer {layer} is made: RUN …'} && strip {paths}", layer, amend),)


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer that stored such files first; they stay, and shrink by these sections, as their copies do."""
    rows, sizes = context.with_fact(DEBUG_BYTES)
    bytes_of = np.zeros(len(context.stored), np.int64)
    bytes_of[rows] = sizes
    seen = (context.stack.caused_by[rows] < 0) & (sizes > 0) & ~context.matching(rows, rule.globs.spared_regex)
    names = context.with_copies(rows[seen])
    files = names[context.stack.inode[names] == names]  # a hard link shrinks with the file
    return shrinking(rule, context, files, bytes_of[files], edit)


RULE = Rule(
    id="debug-symbols",
    title="Programs with debug sections",
    severity="size",
    meaning=(
        "Compilers put what debuggers need into sections of their own, often more than the program itself. Running it "
        "does not take them. Counted are the bytes of these sections; headers and alignment may move a few more. "
        "Libraries that pip installed are left out: wheels are rewritten after linking, and strip breaks some of them."
    ),
    bad="RUN cc -g -o /usr/local/bin/server server.c",
    good="RUN cc -g -o /usr/local/bin/server server.c && strip /usr/local/bin/server",
    find=find,
    globs=Globs(spared=("**/{site-packages,dist-packages}/**",)),
)
