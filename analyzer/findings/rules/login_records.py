"""lastlog and its kin: files with a place for every possible user, nearly all of them holes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ...globs import Globs
from ..advice import Part
from ..amending import optioned, with_option
from ..edits import brief
from ..made import storing
from ..model import Rule
from ..naming import named_paths

if TYPE_CHECKING:
    from ...arrays import Ints
    from ..advice import Advice
    from ..context import Context
    from ..model import Finding

_LARGE = 64 * 1024
_USERADD = re.compile(r"\buseradd\b")


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer with such a file that is large, be it stored with its holes or without."""
    names = context.visible_by(rule.globs)
    return storing(rule, context, names[_logical_bytes(context, names) >= _LARGE], edit)


def edit(context: Context, layer: int, names: Ints) -> Advice:
    """Make users without a record."""
    size, stored = int(_logical_bytes(context, names).sum()), int(context.stored[context.stack.inode[names]].sum())
    line = context.instructions[layer]
    otherwise = f"rm {named_paths(context, names)}"
    amended = with_option(brief(line), _USERADD, "--no-log-init")
    if amended == brief(line):
        amended = f"{amended or 'RUN …'} && {otherwise}"
    return (
        Part(amended, layer, optioned(_USERADD, "--no-log-init", otherwise)),
        Part(f"{size:,} bytes for whoever unpacks it without holes, {stored:,} of them stored"),
    )


def _logical_bytes(context: Context, names: Ints) -> Ints:
    sizes: Ints = np.asarray(context.changes["size"].to_numpy())[context.stack.inode[names]]
    return sizes


RULE = Rule(
    id="login-records",
    title="Large login records",
    severity="waste",
    meaning=(
        "lastlog and faillog have a fixed place for each user number. A user with a high number makes them huge: "
        "gigabytes of holes, which builders may store as zeros, and which some tools write out in full."
    ),
    bad="RUN useradd --uid 1000000 app",
    good="RUN useradd --no-log-init --uid 1000000 app",
    find=find,
    globs=Globs(files=("var/log/{lastlog,faillog,tallylog}",)),
)
