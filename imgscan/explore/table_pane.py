"""A table beside the files, made when it is first looked at, with what is known of its chosen line below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.containers import Vertical
from textual.widgets import Static

from analyzer.errors import ImgscanError

from .details import Details
from .handing import hand_over
from .listing import Listing
from .rows import Table, nothing

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from .subject import Tab


class TablePane(Vertical):
    """A tab's table."""

    def __init__(self, tab: Tab, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.table: Table | None = None
        self.sought = ""
        self._tab = tab
        self._asked = False

    def compose(self) -> ComposeResult:
        """The list over the details."""
        yield Static("one moment …", classes="pane-title", markup=False)
        yield Listing()
        yield Details()

    def on_mount(self) -> None:
        """The details follow the cursor."""
        self.listing.follow = self._tell

    @property
    def listing(self) -> Listing:
        """The lines."""
        return self.query_one(Listing)

    def prepare(self) -> None:
        """Compute the table, once."""
        if not self._asked:
            self._asked = True
            self._make()

    @work(thread=True, group="tables")
    def _make(self) -> None:
        try:
            table = self._tab.make()
        except ImgscanError as error:
            table = nothing(str(error))
        hand_over(self, self._take, table)

    def _say(self, words: str) -> None:
        self.query_one(Static).update(words, layout=False)

    def _take(self, table: Table) -> None:
        self.table = table
        self.seek(self.sought)

    def seek(self, text: str) -> None:
        """Show the rows alone that have a text in them."""
        self.sought = text
        if self.table is None:  # it will be shown so when it is there
            return
        rows = self.table.only(text)
        self.listing.show(rows)
        only = f" of {self.table.count:,}, only “{text}”" if text else ""
        self._say(f"{self._tab.name}: {len(rows):,}{only}" if self.table.count else self.table.nothing)
        self._tell()

    def _tell(self) -> None:
        rows = self.listing.rows
        details = rows.details(rows.row(self.listing.cursor)) if isinstance(rows, Table) and len(rows) else ()
        self.query_one(Details).show(details)
