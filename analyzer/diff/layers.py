"""Which layer of the old image became which of the new one: by diff ID, by instruction, by content; never by place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ..rootfs.rows import IS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .side import Side

SAME, CHANGED, MOVED, INSERTED, REMOVED = "same", "changed", "moved", "inserted", "removed"
BY_DIFF_ID, BY_INSTRUCTION, BY_CONTENT = "diff ID", "instruction", "content"

# From here on two instructions, or the files of two layers, count as versions of one.
_ALIKE = 0.5
# What has no equal is compared with each other; engines allow 127 layers.
_COMPARED_LAYERS = 128
_COMPARED_WORDS = 400
# Digests of what was copied, which builders write into the history.
_SOURCE = re.compile(r"\b(file|dir|multi|sha256):[0-9a-f]{64}\b")


class LayerPair(Struct, frozen=True):
    """A layer of either image or of both; ``evidence`` says what ties them, None where there is only one.

    ``status``: same (one diff ID), changed, moved (the order is another; the same diff ID or not), inserted (only
    new), removed (only old). ``instruction`` is the new one, ``same_sources`` says whether the old one is the
    same to the letter, with the digests of what it copies. ``file_bytes`` are None on the side without the layer.
    """

    status: str
    old: int | None
    new: int | None
    evidence: str | None
    instruction: str
    same_sources: bool
    file_bytes_old: int | None
    file_bytes_new: int | None


def align_layers(old: Side, new: Side) -> tuple[LayerPair, ...]:
    """All layers of both images, each once: in the new one's order, removed ones where they stood."""
    found = _Matches()
    found.match_equal([str(scan.diff_id) for scan in old.scans], [str(scan.diff_id) for scan in new.scans], BY_DIFF_ID)
    before, after = _texts(old), _texts(new)
    found.match_equal(before, after, BY_INSTRUCTION)
    words, others = [_Words(text) for text in before], [_Words(text) for text in after]
    found.match_alike(lambda at, there: words[at].likeness(others[there]), BY_INSTRUCTION)
    contents = _Contents(old), _Contents(new)
    found.match_alike(lambda at, there: contents[0].share_with(contents[1], at, there), BY_CONTENT)
    kept = _longest_in_order({there: at for there, (at, _) in found.of_new.items()})
    telling = _Telling(old, new)
    pairs = [_pair(telling, found, kept, there) for there in range(len(new.scans))]
    removed = {at: telling.removed(at) for at in range(len(old.scans)) if at not in found.taken}
    return tuple(_with_removed(pairs, removed, len(old.scans)))


def _pair(telling: _Telling, found: _Matches, kept: set[int], there: int) -> LayerPair:
    if there not in found.of_new:
        return telling.inserted(there)
    at, evidence = found.of_new[there]
    status = (SAME if evidence == BY_DIFF_ID else CHANGED) if there in kept else MOVED
    return telling.both(status, at, there, evidence)


def _texts(side: Side) -> list[str]:
    """The instructions of all layers without the digests of what they copy."""
    return [_SOURCE.sub(r"\1:…", _instruction(side, layer)) for layer in range(len(side.scans))]


class _Matches:
    """Layers that go together; of ``of_new`` the keys are layers of the new image."""

    def __init__(self) -> None:
        self.of_new: dict[int, tuple[int, str]] = {}
        self.taken: set[int] = set()
        self._counts = (0, 0)

    def match_equal(self, old: Sequence[str], new: Sequence[str], evidence: str) -> None:
        """Match equal texts among what is left, the first with the first; empty ones say nothing."""
        self._counts = len(old), len(new)
        waiting: dict[str, deque[int]] = defaultdict(deque)
        for at, text in enumerate(old):
            if text and at not in self.taken:
                waiting[text].append(at)
        for there, text in enumerate(new):
            if there not in self.of_new and waiting.get(text):
                self._enter(waiting[text].popleft(), there, evidence)

    def match_alike(self, likeness: Callable[[int, int], float], evidence: str) -> None:
        """Match what is left where it is alike by at least `_ALIKE`, the most alike first, then the closest."""
        left_old = [at for at in range(self._counts[0]) if at not in self.taken][:_COMPARED_LAYERS]
        left_new = [there for there in range(self._counts[1]) if there not in self.of_new][:_COMPARED_LAYERS]
        scored = [(-likeness(at, there), abs(at - there), at, there) for at in left_old for there in left_new]
        for score, _, at, there in sorted(scored):
            if -score >= _ALIKE and at not in self.taken and there not in self.of_new:
                self._enter(at, there, evidence)

    def _enter(self, at: int, there: int, evidence: str) -> None:
        self.of_new[there] = at, evidence
        self.taken.add(at)


