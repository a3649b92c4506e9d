"""From rows to findings: one a layer, with the bytes that they save, a few of their paths, and the edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from .advice import wording
from .model import Finding
from .savings import saving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..arrays import Ints
    from .advice import Advice
    from .context import Context
    from .model import Rule

    Edit: TypeAlias = Callable[[Context, int, Ints], Advice]

PATHS_SHOWN = 10
NOTHING = np.empty(0, np.int64)


def removing(rule: Rule, context: Context, names: Ints, edit: Edit, layers: Ints | None = None) -> list[Finding]:
    """One finding for each layer that stores files which could be left out.

    ``names`` are rows, each once; ``layers``, one each, are those to edit: by default where the content is
    stored. Findings that save nothing are left out, unless security is their point.
    """
    found = [
        made(rule, context, layer, chosen, edit(context, layer, chosen), removed=chosen)
        for layer, chosen in _grouped(rule, context, names, layers)
    ]
    return [each for each in found if each.file_bytes or rule.severity == "security"]


def storing(rule: Rule, context: Context, names: Ints, edit: Edit) -> list[Finding]:
    """The same for files that need not be there at all: what would go is also every earlier copy of them.

    The layer to edit is the one that stored them first.
    """
    names = context.with_copies(names)
    return removing(rule, context, names, edit, context.stack.rows.layer[context.origins[names]])


def telling(rule: Rule, context: Context, names: Ints, edit: Edit, layers: Ints | None = None) -> list[Finding]:
    """One finding for each layer whose entries at ``names`` should be otherwise. They save nothing.

    ``layers``, one each, are those to edit: by default those of the entries.
    """
    layers = context.stack.rows.layer[names] if layers is None else layers
    return [
        made(rule, context, layer, chosen, edit(context, layer, chosen))
        for layer, chosen in _grouped(rule, context, names, layers)
    ]


def shrinking(rule: Rule, context: Context, rows: Ints, by: Ints, edit: Edit) -> list[Finding]:
    """One finding for each layer with files that could be smaller, each ``by`` so many bytes."""
    bytes_of = np.zeros(len(context.stored), np.int64)
    bytes_of[rows] = np.minimum(by, context.stored[rows])
    found = [
        made(rule, context, layer, chosen, edit(context, layer, chosen), shrunk=chosen, shrunk_by=bytes_of[chosen])
        for layer, chosen in _grouped(rule, context, rows, None)
    ]
    return [each for each in found if each.file_bytes]


def made(
    rule: Rule,
    context: Context,
    layer: int,
    names: Ints,
    advice: Advice,
    *,
    removed: Ints = NOTHING,
    shrunk: Ints = NOTHING,
    shrunk_by: Ints = NOTHING,
) -> Finding:
    """The finding about the entries at ``names``, of which those ``removed`` and ``shrunk`` save bytes."""
    saved = saving(context, removed, shrunk, shrunk_by)
    return Finding(
        rule=rule.id,
        title=rule.title,
        severity=rule.severity,
        layer=layer,
        instruction=context.instructions[layer],
        edit=wording(advice),
        advice=advice,
        paths=tuple(context.paths(largest(context, names, PATHS_SHOWN))),
        count=len(names),
        file_bytes=saved.file_bytes,
        pull_bytes=saved.pull_bytes,
        inherited=layer < context.own_from,
        rows=removed.astype(np.int64),
        shrunk=shrunk.astype(np.int64),
        shrunk_by=shrunk_by,
    )


def largest(context: Context, names: Ints, top: int) -> Ints:
    """The ``top`` names with the most content, then in the order given."""
    sizes = context.stored[np.maximum(context.stack.inode[names], 0)]
    return names[np.argsort(-sizes, kind="stable")[:top]]


def _grouped(rule: Rule, context: Context, names: Ints, layers: Ints | None) -> Iterator[tuple[int, Ints]]:
    """The names of each layer, less what the user does not want to hear of."""
    if layers is None:
        layers = context.stack.rows.layer[context.stack.inode[names]]
    if rule.id in context.spared:
        wanted = ~context.matching(names, context.spared[rule.id])
        names, layers = names[wanted], layers[wanted]
    order = np.argsort(layers, kind="stable")
    numbers, starts = np.unique(layers[order], return_index=True)
    stops = np.append(starts, len(order))[1:]
    for layer, start, stop in zip(numbers.tolist(), starts, stops, strict=True):
        yield layer, names[order[start:stop]]
