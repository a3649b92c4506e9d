"""Files of a kind below some directories, deleted where they come from, and none that lower layers store.

To delete one of those saves nothing: it stays stored, and a whiteout besides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ..tables import FILE, HARDLINK, KIND_CODES
from .advice import Part, said
from .amending import optioned, with_option
from .edits import at_the_end, brief, is_copy, not_copied, removed
from .naming import argument, arguments_at, inside_each, named_roots, nodes_at, paths_at
from .numbers import among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..arrays import Ints
    from ..globs import Globs
    from .advice import Advice
    from .context import Context
    from .made import Edit

_SPARED = 3  # more make a line that nobody reads
_GLOB = re.compile(r"[*?\[\\]")
_UNPACKS = re.compile(
    r"(?<![\w./-])apt(?:-get)?\s(?:[^;&|]*?\s)?(?:install|upgrade|dist-upgrade|full-upgrade)(?![\w./-])"
)


def found_and_deleted(
    globs: Globs, directories: Sequence[str], condition: str, left_out: Sequence[str], kept: Sequence[str] = ()
) -> Edit:
    """Have find(1) delete what ``condition`` says below those of ``directories`` that have such files.

    Where lower layers have more of them there than one can spare by name, dpkg is told what is to be ``left_out`` and
    what of that ``kept``, by patterns of its own.
    """

    def edit(context: Context, layer: int, names: Ints) -> Advice:
        line = context.instructions[layer]
        roots = _roots(context, directories, names)
        if is_copy(line):
            return not_copied(context, line, names)
        if not len(roots):
            return removed()(context, layer, names)
        lower = _of_lower(context, layer, globs, roots, is_file="-type f" in condition)
        where = _where(context, names, roots, lower)
        if where is not None:
            return at_the_end(f"find {where[0]} {condition}{where[1]} -delete")(context, layer, names)
        if _UNPACKS.search(line) and context.matching(names, _any_of(left_out)).all():
            options = _options(context, names, left_out, kept)
            return (Part(with_option(brief(line), _UNPACKS, options), layer, optioned(_UNPACKS, options)),)
        return said(
            f"at the end of {brief(line) or f'what makes layer {layer}'}, remove what it brings below "
            f"{arguments_at(context, roots.tolist(), complete=True)}, and no more: files of lower layers, such as "
            f"{argument(paths_at(context, lower[:1])[0])}, stay stored whatever removes them"
        )

    return edit


def _roots(context: Context, directories: Sequence[str], names: Ints) -> Ints:
    """The nodes of those of the directories that have some of ``names`` below them."""
    roots = context.nodes([each.encode() for each in directories])
    roots = roots[roots >= 0]
    return roots[inside_each(context, nodes_at(context, context.stack.rows.node[names]), roots) > 0]


def _of_lower(context: Context, layer: int, globs: Globs, roots: Ints, *, is_file: bool) -> Ints:
    """The nodes, ascending, of what find(1) would delete in ``layer`` that lower layers store."""
    standing, rows = context.standing, context.stack.rows
    found = []
    for root in np.sort(roots).tolist():
        below = standing.within(root + 1, rows.tree.end[root])
        found.append(standing.row[below][standing.lower_leaves(layer, below)])
    names = np.concatenate(found)
    if is_file:
        names = names[np.isin(rows.kind[names], (KIND_CODES[FILE], KIND_CODES[HARDLINK]))]
    nodes: Ints = rows.node[names]
    return nodes[~among(context.spared_by(globs), nodes)]


def _where(context: Context, names: Ints, roots: Ints, lower: Ints) -> tuple[str, str] | None:
    """Where find(1) has to look, and what it has to spare; None where that takes a long line."""
    if not len(lower):
        return arguments_at(context, roots.tolist(), complete=True), ""
    few, complete = named_roots(context, names, lower, np.sort(roots))
    if complete:
        return arguments_at(context, few, complete), ""
    paths = paths_at(context, lower[: _SPARED + 1])
    if len(paths) > _SPARED or any(map(_GLOB.search, paths)):
        return None
    spared = "".join(f" ! -path {argument(path)}" for path in paths)
    return arguments_at(context, roots.tolist(), complete=True), spared


def _options(context: Context, names: Ints, left_out: Sequence[str], kept: Sequence[str]) -> str:
    """What has apt hand the patterns on to dpkg; the last that matches a path decides."""
    needed = [each for each in left_out if context.matching(names, _any_of([each])).any()]
    patterns = [*(("exclude", each) for each in needed), *(("include", each) for each in kept)]
    return " ".join(f"-o Dpkg::Options::='--path-{what}={pattern}'" for what, pattern in patterns)


def _any_of(patterns: Sequence[str]) -> str:
    """What matches the paths that one of dpkg's patterns does: there an asterisk stands for slashes, too."""
    each = "|".join(re.escape(pattern.lstrip("/")).replace(r"\*", ".*") for pattern in patterns)
    return rf"(?s)\A(?:{each})\z"