class _Words:
    """An instruction's kind, and how often it has each of its first words.

    Their order says little, and comparing sequences takes time that is cubic in what a stranger wrote.
    """

    def __init__(self, text: str) -> None:
        self._kind, *words = text.split()[:_COMPARED_WORDS] or [""]
        self._counts = Counter(words)
        self._total = len(words)

    def likeness(self, other: _Words) -> float:
        """The share of words that two instructions of one kind have in common.

        >>> _Words("RUN apt install jq").likeness(_Words("RUN apt install jq git make"))
        0.75
        >>> _Words("RUN a").likeness(_Words("COPY a"))
        0.0
        """
        if not self._kind or self._kind != other._kind:
            return 0.0
        words = self._total + other._total
        return 2 * (self._counts & other._counts).total() / words if words else 1.0


class _Contents:
    """The files of each layer by name and size, which are known without a digest: how many bytes they hold."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._known: dict[int, dict[tuple[str, int], int]] = {}

    def share_with(self, other: _Contents, at: int, there: int) -> float:
        """Of the bytes of the smaller layer, the share that is in the other one too."""
        mine, theirs = self._of(at), other._of(there)
        smaller = min(sum(mine.values()), sum(theirs.values()))
        return sum(mine[key] for key in mine.keys() & theirs.keys()) / smaller if smaller else 0.0

    def _of(self, layer: int) -> dict[tuple[str, int], int]:
        if layer not in self._known:
            rows = self._side.stack.rows
            at = np.flatnonzero((rows.layer == layer) & (rows.kind == IS_FILE))
            taken = self._side.changes.select(["path", "size", "stored"]).take(pa.array(at))
            names = pc.replace_substring_regex(taken["path"], r"^.*/", "").to_pylist()
            held = zip(names, taken["size"].to_pylist(), taken["stored"].to_pylist(), strict=True)
            self._known[layer] = {(name, size): stored for name, size, stored in held if stored}
        return self._known[layer]


def _longest_in_order(pairs: dict[int, int]) -> set[int]:
    """The keys of the longest part of ``pairs`` in which keys and values ascend together: all others have moved.

    >>> sorted(_longest_in_order({0: 5, 1: 0, 2: 1, 3: 2}))
    [1, 2, 3]
    """
    ends: list[tuple[int, int]] = []  # for each length, the lowest value that such a part can end with, and its key
    before: dict[int, int | None] = {}
    for key in sorted(pairs):
        length = bisect_left(ends, (pairs[key], -1))
        before[key] = ends[length - 1][1] if length else None
        ends[length : length + 1] = [(pairs[key], key)]
    kept: set[int] = set()
    at = ends[-1][1] if ends else None
    while at is not None:
        kept.add(at)
        at = before[at]
    return kept


class _Telling:
    """Makes pairs of both images' layers."""

    def __init__(self, old: Side, new: Side) -> None:
        self._old, self._new = old, new

    def both(self, status: str, at: int, there: int, evidence: str) -> LayerPair:
        """A layer that both have."""
        instruction = _instruction(self._new, there)
        same = instruction == _instruction(self._old, at)
        sizes = self._old.file_bytes[at], self._new.file_bytes[there]
        return LayerPair(status, at, there, evidence, instruction, same, *sizes)

    def inserted(self, there: int) -> LayerPair:
        """A layer of the new image only."""
        instruction = _instruction(self._new, there)
        return LayerPair(INSERTED, None, there, None, instruction, False, None, self._new.file_bytes[there])

    def removed(self, at: int) -> LayerPair:
        """A layer of the old image only."""
        return LayerPair(REMOVED, at, None, None, _instruction(self._old, at), False, self._old.file_bytes[at], None)


def _instruction(side: Side, layer: int) -> str:
    told = side.instructions[layer]
    return told.text if told else ""


def _with_removed(pairs: Sequence[LayerPair], removed: dict[int, LayerPair], layers: int) -> Iterator[LayerPair]:
    """Removed layers, of ``layers`` that the old image has, stand above the one that was below them."""
    above: dict[int | None, list[LayerPair]] = defaultdict(list)
    below: int | None = None
    for at in range(layers):
        if at in removed:
            above[below].append(removed[at])
        else:
            below = at
    yield from above[None]
    for pair in pairs:
        yield pair
        if pair.old is not None:
            yield from above[pair.old]
