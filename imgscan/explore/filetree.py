"""A tree of files to look through: what is chosen, closed and sought, and the lines that are left."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from analyzer.layers.names import displayed

from .matching import matching
from .order import heaviest_first, open_lines
from .rows import next_of
from .states import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from analyzer.arrays import Flags, Ints

    from .picture import Picture

Sort: TypeAlias = Literal["name", "size", "waste"]
SORTS: tuple[Sort, ...] = ("name", "size", "waste")


class FileTree:
    """What is shown of a picture. All that costs is done with whole columns; single nodes only where one is asked."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.sort: Sort = "name"
        self.sought = ""
        self.only_own = False
        self.cursor = 0
        self.shown_states = np.ones(len(NAMES), bool)
        self._closed = np.ones(len(picture.tree), bool)
        self._closed_among_found = np.zeros(len(picture.tree), bool)
        self._closed[0] = False

    def show(self, picture: Picture) -> None:
        """Another picture of the same tree; what is closed, sought and chosen stays."""
        self.picture = picture
        self._forget("shown", "sizes", "wastes", "lines", "places")

    def toggle_state(self, state: int) -> None:
        """Show or hide what is in a state."""
        self.shown_states[state] = not self.shown_states[state]
        self._forget("shown", "sizes", "wastes", "lines", "places")

    def toggle_own(self) -> None:
        """Show all, or only what no parent image brought."""
        self.only_own = not self.only_own
        self._forget("shown", "sizes", "wastes", "lines", "places")

    def seek(self, text: str) -> None:
        """Show only what matches: all on the way there is open, and what is below it can be opened."""
        self.sought = text
        self._forget("found", "shown", "sizes", "wastes", "lines", "places")
        self._closed_among_found = self.found & self.picture.is_directory

    def sort_by(self, sort: Sort) -> None:
        """Another order."""
        self.sort = sort
        self._forget("lines", "places")

    def toggle_closed(self, node: int) -> None:
        """Open or close a directory."""
        self.close(node, closed=not self.closed[node])

    def close(self, node: int, *, closed: bool = True) -> None:
        """Close a directory, or open it."""
        self.closed[node] = closed and bool(self.picture.is_directory[node])
        self._forget("lines", "places")

    def toggle_all(self) -> None:
        """Close all directories, or open all where all are closed."""
        inside = self.shown & self.picture.is_directory
        inside[0] = False
        self.closed[inside] = not bool(self.closed[inside].all())
        self._forget("lines", "places")

    def reveal(self, node: int) -> None:
        """Go to a node, with all directories above it open. What hides it is given up: filters too."""
        if not self.shown[node]:
            self.shown_states[:] = True
            self.only_own = False
            self.seek("")
        for above in self._above(node):
            self.closed[above] = False
        self.cursor = node
        self._forget("lines", "places")

    @cached_property
    def _paths(self) -> pa.StringArray:
        """All paths as they are shown, and so as they are sought."""
        return displayed(self.picture.tree.paths.all())

    @property
    def closed(self) -> Flags:
        """Which directories are closed: while something is sought, others than before."""
        return self._closed_among_found if self.sought else self._closed

    @cached_property
    def found(self) -> Flags:
        """Which nodes match what is sought, or lie below one that does."""
        tree = self.picture.tree
        if not self.sought:
            return np.ones(len(tree), bool)
        found = matching(self._paths, self.sought)
        return found | tree.covered(np.flatnonzero(found))

    @cached_property
    def shown(self) -> Flags:
        """Which nodes are to be seen: those chosen, and what they lie in."""
        picture = self.picture
        chosen = picture.there & self.shown_states[picture.state] & self.found
        if self.only_own:
            chosen &= picture.own
        shown: Flags = picture.tree.subtree_sums(chosen.astype(np.int32)) > 0
        return shown

    @cached_property
    def sizes(self) -> Ints:
        """Bytes of each node, with what is shown below it."""
        return self.picture.sums(self.shown)

    @cached_property
    def wastes(self) -> Ints:
        """Wasted bytes of each node, with what is shown below it."""
        return self.picture.tree.subtree_sums(np.where(self.shown, self.picture.waste, 0))

    @cached_property
    def lines(self) -> Ints:
        """The nodes in the order in which they stand below each other."""
        lines = open_lines(self.picture.tree, self.shown, self.closed)
        if self.sort == "name":
            return lines
        return heaviest_first(self.picture.tree, lines, self.sizes if self.sort == "size" else self.wastes)

    @cached_property
    def places(self) -> Ints:
        """The line of each node, -1 for none."""
        places = np.full(len(self.picture.tree), -1, np.int32)
        places[self.lines] = np.arange(len(self.lines), dtype=np.int32)
        return places

    def place_of_cursor(self) -> int:
        """The line of the cursor, or of the directory above it that has one; the first line for none."""
        for node in (self.cursor, *self._above(self.cursor)):
            if self.places[node] >= 0:
                return int(self.places[node])
        return 0

    def parent(self, node: int) -> int:
        """The directory of a node; the root's is the root."""
        return max(int(self.picture.tree.parent[node]), 0)

    def _above(self, node: int) -> Iterable[int]:
        while node > 0:
            node = self.parent(node)
            yield node

    def next_match(self, text: str, *, backwards: bool = False) -> int | None:
        """The next node after the cursor that matches and is not filtered out, in closed directories too; None."""
        matches = np.flatnonzero(self.matches(text) & self.shown)
        return next_of(matches, self.cursor, backwards=backwards)

    def matches(self, text: str) -> Flags:
        """Which nodes match, whatever picture is shown."""
        return matching(self._paths, text)

    def _forget(self, *names: str) -> None:
        for name in names:
            vars(self).pop(name, None)
