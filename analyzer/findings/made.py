"""From rows to findings: one a layer, with the bytes that they save, a few of their paths, and the edit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from .context import paths_of_rows
from .model import Finding
from .savings import saving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..arrays import Flags, Ints
    from ..rootfs.stack import Stack
    from .advice import Advice
    from .context import Context
    from .model import Rule

    Edit: TypeAlias = Callable[[Context, int, Ints], Advice]


class Group(NamedTuple):
    """Rows that one finding is about: the layer to edit, and whether a parent image brought them there."""

    layer: int
    inherited: bool
    names: Ints


NOTHING = np.empty(0, np.int64)


def removing(rule: Rule, context: Context, names: Ints, edit: Edit, layers: Ints | None = None) -> list[Finding]:
    """One finding for each layer that stores files which could be left out, another for its parent image's files.

    ``names`` are rows, each once; ``layers``, one each, are those to edit: by default where the content is
    stored. Findings that save nothing are left out, unless security is their point.
    """
    layers = context.stack.rows.layer[context.stack.inode[names]] if layers is None else layers
    inherited = context.inherited[names] | (layers < context.own_from)
    found = [
        made(rule, context, each, edit, removed=each.names)
        for each in _grouped(rule, context, names, layers, inherited)
    ]
    return [each for each in found if each.file_bytes or rule.severity == "security"]


def storing(rule: Rule, context: Context, names: Ints, edit: Edit) -> list[Finding]:
    """The same for files that need not be there at all: what would go is also every earlier copy of them.

    The layers to edit are those that made them or brought them.
    """
    names = context.with_copies(names)
    return removing(rule, context, names, edit, context.stack.rows.layer[context.makers[names]])


def telling(rule: Rule, context: Context, names: Ints, edit: Edit) -> list[Finding]:
    """One finding for each layer whose entries at ``names`` should be otherwise. They save nothing."""
    groups = _grouped(rule, context, names, context.stack.rows.layer[names], context.inherited[names])
    return [made(rule, context, each, edit) for each in groups]


def blaming(rule: Rule, context: Context, names: Ints, edit: Edit, layers: Ints) -> list[Finding]:
    """One finding for each of ``layers``, one a name, that does what it should not to another's files."""
    groups = _grouped(rule, context, names, layers, layers < context.own_from)
    return [made(rule, context, each, edit) for each in groups]


def shrinking(rule: Rule, context: Context, rows: Ints, by: Ints, edit: Edit) -> list[Finding]:
    """One finding for each layer with files that could be smaller, each of ``rows`` ``by`` so many bytes.

    The layers to edit are those that made them or brought them: every later copy shrinks with them.
    """
    bytes_of = np.zeros(len(context.stored), np.int64)
    bytes_of[rows] = np.minimum(by, context.stored[rows])
    layers = context.stack.rows.layer[context.makers[rows]]
    groups = _grouped(rule, context, rows, layers, context.inherited[rows] | (layers < context.own_from))
    found = [
        made(
            rule,
            context,
            each,
            edit,
            shrunk=each.names,
            shrunk_by=bytes_of[each.names],
        )
        for each in groups
    ]
    return [each for each in found if each.file_bytes]


def made(
    rule: Rule,
    context: Context,
    group: Group,
    edit: Edit,
    *,
    removed: Ints = NOTHING,
    shrunk: Ints = NOTHING,
    shrunk_by: Ints = NOTHING,
) -> Finding:
    """The finding about ``group``, of which those ``removed`` and ``shrunk`` save bytes."""
    saved = saving(context, removed, shrunk, shrunk_by)
    shown = one_a_path(context, group.names)
    ranked = largest(context, shown, len(shown))
    return Finding(
        rule=rule.id,
        title=rule.title,
        severity=rule.severity,
        layer=group.layer,
        instruction=context.instructions[group.layer],
        count=len(shown),
        file_bytes=saved.file_bytes,
        pull_bytes=saved.pull_bytes,
        inherited=group.inherited,
        rows=removed.astype(np.int64),
        shrunk=shrunk.astype(np.int64),
        shrunk_by=shrunk_by,
        first_paths=partial(_first_paths, context.stack, ranked),
        advise=partial(edit, context, group.layer, group.names),
    )


def _first_paths(stack: Stack, rows: Ints, top: int) -> list[str]:
    return paths_of_rows(stack, rows[:top])


def largest(context: Context, names: Ints, top: int) -> Ints:
    """The ``top`` names with the most content, then in the order given."""
    sizes = context.stored[np.maximum(context.stack.inode[names], 0)]
    return names[np.argsort(-sizes, kind="stable")[:top]]


def one_a_path(context: Context, names: Ints) -> Ints:
    """Of names at one path the first: a file and the copies of it that other layers store are one thing to change."""
    _, first = np.unique(context.stack.rows.node[names], return_index=True)
    return names[np.sort(first)]


def _grouped(rule: Rule, context: Context, names: Ints, layers: Ints, inherited: Flags) -> Iterator[Group]:
    """The names of each layer, the ``inherited`` apart, less what the user does not want to hear of."""
    groups = 2 * layers.astype(np.int64) + inherited
    if rule.id in context.spared:
        wanted = ~context.matching(names, context.spared[rule.id])
        names, groups = names[wanted], groups[wanted]
    order = np.argsort(groups, kind="stable")
    numbers, starts = np.unique(groups[order], return_index=True)
    stops = np.append(starts, len(order))[1:]
    for number, start, stop in zip(numbers.tolist(), starts, stops, strict=True):
        yield Group(number // 2, bool(number % 2), names[order[start:stop]])
