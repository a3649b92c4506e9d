"""What rules about secret files share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..rootfs.stack import RECOPIED
from .advice import said
from .edits import all_described, described
from .made import removing
from .naming import named_paths
from .numbers import distinct

if TYPE_CHECKING:
    from ..arrays import Ints
    from .advice import Advice
    from .context import Context
    from .model import Finding, Rule

# Where packages keep keys that are public anyway: for their tests and examples.
SAMPLES = (
    "**/{site-packages,dist-packages,node_modules,gems,perl5}/**",
    "**/python3.{?,??}/test/**",
    "**/go/pkg/mod/**",
    "**/{registry,git}/{src,checkouts}/**",
    "usr/share/{doc,perl,ca-certificates,gnupg,man}/**",
    "usr/local/go/**",
    "**/{test,tests,testdata,fixtures,examples}/**",
)


def find_secrets(rule: Rule, context: Context, names: Ints) -> list[Finding]:
    """One finding a layer that brings some of ``names``, with the copies that later layers store of them.

    Empty files hold no secret.
    """
    names = names[context.stored[context.stack.inode[names]] > 0]
    return removing(rule, context, names, _edit, context.stack.rows.layer[context.makers[names]])


def _edit(context: Context, layer: int, names: Ints) -> Advice:
    stack, inode = context.stack, context.stack.inode[names]
    layers, caused_by = stack.rows.layer, stack.caused_by[inode]
    first = int(layers[context.firsts[names]].min())
    again = [each for each in distinct(layers[inode]).tolist() if each > layer]
    hiding = distinct(caused_by[(caused_by >= 0) & (stack.fate[inode] != RECOPIED)]).tolist()
    still = (
        f"layer {layer} still has it" if not again else f"layers {', '.join(map(str, (layer, *again)))} still have it"
    )
    told = [
        f"never store {named_paths(context, names)}: give it to the RUN that needs it by --mount=type=secret, or to "
        "the container when it runs; replace it, since whoever has the image has it",
        *([f"{described(context, first)} stored it first"] if first < layer else []),
        *([f"{all_described(context, again)} stored it again"] if again else []),
        *(f"{described(context, each)} hides it, and {still}" for each in hiding[:1]),
    ]
    return said("; ".join(told))
