"""What a comparison comes to, in numbers and sentences that all formats share.

Sentences hold numbers and words of ours only. What the images choose, such as names and instructions, is left to
each format, which knows how to make it harmless.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from ..formatting import counted, decimal_bytes, grouped, signed, signed_bytes, signed_percent, told_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .document import CostSection, DiffDocument, LayerPairSection, ReorderingSection

SAME, CHANGED = "same", "changed"
_ORDER = (SAME, CHANGED, "moved", "inserted", "removed")
_CHANGES = {
    "added": "added",
    "removed": "removed",
    "modified": "modified",
    "metadata": "with other metadata",
    "moved": "moved",
}


class Measure(Struct, frozen=True):
    """A number of both images; ``in_bytes`` says whether it counts bytes or things."""

    name: str
    old: int
    new: int
    in_bytes: bool = True

    @property
    def growth(self) -> int:
        """By how much the new one is more."""
        return self.new - self.old

    @property
    def texts(self) -> tuple[str, str, str]:
        """Old, new and growth, to be read."""
        if self.in_bytes:
            old, new = told_apart(self.old, self.new)
            return old, new, signed_bytes(self.growth)
        return grouped(self.old), grouped(self.new), signed(self.growth)

    @property
    def relative(self) -> str:
        """The growth as a percentage of the old number; empty where that says nothing."""
        return signed_percent(self.growth, self.old) if self.in_bytes else ""


def measures(document: DiffDocument) -> tuple[Measure, ...]:
    """The headline numbers of both images."""
    old, new = document.old.size, document.new.size
    pulls = old.pull_bytes, new.pull_bytes
    transfer = (
        Measure("Layers, unpacked", old.tar_bytes, new.tar_bytes)
        if pulls[0] is None or pulls[1] is None
        else Measure("Pull size", pulls[0], pulls[1])
    )
    return (
        Measure("Root filesystem", old.rootfs_bytes, new.rootfs_bytes),
        Measure("Waste", old.waste_bytes, new.waste_bytes),
        transfer,
        Measure("Layers", old.layers, new.layers, in_bytes=False),
        Measure("Files", old.files, new.files, in_bytes=False),
    )


def verdict(document: DiffDocument) -> str:
    """The sentence that says what matters, without its full stop: reasons may follow."""
    if document.identical:
        return _identical(document)
    rootfs, growth = measures(document)[0], document.growth.bytes
    if growth != rootfs.growth:
        return f"{_grew('What was looked at', growth)}; {_grew('the root filesystem as a whole', rootfs.growth)}"
    if not growth:
        paths = sum(each.paths for each in document.files.counts)
        differing = f"{counted(paths, 'path') if paths else 'no path'} {'differs' if paths < 2 else 'differ'}"
        return f"The root filesystem is as large as it was, {rootfs.texts[1]}; {differing} in it"
    relative = f" ({rootfs.relative})" if rootfs.relative else ""
    return f"{_grew('The root filesystem', growth)}{relative}, to {rootfs.texts[1]}"


def _identical(document: DiffDocument) -> str:
    if document.strict == []:
        return "No difference: both images are the same, down to single bytes"
    return "No difference in what was compared: the files that a container sees, and the configuration"


def _grew(what: str, growth: int) -> str:
    if not growth:
        return f"{what} is as large as it was"
    return f"{what} {'grew' if growth > 0 else 'shrank'} by {decimal_bytes(abs(growth))}"


def statuses(layers: Sequence[LayerPairSection]) -> str:
    """How many layers are the same, and what became of the others: ``3 same, 14 changed, 1 inserted``."""
    counts = Counter(each.status for each in layers)
    return ", ".join(f"{counts[status]:,} {status}" for status in _ORDER if counts[status]) or "no layers"


def place(pair: LayerPairSection) -> str:
    """Which layer it is, on one side or on both: ``3``, ``3 → 4``."""
    sides = [str(each) for each in (pair.old, pair.new) if each is not None]
    return " → ".join(dict.fromkeys(sides))


def places(pairs: Sequence[LayerPairSection]) -> str:
    """Which layers these are, those that follow each other as one: ``3-13, 15 → 16``."""
    runs: list[list[str]] = []
    for each in map(place, pairs):
        follows = runs and each.isdecimal() and runs[-1][-1].isdecimal() and int(each) == int(runs[-1][-1]) + 1
        runs[-1].append(each) if follows else runs.append([each])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def counts(document: DiffDocument) -> str:
    """How many paths changed in which way: ``5 added, 1 removed``."""
    return (
        ", ".join(f"{each.paths:,} {_CHANGES.get(each.change, 'different')}" for each in document.files.counts)
        or "no path differs"
    )


def update(cost: CostSection) -> str:
    """What a host that has the old image must pull."""
    if not cost.layers:
        return _without_layers(cost.pull_bytes)
    layers, unpacked = counted(len(cost.layers), "layer"), f"{decimal_bytes(cost.tar_bytes)} unpacked"
    if cost.pull_bytes is not None:
        return f"{decimal_bytes(cost.pull_bytes)} to pull in {layers}, {unpacked}"
    if any(each.blob_bytes is None for each in cost.layers):
        return f"{layers} to pull, {unpacked}; their compressed size is unknown"
    return f"{layers} to pull, {unpacked}; unknown of the others, plain in one image only"


def _without_layers(pull_bytes: int | None) -> str:
    if pull_bytes is None:
        return "unknown: the layers are the same, but plain in one image only"
    if pull_bytes:
        return f"{decimal_bytes(pull_bytes)} to pull, the config: a host with the old image has all layers"
    return "nothing to pull: a host with the old image has all layers"


def least(cost: CostSection) -> str:
    """What could not have been avoided, and what is sent though it was there."""
    again = sum(each.known_bytes for each in cost.layers)
    packed = "" if cost.new_pull_bytes is None else f" ({decimal_bytes(cost.new_pull_bytes)} compressed)"
    told = f"at least {decimal_bytes(cost.new_bytes)}{packed}, its new content"
    return told + (f"; {decimal_bytes(again)} is shipped again" if again else "")


def kept(each: ReorderingSection) -> str:
    """What another order of instructions would have left in the cache."""
    kind = "" if each.compressed else ", unpacked"
    return f"{decimal_bytes(each.bytes)}{kind}"
