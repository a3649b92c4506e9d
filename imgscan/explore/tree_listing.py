"""The tree of files as a widget: keys that change what of it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip

from . import keys
from .file_rows import FileRows
from .filetree import SORTS, FileTree
from .listing import Listing, bindings
from .states import NAMES

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

    from .file_rows import Entries
    from .picture import Picture


class TreeListing(Listing):
    """Directories and files. What follows the cursor follows other changes too."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(keys.FILES)

    class Wanted(Message):
        """Somebody wants something done with the file at the cursor: to ``view``, ``extract`` or ``copy_path``."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(self, picture: Picture, entries: Entries, *, id: str | None = None) -> None:  # noqa: A002
        self.filetree = FileTree(picture)
        self.files = FileRows(self.filetree, entries)
        super().__init__(self.files, id=id)

    def render_line(self, y: int) -> Strip:
        """The tree; in its place why there is none."""
        if y != 1 or self.count:
            return super().render_line(y)
        words = "nothing here matches" if self.filetree.sought else "nothing to show here"
        width, base = self.scrollable_content_region.width, self._style("plain")
        return Strip([Segment(f"  {words}", self._style("quiet"))]).crop_extend(0, width, base)

    @property
    def node(self) -> int:
        """The node at the cursor; the root where nothing is shown."""
        return int(self.filetree.lines[self.cursor]) if self.count else 0

    def move_to(self, index: int) -> None:
        """Choose a line; the tree remembers its node."""
        index = max(0, min(index, self.count - 1))
        self.filetree.cursor = int(self.filetree.lines[index]) if self.count else 0
        super().move_to(index)

    def show_tree(self) -> None:
        """Show the tree as it is now, the cursor where it was, or at the directory above."""
        self.show(self.files, self.filetree.place_of_cursor())
        self.follow()

    def show_picture(self, picture: Picture) -> None:
        """Another picture of the same tree."""
        self.filetree.show(picture)
        self.show_tree()

    def reveal(self, node: int) -> None:
        """Go to a node."""
        self.filetree.reveal(node)
        self.show_tree()

    def seek(self, text: str) -> None:
        """Show only what matches."""
        self.filetree.seek(text)
        self.show_tree()

    def search(self, text: str, *, backwards: bool = False) -> bool:
        """Go to the next node that matches; directories that are closed are opened for it."""
        found = self.files.find(text, self.cursor, backwards=backwards)
        if found is not None:
            self.show_tree()
        return found is not None

    def status(self) -> str:
        """What is left out, and the order, in words."""
        tree = self.filetree
        hidden = [name for state, name in enumerate(NAMES) if not tree.shown_states[state]]
        hidden += ["inherited"] if tree.only_own else []
        words = [f"by {'growth' if tree.picture.is_growth and tree.sort == 'size' else tree.sort}"]
        words += [f"without {', '.join(hidden)}"] if hidden else []
        words += [f"only “{tree.sought}”"] if tree.sought else []
        return " · ".join(words)

    def on_click(self, event: events.Click) -> None:
        """A click on what opens and closes a directory does so."""
        super().on_click(event)
        index = event.y - 1 + int(self.scroll_offset.y)
        if event.chain != 1 or event.y < 1 or index >= self.count:
            return
        if self.files.is_handle(index, event.x, self.scrollable_content_region.width):
            self.action_toggle_closed()

    def action_toggle_closed(self) -> None:
        """Open or close."""
        self.filetree.toggle_closed(self.node)
        self.show_tree()

    def action_toggle_all(self) -> None:
        """Open or close all."""
        self.filetree.toggle_all()
        self.show_tree()

    def action_open(self) -> None:
        """Open a directory; an open one is gone into."""
        if not self.filetree.picture.is_directory[self.node]:
            return
        if self.filetree.closed[self.node]:
            self.filetree.close(self.node, closed=False)
            self.show_tree()
        else:
            self.move_to(self.cursor + 1)

    def action_close(self) -> None:
        """Close a directory; from anything else, go to the directory above."""
        if self.filetree.picture.is_directory[self.node] and not self.filetree.closed[self.node]:
            self.filetree.close(self.node)
            self.show_tree()
        else:
            above = int(self.filetree.places[self.filetree.parent(self.node)])
            self.move_to(above if above >= 0 else self.cursor)

    def action_toggle_state(self, state: int) -> None:
        """Show or hide what is in a state."""
        self.filetree.toggle_state(state)
        self.show_tree()

    def action_toggle_own(self) -> None:
        """Show or hide what parents brought."""
        self.filetree.toggle_own()
        self.show_tree()

    def action_toggle_attributes(self) -> None:
        """Show or hide mode and owner."""
        self.files.attributes = not self.files.attributes
        self.refresh()

    def action_toggle_wide(self) -> None:
        """All the width for the files, or the layers beside them."""
        side = self.screen.query_one("#side")
        side.display = not side.display

    def action_sort(self) -> None:
        """The next order."""
        sorts = [each for each in SORTS if each != "waste" or not self.filetree.picture.is_growth]
        self.filetree.sort_by(sorts[(sorts.index(self.filetree.sort) + 1) % len(sorts)])
        self.show_tree()

    def action_choose(self) -> None:
        """Open or close a directory, show the content of a file."""
        if self.filetree.picture.is_directory[self.node]:
            self.action_toggle_closed()
        else:
            self.post_message(self.Wanted("view"))

    def action_view(self) -> None:
        """Show the content."""
        self.post_message(self.Wanted("view"))

    def action_extract(self) -> None:
        """Write the file somewhere."""
        self.post_message(self.Wanted("extract"))

    def action_copy_path(self) -> None:
        """Copy the path."""
        self.post_message(self.Wanted("copy_path"))
