"""The same content at several visible paths: not waste, since a container sees each, but often a surprise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from msgspec import Struct

from ..layers.names import displayed

if TYPE_CHECKING:
    from ..arrays import Flags, Ints
    from ..rootfs.stack import Stack


class Duplicate(Struct, frozen=True):
    """``bytes`` is what all ``copies`` but one take; ``paths`` has one path a copy, in the rootfs' order."""

    digest: str
    bytes: int
    copies: int
    paths: list[str]


class Duplicates(Struct, frozen=True):
    """``found`` has the most expensive first; ``groups`` and ``bytes`` count also those that were cut off."""

    found: list[Duplicate]
    groups: int
    bytes: int


def find_duplicates(changes: pa.Table, stack: Stack, top: int, paths_top: int) -> Duplicates:
    """The ``top`` contents that stand at several paths, with at most ``paths_top`` paths each.

    Hard links are one file and no duplicates; empty files are left out.
    """
    visible = stack.visible_files
    held = changes.select(["stored", "digest"]).take(pa.array(visible.inode))
    codes = _codes(held["digest"], held["stored"].to_numpy() > 0)
    sizes = held["stored"].to_numpy()
    groups = _groups(codes)
    costs = np.array([sizes[group].sum() - sizes[group].max() for group in groups], np.int64)
    order = np.argsort(-costs, kind="stable")[:top]
    found = [
        Duplicate(
            "sha256:" + held["digest"][int(groups[at][0])].as_py().hex(),
            int(costs[at]),
            len(groups[at]),
            _paths(stack, visible.node[groups[at][:paths_top]]),
        )
        for at in order
    ]
    return Duplicates(found, len(groups), int(costs.sum()))


def _paths(stack: Stack, nodes: Ints) -> list[str]:
    return displayed(stack.rows.tree.paths.take(nodes)).to_pylist()


def _codes(digests: pa.ChunkedArray, counted: Flags) -> Ints:
    """A number for each digest that may be there several times, -1 for the others and what does not count.

    Few are, and their first bytes tell them from the rest: whole digests of all files take tens of megabytes.
    """
    whole = digests.combine_chunks()
    codes = np.full(len(whole), -1, np.int64)
    known = np.flatnonzero(counted & whole.is_valid().to_numpy(zero_copy_only=False))
    content = np.frombuffer(whole.buffers()[1] or b"", np.uint8).reshape(-1, whole.type.byte_width)
    starts = content[whole.offset : whole.offset + len(whole), :8].copy().view(np.int64).ravel()[known]
    order = np.argsort(starts)
    same = starts[order][1:] == starts[order][:-1]
    several = np.zeros(len(order), bool)
    several[1:] |= same
    several[:-1] |= same
    suspects = np.sort(known[order[several]])
    codes[suspects] = whole.take(pa.array(suspects)).dictionary_encode().indices.to_numpy()
    return codes


def _groups(codes: Ints) -> list[Ints]:
    """Positions of equal codes, where there are several, in order of the first."""
    counted = np.flatnonzero(codes >= 0)
    order = counted[np.argsort(codes[counted], kind="stable")]
    _, starts, counts = np.unique(codes[order], return_index=True, return_counts=True)
    several = np.flatnonzero(counts > 1)
    groups = [order[start : start + count] for start, count in zip(starts[several], counts[several], strict=True)]
    return sorted(groups, key=lambda group: int(group[0]))
