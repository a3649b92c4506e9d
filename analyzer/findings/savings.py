"""What is saved when names are no longer stored: bytes of files, each once, exactly.

Bytes belong to inodes. Content goes when every name that a container sees goes, or, where it sees none, every name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .model import Saving
from .numbers import among, distinct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..arrays import Ints
    from .context import Context
    from .model import Finding

DUPLICATE_FILES = "duplicate-files"


def vanishing(context: Context, names: Ints) -> Ints:
    """Rows of the files whose content goes when ``names`` (distinct rows) are no longer stored, ascending."""
    inode = context.stack.inode[names]
    seen = context.stack.caused_by[inode] < 0
    inode = inode[~seen | context.stack.alive[names]]
    inodes, gone = np.unique(inode, return_counts=True)
    return inodes[gone == context.holding_names[inodes]]


def saving(context: Context, names: Ints, shrunk: Ints, shrunk_by: Ints) -> Saving:
    """What goes with ``names``, and what files at ``shrunk`` lose that stay. Both are distinct rows."""
    return _saving(context, vanishing(context, names), names, shrunk, shrunk_by)


def together(context: Context, findings: Iterable[Finding]) -> Saving:
    """What all findings save at once: each byte once, and one copy stays of content that is only repeated."""
    findings = list(findings)
    copies = [each for each in findings if each.rule == DUPLICATE_FILES]
    others = _union([each.rows for each in findings if each.rule != DUPLICATE_FILES])
    gone = vanishing(context, others)
    linked = _union([each.rows for each in copies])
    gone = np.union1d(gone, _copies_to_spare(context, gone, vanishing(context, linked)))
    shrunk, shrunk_by = _most_shrunk(findings)
    return _saving(context, gone, np.union1d(others, linked), shrunk, shrunk_by)


def _copies_to_spare(context: Context, gone: Ints, copies: Ints) -> Ints:
    """Those of ``copies`` that can go besides ``gone``: of each content one file has to be left."""
    groups = context.copies
    left = ~among(gone, groups.inode)
    spare = left & among(copies, groups.inode)
    stays = np.bincount(groups.group[left & ~spare], minlength=groups.count) > 0
    candidates = np.flatnonzero(spare)
    _, first = np.unique(groups.group[candidates], return_index=True)
    keep = candidates[first]
    spare[keep[~stays[groups.group[keep]]]] = False
    return groups.inode[spare]


def _saving(context: Context, gone: Ints, names: Ints, shrunk: Ints, shrunk_by: Ints) -> Saving:
    stored, shares = context.stored, context.pull_bytes
    stays = ~among(gone, shrunk)
    shrunk, shrunk_by = shrunk[stays], shrunk_by[stays]
    links = names[among(gone, context.stack.inode[names]) & ~among(gone, names)]
    pulled = float(shares[gone].sum() + shares[links].sum())
    pulled += float((shares[shrunk] * shrunk_by / np.maximum(stored[shrunk], 1)).sum())
    nothing_is_pulled = not (len(gone) or len(shrunk)) and bool(np.isnan(shares).all())
    file_bytes = int(stored[gone].sum() + shrunk_by.sum())
    return Saving(file_bytes, None if np.isnan(pulled) or nothing_is_pulled else pulled)


def _most_shrunk(findings: list[Finding]) -> tuple[Ints, Ints]:
    rows = np.concatenate([np.empty(0, np.int64), *(each.shrunk for each in findings)])
    by = np.concatenate([np.empty(0, np.int64), *(each.shrunk_by for each in findings)])
    distinct, place = np.unique(rows, return_inverse=True)
    most = np.zeros(len(distinct), np.int64)
    np.maximum.at(most, place, by)
    return distinct, most


def _union(parts: list[Ints]) -> Ints:
    return distinct(np.concatenate([np.empty(0, np.int64), *parts]))
