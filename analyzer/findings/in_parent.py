"""Waste of a parent image's files that one's own layers cause.

Nothing in one's own Dockerfile wins these bytes back: the parent's layers are stored and pulled as they are. So the
finding names the instruction that hides the files, and saves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .advice import said
from .made import blaming
from .naming import named_paths
from .numbers import distinct

if TYPE_CHECKING:
    from ..arrays import Flags, Ints
    from .advice import Advice
    from .context import Context
    from .made import Edit
    from .model import Finding, Rule


def hidden_in_parent(context: Context, names: Ints) -> Flags:
    """Which of ``names``, all of hidden files, a parent image stores and a later layer, one's own, hides."""
    inode = context.stack.inode[names]
    stored, hiding = context.stack.rows.layer[inode], context.stack.caused_by[inode]
    flags: Flags = context.inherited[inode] & (hiding >= context.own_from) & (hiding > stored)
    return flags


def hiding(rule: Rule, context: Context, names: Ints, does: str, instead: str) -> list[Finding]:
    """One finding for each own layer that hides ``names`` of a parent; ``does`` and ``instead`` word it."""
    layers = context.stack.caused_by[context.stack.inode[names]].astype(np.int64)
    return blaming(rule, context, names, _edit(does, instead), layers)


def _edit(does: str, instead: str) -> Edit:
    def edit(context: Context, _: int, names: Ints) -> Advice:
        held = int(context.stored[distinct(context.stack.inode[names])].sum())
        return said(
            f"this saves nothing: it {does} {named_paths(context, names)}, and the {held:,} bytes stay stored as the "
            f"parent image brought them, which nothing here can change; {instead}, or squash all layers into one"
        )

    return edit
