"""What rules about secret files share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .advice import said
from .edits import described
from .made import removing
from .naming import named_paths

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
    """One finding a layer that stores some of ``names``; empty files hold no secret."""
    return removing(rule, context, names[context.stored[context.stack.inode[names]] > 0], _edit)


def _edit(context: Context, layer: int, names: Ints) -> Advice:
    inode = context.stack.inode[names]
    removers = sorted({*context.stack.caused_by[inode].tolist()} - {-1})[:1]
    still = "".join(f"; {described(context, each)} hides it, and layer {layer} still has it" for each in removers)
    paths = named_paths(context, names)
    return said(
        f"never store {paths}: give it to the RUN that needs it by --mount=type=secret, or to the container when it "
        f"runs; replace it, since whoever has the image has it{still}"
    )
