"""What apt-get leaves: package lists, downloaded packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ...globs import Globs
from ...rootfs.stack import OVERWRITTEN
from ..advice import Part
from ..edits import all_described, at_the_end
from ..made import storing
from ..model import Rule
from ..naming import inside
from ..numbers import distinct

if TYPE_CHECKING:
    from ...arrays import Ints
    from ..advice import Advice
    from ..context import Context
    from ..model import Finding

_LISTS = "/var/lib/apt/lists"
_UPDATES = re.compile(r"\bapt(-get)?\b[^;&|]*\bupdate\b")
_INSTALLS = re.compile(r"\bapt(-get)?\b[^;&|]*\b(install|build-dep|upgrade|dist-upgrade|full-upgrade)\b")


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer that leaves such files, whether a later one replaces them or not: each would clean up."""
    named, stack = context.named_by(rule.globs), context.stack
    replaced = (stack.fate[stack.inode[named]] == OVERWRITTEN) & (context.stored[stack.inode[named]] > 0)
    return storing(rule, context, np.concatenate([context.visible_by(rule.globs), named[replaced]]), edit)


def edit(context: Context, layer: int, names: Ints) -> Advice:
    """Remove what there is of both, and say which later instructions have to do without the lists then."""
    (lists,) = context.nodes([_LISTS.lstrip("/").encode()]).tolist()
    if lists < 0 or not inside(context, distinct(context.stack.rows.node[names]), lists):
        return at_the_end("apt-get clean")(context, layer, names)
    advice = at_the_end(f"apt-get clean && rm -rf {_LISTS}/*")(context, layer, names)
    needing = _needing_lists(context, layer)
    if not needing:
        return advice
    later = all_described(context, needing)
    return (*advice, Part(f"then {later} would lack the lists: join them with this one, or update there as well"))


def _needing_lists(context: Context, layer: int) -> list[int]:
    """The layers whose instructions install by the lists of ``layer``."""
    found = []
    for each, line in enumerate(context.instructions[layer + 1 :], layer + 1):
        if _UPDATES.search(line):
            break
        if _INSTALLS.search(line):
            found.append(each)
    return found


RULE = Rule(
    id="apt-lists",
    title="Package lists and packages of apt",
    severity="waste",
    meaning=(
        "apt-get update downloads lists of all packages of the distribution, and apt-get install keeps the "
        "packages that it unpacked; both write a cache of what there is anew. A container needs none of that. Removing "
        "it in a later RUN saves nothing: the layer with it is stored already."
    ),
    bad="RUN apt-get update && apt-get install --yes curl",
    good="RUN apt-get update && apt-get install --yes curl && apt-get clean && rm -rf /var/lib/apt/lists/*",
    find=find,
    globs=Globs(
        directories=(
            "var/lib/apt/lists",
            "var/cache/apt",
        ),
    ),
)
