"""Stacking and the byte ledger, once more: slow, naive, and with nothing of the engine's in it.

Everything is a dict or a list, every question is answered by looking at every path. Property tests hold the
engine against this.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

Kind = Literal["file", "directory", "symlink", "hardlink", "character", "block", "fifo", "whiteout", "opaque"]
Class = Literal["visible", "overwritten", "recopied", "removed", "repeated"]

# When several names of an inode die in the same layer, the first of these that occurs is the cause.
PREFERENCE: tuple[Class, ...] = ("recopied", "overwritten", "removed", "repeated")


@dataclass(frozen=True)
class Entry:
    """One tar entry; a whiteout's path is what it hides, an opaque whiteout's the directory it empties."""

    path: str  # normalised: no leading slash, no dots; "" is the root
    kind: Kind
    stored: int = 0
    digest: bytes | None = None  # of the content; files only
    link_target: str | None = None


class Found(NamedTuple):
    """What stands at a path of the root filesystem."""

    row: int | None  # None: a directory that is only implied
    inode: int | None  # the row that holds content and type; None: implied, or a hard link to nothing


class Fate(NamedTuple):
    """What became of a file's bytes."""

    cause: Class
    killed_by: int | None  # layer; None while visible


@dataclass(frozen=True)
class Stacked:
    """The answer: rows are numbered over all layers, in layer and tar order, whiteouts included."""

    rootfs: dict[str, Found]
    fates: dict[int, Fate]  # every row of kind "file"


Layers: TypeAlias = Sequence[Sequence[Entry]]
Paths: TypeAlias = dict[str, int]  # path -> the row that stands there


def stack(layers: Layers) -> Stacked:
    """Apply the layers one after the other."""
    state = _State(layers)
    for number in range(len(layers)):
        state.apply(number)
    return Stacked(state.rootfs(), state.fates())


def ledger(layers: Layers) -> list[dict[Class, int]]:
    """Return, a layer, the stored bytes of its files by class."""
    fates = stack(layers).fates
    totals: list[dict[Class, int]] = []
    row = 0
    for layer in layers:
        classes: dict[Class, int] = dict.fromkeys(("visible", *PREFERENCE), 0)
        for entry in layer:
            if entry.kind == "file":
                classes[fates[row].cause] += entry.stored
            row += 1
        totals.append(classes)
    return totals


def is_below(path: str, ancestor: str) -> bool:
    """Say whether the path is strictly below the ancestor."""
    return path != "" if ancestor == "" else path.startswith(ancestor + "/")


