"""The lines of a tree of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from analyzer.layers.spelling import shown as decoded
from reports.formatting import decimal_bytes, signed_bytes

from .rows import Part, fitted
from .states import MARKS, NAMES, UNMODIFIED

if TYPE_CHECKING:
    from .filetree import FileTree

_NUMBER = 8
_ATTRIBUTES = 22
_DEEPEST = 40  # levels that are set in: what lies deeper stands below each other


class Entries(Protocol):
    """What is known of an entry beyond what every tree has."""

    def attributes(self, row: int) -> str:
        """Mode and owner; empty where nothing is known."""
        ...

    def leads_to(self, row: int) -> str | None:
        """The target of a link."""
        ...


@dataclass
class FileRows:
    """A tree as lines; with ``attributes`` also mode and owner, as dive's Ctrl+B has it."""

    tree: FileTree
    entries: Entries
    attributes: bool = False

    def __len__(self) -> int:
        return len(self.tree.lines)

    def title(self, width: int) -> str:
        """Titles over the numbers, with the order."""
        growth = self.tree.picture.is_growth
        numbers = ["growth" if growth else "size", *([] if growth else ["waste"])]
        marked = [
            "▼" + each if each == self.tree.sort or (growth and self.tree.sort == "size") else each for each in numbers
        ]
        titles = "".join(f"{each:>{_NUMBER}} " for each in marked)
        owners = f"{'mode  owner':{_ATTRIBUTES}} " if self.attributes else ""
        return fitted(titles + owners + "  name", width)

    def line(self, index: int, width: int) -> list[Part]:
        """A node: bytes, state and name, as far to the right as it lies deep."""
        tree, picture = self.tree, self.tree.picture
        node = int(tree.lines[index])
        row, state = int(picture.row[node]), int(picture.shown_state[node])
        parts = self._before_handle(node)
        parts.append(Part(self._handle(node), "quiet"))
        room = max(width - sum(len(each.text) for each in parts), 8)
        parts.append(Part(fitted(self._name(node, row), room), self._role(node, state)))
        return parts

    def _before_handle(self, node: int) -> list[Part]:
        tree, picture = self.tree, self.tree.picture
        state = int(picture.shown_state[node])
        parts = self._numbers(node)
        if self.attributes:
            words = self.entries.attributes(int(picture.row[node]))
            parts.append(Part(fitted(words, _ATTRIBUTES) + " ", "quiet"))
        depth = min(int(tree.picture.tree.depth[node]) - 1, _DEEPEST)
        return [*parts, Part(f"{MARKS[state]} {'  ' * depth}", NAMES[state])]

    def find(self, text: str, start: int, *, backwards: bool) -> int | None:
        """The next line that matches, wherever the cursor is; closed directories on the way to it are opened."""
        del start
        node = self.tree.next_match(text, backwards=backwards)
        if node is None:
            return None
        self.tree.reveal(node)
        return self.tree.place_of_cursor()

    def is_handle(self, index: int, column: int) -> bool:
        """Whether a column of a line is what opens and closes its directory."""
        node = int(self.tree.lines[index])
        before = sum(len(each.text) for each in self._before_handle(node))
        return bool(self.tree.picture.is_directory[node]) and before <= column < before + 2

    def _numbers(self, node: int) -> list[Part]:
        size, waste = int(self.tree.sizes[node]), int(self.tree.wastes[node])
        if self.tree.picture.is_growth:
            return [Part(f"{signed_bytes(size) if size else '':>{_NUMBER}} ", "size")]
        told = decimal_bytes(size) if size or not self.tree.picture.is_directory[node] else ""
        return [
            Part(f"{told:>{_NUMBER}} ", "size"),
            Part(f"{decimal_bytes(waste) if waste else '':>{_NUMBER}} ", "waste"),
        ]

    def _handle(self, node: int) -> str:
        if not self.tree.picture.is_directory[node]:
            return "  "
        return "▸ " if self.tree.closed[node] else "▾ "

    def _name(self, node: int, row: int) -> str:
        name = decoded(self.tree.picture.tree.paths[node].as_py().rpartition(b"/")[2])
        if self.tree.picture.is_directory[node]:
            return name + "/"
        target = self.entries.leads_to(row)
        return name if target is None else f"{name} → {target}"

    def _role(self, node: int, state: int) -> str:
        if state == UNMODIFIED and self.tree.picture.is_directory[node]:
            return "directory"
        return NAMES[state]
