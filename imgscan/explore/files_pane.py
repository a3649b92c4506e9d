"""Layers on the left, their files on the right, and what is known of the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.containers import Horizontal, Vertical
from textual.widgets import Static
from textual.worker import get_current_worker

from analyzer.errors import ImgscanError
from analyzer.layers.spelling import shown as decoded
from reports.formatting import exact_bytes

from . import keys
from .details import Details
from .handing import hand_over
from .listing import Listing, bindings
from .rows import Detail
from .states import NAMES
from .tree_listing import TreeListing

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from .picture import Picture
    from .rows import Target
    from .subject import Subject

_LAYERS = 4  # so many are named
_SETTLED = 0.2  # seconds after which somebody looks at a file, and does not just pass by


class LayerListing(Listing):
    """The layers, and the keys that say how they are looked at."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(keys.LAYERS)

    def action_one_layer(self) -> None:
        """What the layer did."""
        self.screen.query_one(FilesPane).show_layers(together=False)

    def action_all_layers(self) -> None:
        """What all layers up to it did."""
        self.screen.query_one(FilesPane).show_layers(together=True)


class FilesPane(Horizontal):
    """The main view. ``together``: all layers up to the chosen one are shown, and not just what it did."""

    def __init__(self, subject: Subject, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.subject = subject
        self.together = subject.starts_together
        self.layer_list = LayerListing(subject.layers, id="layers")
        self.file_list = TreeListing(subject.picture(0, together=self.together), subject.entries, id="tree")
        self.details = Details()
        self.active: Listing | None = None
        self._settling: Timer | None = None
        self._digests: dict[int, str | None] = {}

    def compose(self) -> ComposeResult:
        """Two columns."""
        with Vertical(id="side"):
            yield Static("layers", classes="pane-title", markup=False)
            yield self.layer_list
            yield Static("details", classes="pane-title", markup=False)
            yield self.details
        with Vertical(id="main"):
            yield Static(classes="pane-title", id="tree-title", markup=False)
            yield self.file_list

    def on_mount(self) -> None:
        """Begin with the first layer."""
        self.layer_list.follow, self.file_list.follow = self._follow_layer, self.tell
        self.take_keys()
        if self.subject.only_own:
            self.file_list.filetree.toggle_own()
        self.file_list.show_tree()

    def take_keys(self) -> None:
        """Give the keys to the list that had them last."""
        self.screen.set_focus(self.active or self.layer_list)

    def show_layers(self, *, together: bool) -> None:
        """Show one layer, or all up to it."""
        self.together = together
        self._digests.clear()
        self.file_list.show_picture(self.subject.picture(self.layer_list.cursor, together=together))

    def go_to(self, target: Target) -> bool:
        """Show the layer and the path that a table names; whether there is such a path."""
        layer = self.subject.whole if target.layer is None else target.layer
        self.layer_list.show(self.subject.layers, layer)
        self.show_layers(together=target.layer is None)
        node = self.subject.find(target)
        if node is None or not self.file_list.filetree.picture.there[node]:
            return target.path is None
        self.file_list.reveal(node)
        return True

    def _follow_layer(self) -> None:
        """Another layer has other files."""
        self.show_layers(together=self.together)

    def on_listing_opened(self, event: Listing.Opened) -> None:
        """From the layers, go into the files."""
        if event.listing is self.layer_list:
            event.stop()
            self.screen.set_focus(self.file_list)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The details are those of the pane that has the keys."""
        if isinstance(event.widget, Listing):
            self.active = event.widget
            self.tell()

    def tell(self) -> None:
        """Say what is known of the layer or the file that is chosen."""
        self.query_one("#tree-title", Static).update(f"{self._where()} · {self.file_list.status()}", layout=False)
        self.details.show(self.known())
        if self._settling is not None:
            self._settling.stop()
        if self.active is not self.layer_list and self.file_list.count and self.file_list.node not in self._digests:
            self._settling = self.set_timer(_SETTLED, self._settle)

    def _where(self) -> str:
        return self.subject.where(self.layer_list.cursor, together=self.together)

    def absence(self, text: str) -> str:
        """That nothing shown matches, and which of the layers that are not shown have what does."""
        layer = self.layer_list.cursor
        found = self.subject.layers_of(self.file_list.filetree.matches(text))
        others = [each for each in found if each > layer or (each < layer and not self.together)]
        if not others or layer in found:
            return "not found"
        told = ", ".join(map(str, others[:_LAYERS]))
        more = f" and {len(others) - _LAYERS} more" if len(others) > _LAYERS else ""
        words = f"layer {told} has it" if len(others) == 1 else f"layers {told}{more} have it"
        return f"not in {self._where()}; {words}"

    def known(self) -> list[Detail]:
        """What is known of the layer or the file that is chosen."""
        if self.active is self.layer_list:
            return self.subject.layers.details(self.layer_list.cursor) if self.layer_list.count else []
        if not self.file_list.count:
            return []
        node, tree = self.file_list.node, self.file_list.filetree
        found = [Detail("path", decoded(self.path())), Detail("state", NAMES[int(tree.picture.shown_state[node])])]
        if tree.picture.is_directory[node]:
            sign = "+" if tree.picture.is_growth and tree.sizes[node] > 0 else ""
            found.append(Detail("in it", sign + exact_bytes(int(tree.sizes[node]))))
        if tree.wastes[node]:
            found.append(Detail("wasted", exact_bytes(int(tree.wastes[node]))))
        digest = self._digests.get(node)
        return [*found, *self.subject.details(tree.picture, node), *([Detail("digest", digest)] if digest else [])]

    def path(self) -> bytes:
        """The path at the cursor."""
        path: bytes = self.file_list.filetree.picture.tree.paths[self.file_list.node]
        return path

    def _settle(self) -> None:
        """Somebody looks at a file."""
        self._find_digest(self.file_list.filetree.picture, self.file_list.node)

    @work(thread=True, exclusive=True, group="digest")
    def _find_digest(self, picture: Picture, node: int) -> None:
        try:
            digest = self.subject.digest(picture, node)
        except ImgscanError as error:
            digest = str(error)
        if not get_current_worker().is_cancelled:
            hand_over(self, self._take_digest, picture, node, digest)

    def _take_digest(self, picture: Picture, node: int, digest: str | None) -> None:
        if picture is not self.file_list.filetree.picture:  # of another layer, by now
            return
        self._digests[node] = digest
        if digest and self.file_list.node == node:
            self.details.show(self.known())