def ancestors(path: str) -> list[str]:
    """Return the directories above the path, without the root."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


@dataclass
class _State:
    layers: Layers
    alive: Paths = field(default_factory=dict)
    deaths: dict[int, Fate] = field(default_factory=dict)  # of names: row -> how it died
    inodes: dict[int, int | None] = field(default_factory=dict)  # of names: row -> row
    implied: set[str] = field(default_factory=set)  # directories that stand there without an entry

    def __post_init__(self) -> None:
        self.entries = [entry for layer in self.layers for entry in layer]

    def apply(self, number: int) -> None:
        """Put one layer over the names that are alive."""
        first = sum(len(layer) for layer in self.layers[:number])
        layer = dict(enumerate(self.layers[number], start=first))
        names = {row: entry for row, entry in layer.items() if entry.kind not in {"whiteout", "opaque"}}
        for row in names:
            self.inodes[row] = self._resolve(row, names, seen=[])
        upper = self._survivors(number, names)
        whiteouts = [entry.path for entry in layer.values() if entry.kind == "whiteout"]
        opaques = [entry.path for entry in layer.values() if entry.kind == "opaque"]
        for path, row in list(self.alive.items()):
            if self._dies(path, row, upper, whiteouts, opaques):
                filled = _has_below(path, [*upper, *whiteouts, *map(_inside, opaques)])
                self.deaths[row] = Fate(self._cause(path, row, upper, filled=filled), number)
                del self.alive[path]
        self.alive |= upper
        self._imply(upper, whiteouts, opaques)

    def _imply(self, upper: Paths, whiteouts: list[str], opaques: list[str]) -> None:
        """Drop the implied directories that this layer hides, and add those that unpacking it makes.

        Engines make the parents of whatever they unpack, whiteouts included, and never tidy them away.
        """
        over = [path for path, row in upper.items() if not self._is_directory(row)]
        hidden = [*whiteouts, *over]
        self.implied = {
            path
            for path in self.implied
            if not any(path == each or is_below(path, each) for each in hidden)
            and not any(is_below(path, each) for each in opaques)
        }
        made = {parent for path in [*upper, *whiteouts, *opaques] for parent in ancestors(path)} | set(opaques) - {""}
        self.implied |= {path for path in made if not any(path == each or is_below(path, each) for each in over)}

    def _survivors(self, number: int, names: dict[int, Entry]) -> Paths:
        """Return one layer's names after its own repetitions; those that lose die here."""
        upper: Paths = {}
        for row, entry in names.items():
            for path, earlier in list(upper.items()):
                replaced = path == entry.path
                covered = is_below(path, entry.path) and entry.kind != "directory"
                turned_into_a_directory = is_below(entry.path, path) and not self._is_directory(earlier)
                if replaced or covered or turned_into_a_directory:
                    self.deaths[earlier] = Fate("repeated", number)
                    del upper[path]
            upper[entry.path] = row
        return upper

    def _dies(self, path: str, row: int, upper: Paths, whiteouts: Iterable[str], opaques: Iterable[str]) -> bool:
        """Say whether a name of the lower layers is hidden by the layer above."""
        return (
            any(path == hidden or is_below(path, hidden) for hidden in whiteouts)
            or any(is_below(path, emptied) for emptied in opaques)
            or any(is_below(path, over) and not self._is_directory(upper[over]) for over in upper)
            or path in upper
            or (not self._is_directory(row) and _has_below(path, [*upper, *whiteouts, *map(_inside, opaques)]))
        )

    def _cause(self, path: str, row: int, upper: Paths, *, filled: bool) -> Class:
        if path in upper:
            return "recopied" if self._same_content(row, upper[path]) else "overwritten"
        return "overwritten" if filled else "removed"

    def _same_content(self, row: int, other: int) -> bool:
        first, second = self.inodes[row], self.inodes[other]
        if first is None or second is None:
            return False
        both_files = self.entries[first].kind == self.entries[second].kind == "file"
        return both_files and self.entries[first].digest == self.entries[second].digest

    def _resolve(self, row: int, names: dict[int, Entry], seen: list[int]) -> int | None:
        """Return the row of the inode that a name stands for, None for a hard link that leads nowhere."""
        if row not in names:
            return self.inodes[row]  # of a lower layer, resolved when that was applied
        if names[row].kind != "hardlink":
            return row
        target = self._target(row, names)
        if target is None or target in seen or self._is_directory(target):
            return None
        return self._resolve(target, names, [*seen, row])

    def _target(self, row: int, names: dict[int, Entry]) -> int | None:
        """Return the row a hard link points to: the last before it, else the first after it, else lower."""
        target = names[row].link_target
        earlier = [other for other, entry in names.items() if entry.path == target and other < row]
        later = [other for other, entry in names.items() if entry.path == target and other > row]
        if earlier:
            return earlier[-1]
        if later:
            return later[0]
        return self.alive.get(str(target))

    def _is_directory(self, row: int) -> bool:
        return self.entries[row].kind == "directory"

    def rootfs(self) -> dict[str, Found]:
        """Return what stands at every path once all layers are applied."""
        found = {path: Found(row, self.inodes[row]) for path, row in self.alive.items()}
        leaves = [path for path, row in self.alive.items() if not self._is_directory(row)]
        for path in self.implied:
            if not any(is_below(path, leaf) for leaf in leaves):
                found.setdefault(path, Found(None, None))
        return found

    def fates(self) -> dict[int, Fate]:
        """Return what became of each file, over all of its names."""
        return {row: self._fate(row) for row, entry in enumerate(self.entries) if entry.kind == "file"}

    def _fate(self, inode: int) -> Fate:
        names = [row for row, resolved in self.inodes.items() if resolved == inode]
        if any(row in self.alive.values() for row in names):
            return Fate("visible", None)
        deaths = [self.deaths[row] for row in names]
        last = max(death.killed_by for death in deaths if death.killed_by is not None)
        causes = [death.cause for death in deaths if death.killed_by == last]
        return Fate(min(causes, key=PREFERENCE.index), last)


def _has_below(path: str, others: Iterable[str]) -> bool:
    return any(is_below(other, path) for other in others)


def _inside(directory: str) -> str:
    """Where an opaque whiteout itself lies."""
    return f"{directory}/." if directory else "."
