"""What the flags of a COPY reach besides the files that they are meant for.

BuildKit gives an octal `--chmod` to directories too since 0.21: those that it copies, and those that it makes for the
destination. Before, it did so to files only. Symbolic modes tell them apart, but Dockerfile syntax before 1.14,
buildah and kaniko stop at them.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from posixpath import basename
from typing import TYPE_CHECKING

from ..instructions.created_by import parse_instruction
from ..instructions.steps import told_step
from .naming import inside_each, paths_at
from .numbers import distinct

if TYPE_CHECKING:
    from ..arrays import Ints
    from ..instructions.steps import Step
    from .context import Context

_ARCHIVE = re.compile(r"\.(?:tar(?:\.\w+)?|t[bgx]z2?|tzst)$", re.IGNORECASE)


def reaches_no_directory(context: Context, layer: int, mode: int) -> bool:
    """Whether `--chmod` of the COPY behind ``layer`` leaves all directories as they are, whatever builds it.

    It copies files alone into directories that are there, or all its directories have this ``mode`` already.
    """
    rows = context.stack.rows
    here = rows.is_name & (rows.layer == layer)
    directories, leaves = here & ~rows.is_leaf, rows.node[here & rows.is_leaf]
    parents = distinct(rows.tree.parent[leaves])
    if (context.modes[directories] == mode).all() and set(parents.tolist()) <= {0, *rows.node[directories].tolist()}:
        return True
    there = context.standing.node[context.standing.after(layer - 1)]
    known = (parents == 0) | (inside_each(context, there, parents) > 0)
    return len(parents) == 1 and bool(known.all()) and _copies_files(context, layer, leaves)


def unpacks(context: Context, layer: int) -> bool:
    """Whether an ADD may have taken what came with the ``layer`` out of an archive: its flags do not reach that."""
    step = _told(context, layer)
    if step.kind != "ADD":
        return False
    rows = context.stack.rows
    leaves = rows.node[rows.is_name & rows.is_leaf & (rows.layer == layer)]
    sources = [basename(each) for each in step.values[:-1]]
    if step.unknown_source:
        return sources[0].startswith("file:") and len(leaves) != 1
    archives = {each for each in sources if _ARCHIVE.search(each)}
    return bool(archives - {basename(each) for each in paths_at(context, leaves[: len(sources)])})


def _copies_files(context: Context, layer: int, leaves: Ints) -> bool:
    """Whether each of what came with the ``layer`` is called as one of the sources: no directory has it inside."""
    step = _told(context, layer)
    sources = [basename(each) for each in step.values[:-1]]
    if step.unknown_source:
        return sources[0].startswith("file:") and len(leaves) == 1
    names = [basename(each) for each in paths_at(context, leaves)]
    if len(leaves) == len(sources) == 1 and basename(step.values[-1]) == names[0]:
        return True
    return all(any(fnmatchcase(name, source) for source in sources) for name in names)


def _told(context: Context, layer: int) -> Step:
    history = context.metadata.layers[layer].history
    return told_step(parse_instruction(history.created_by if history else None))
