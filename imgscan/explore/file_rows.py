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
_MODE = 10  # of the attributes, where the owner finds no room
_SIGNS = 4  # what became of it, and the handle of a directory
_NAME = 14  # cells that a name gets before anything else does: then levels are set in less, and columns give way
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
        numbers = ["growth" if growth else "size", *(["waste"] if self._with_waste(width) else [])]
        marked = [
            "▼" + each if each == self.tree.sort or (growth and self.tree.sort == "size") else each for each in numbers
        ]
        titles = "".join(f"{each:>{_NUMBER}} " for each in marked)
        cells = self._attribute_cells(width)
        owners = f"{'mode       owner'[:cells]:{cells}} " if self.attributes else ""
        return fitted(titles + owners + "  name", width)

    def line(self, index: int, width: int) -> list[Part]:
        """A node: bytes, state and name, as far to the right as it lies deep."""
        tree, picture = self.tree, self.tree.picture
        node = int(tree.lines[index])
        row, state = int(picture.row[node]), int(picture.shown_state[node])
        parts = self._before_handle(node, width)
        parts.append(Part(self._handle(node), "quiet"))
        room = max(width - sum(len(each.text) for each in parts), 8)
        parts.append(Part(fitted(self._name(node, row), room), self._role(node, state)))
        return parts

    def _before_handle(self, node: int, width: int) -> list[Part]:
        tree, picture = self.tree, self.tree.picture
        state = int(picture.shown_state[node])
        parts = self._numbers(node, width)
        if self.attributes:
            cells = self._attribute_cells(width)
            words = self.entries.attributes(int(picture.row[node]))
            parts.append(Part(fitted(words[:cells], cells) + " ", "quiet"))
        depth = min(int(tree.picture.tree.depth[node]) - 1, _DEEPEST)
        room = max(width - sum(len(each.text) for each in parts) - _SIGNS - _NAME, 0)
        return [*parts, Part(f"{MARKS[state]} {'':{min(2 * depth, room)}}", NAMES[state])]

    def _attribute_cells(self, width: int) -> int:
        return _ATTRIBUTES if width >= 2 * (_NUMBER + 1) + _ATTRIBUTES + 1 + _SIGNS + _NAME else _MODE

    def _with_waste(self, width: int) -> bool:
        """Beside a mode the waste gives way where it is narrow; a difference has none."""
        taken = 2 * (_NUMBER + 1) + (_MODE + 1 if self.attributes else 0) + _SIGNS
        return not self.tree.picture.is_growth and width >= taken + _NAME

    def find(self, text: str, start: int, *, backwards: bool) -> int | None:
        """The next line that matches, wherever the cursor is; closed directories on the way to it are opened."""
        del start
        node = self.tree.next_match(text, backwards=backwards)
        if node is None:
            return None
        self.tree.reveal(node)
        return self.tree.place_of_cursor()

    def is_handle(self, index: int, column: int, width: int) -> bool:
        """Whether a column of a line is what opens and closes its directory."""
        node = int(self.tree.lines[index])
        before = sum(len(each.text) for each in self._before_handle(node, width))
        return bool(self.tree.picture.is_directory[node]) and before <= column < before + 2

    def _numbers(self, node: int, width: int) -> list[Part]:
        size, waste = int(self.tree.sizes[node]), int(self.tree.wastes[node])
        if self.tree.picture.is_growth:
            return [Part(f"{signed_bytes(size) if size else '':>{_NUMBER}} ", "size")]
        told = decimal_bytes(size) if size or not self.tree.picture.is_directory[node] else ""
        parts = [Part(f"{told:>{_NUMBER}} ", "size")]
        if self._with_waste(width):
            parts.append(Part(f"{decimal_bytes(waste) if waste else '':>{_NUMBER}} ", "waste"))
        return parts

    def _handle(self, node: int) -> str:
        if not self.tree.picture.is_directory[node]:
            return "  "
        return "▸ " if self.tree.closed[node] else "▾ "

    def _name(self, node: int, row: int) -> str:
        name = decoded(self.tree.picture.tree.paths[node].rpartition(b"/")[2])
        if self.tree.picture.is_directory[node]:
            return name + "/"
        target = self.entries.leads_to(row)
        return name if target is None else f"{name} → {target}"

    def _role(self, node: int, state: int) -> str:
        if state == UNMODIFIED and self.tree.picture.is_directory[node]:
            return "directory"
        return NAMES[state]
