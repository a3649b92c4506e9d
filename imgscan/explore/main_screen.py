"""The screen: tabs over what they show, a line to type in what is sought, and the keys below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import work
from textual.widgets import ContentSwitcher, Input, Static, Tab, Tabs

from analyzer.errors import ImgscanError

from . import keys
from .content import NUMBERED, TextRows
from .details import Details, laid_out
from .dialogs import Lines
from .file_actions import FileActions
from .files_pane import FilesPane
from .handing import hand_over
from .help import HelpRows
from .key_line import KeyLine
from .listing import Listing, bindings
from .matching import LENGTH
from .rows import Table, shown
from .table_pane import TablePane

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from .colours import ColouredApp

_FILES = "pane-0"


class MainScreen(FileActions):
    """What there is to see of a subject."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(keys.EVERYWHERE)

    _sought = ""
    _filters = False

    def compose(self) -> ComposeResult:
        """A headline, tabs, the pane of the chosen tab, the line to type in, keys."""
        names = ["Files", *(tab.name for tab in self.subject.tabs)]
        yield Static(shown(self.subject.headline), id="headline", markup=False)
        yield Tabs(*(Tab(f"{at + 1} {name}", id=f"tab-{at}") for at, name in enumerate(names)))
        with ContentSwitcher(initial=_FILES):
            yield FilesPane(self.subject, id=_FILES)
        yield Input(id="sought", max_length=LENGTH, compact=True)
        yield KeyLine(keys.LISTS, keys.LAYERS, keys.EVERYWHERE)

    def on_mount(self) -> None:
        """Tabs leave the keys to the panes; what takes a moment is computed while somebody looks."""
        self.query_one(Tabs).can_focus = False
        self._prepare()

    @work(thread=True, group="prepare")
    def _prepare(self) -> None:
        try:
            self.subject.prepare()
        except ImgscanError as error:
            hand_over(self, self.complain, error)
        else:
            hand_over(self, self._tell_files)

    def _tell_files(self) -> None:
        """More is known of a file, now that all is prepared."""
        self.files.tell()

    @property
    def coloured(self) -> ColouredApp[Any]:
        """The app, as what gives colours."""
        return cast("ColouredApp[Any]", self.app)

    @property
    def listing(self) -> Listing:
        """The list in which one searches."""
        return self.files.file_list if self._pane is None else self._pane.listing

    @property
    def _pane(self) -> TablePane | None:
        current = self.query_one(ContentSwitcher).current
        return None if current in (None, _FILES) else self.query_one(f"#{current}", TablePane)

    async def on_tabs_tab_activated(self, event: Tabs.TabActivated) -> None:
        """Show the pane of the tab that somebody clicked on; that of a key is there already."""
        await self._show_pane(str(event.tab.id).replace("tab", "pane"))

    async def _show_pane(self, name: str) -> None:
        """Show a pane, and give it the keys: those that come next are for it, before its table is there.

        A pane is made when it is first looked at: what is on no screen would cost time with every change of colours.
        """
        switcher = self.query_one(ContentSwitcher)
        if switcher.current == name:
            return
        if switcher.query(f"#{name}"):
            self.coloured.bring_up_to_date(switcher.query_one(f"#{name}"))
        else:
            await switcher.mount(TablePane(self.subject.tabs[int(name.removeprefix("pane-")) - 1], id=name))
        switcher.current = name
        pane = self._pane
        if pane is None:
            self.files.take_keys()
        else:
            pane.prepare()
            self.set_focus(pane.listing)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The line at the bottom shows the keys of the list that has them."""
        place = keys.FILES if event.widget is self.files.file_list else keys.LAYERS
        self.query_one(KeyLine).show(keys.LISTS, place, keys.EVERYWHERE)

    async def on_listing_opened(self, event: Listing.Opened) -> None:
        """From a table, go to the files that its line is about."""
        rows = event.listing.rows
        target = rows.target(rows.row(event.index)) if isinstance(rows, Table) else None
        if target is None:
            return
        self.files.active = self.files.file_list
        await self.action_tab("1")
        if not self.files.go_to(target):
            self.tell("that path is not among the files shown", severity="error")

    async def action_tab(self, key: str) -> None:
        """Show another tab."""
        if int(key) <= len(self.subject.tabs) + 1:
            self.query_one(Tabs).active = f"tab-{int(key) - 1}"
            await self._show_pane(f"pane-{int(key) - 1}")

    def action_next_pane(self) -> None:
        """Give the keys to the next pane."""
        self.focus_next(Listing)

    def action_previous_pane(self) -> None:
        """Give the keys to the pane before."""
        self.focus_previous(Listing)

    def action_filter(self) -> None:
        """Ask for what alone is to be shown; it is, while it is typed."""
        self._ask("only what has this text or matches this glob: *.so, etc/**", filters=True)

    def action_search(self) -> None:
        """Ask for what to go to."""
        self._ask("search for a text or a glob", filters=False)

    def _ask(self, placeholder: str, *, filters: bool) -> None:
        self._filters = filters
        line = self.query_one("#sought", Input)
        line.display = True
        with line.prevent(Input.Changed):
            line.value = self._filter if filters else self._sought
        line.placeholder = placeholder
        self.set_focus(line)

    @property
    def _filter(self) -> str:
        return self.files.file_list.filetree.sought if self._pane is None else self._pane.sought

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while somebody types."""
        if self._filters:
            self._seek(event.value)

    def _seek(self, text: str) -> None:
        (self.files.file_list if self._pane is None else self._pane).seek(text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go back to the list; to the next line that has what was typed."""
        self._stop_asking()
        if not self._filters:
            self._sought = event.value
            self.action_search_on()
        elif self._pane is None and self._filter and not self.files.file_list.count:
            self._tell_absence(self._filter)

    def _stop_asking(self) -> None:
        self.query_one("#sought", Input).display = False
        if self._pane is None:
            self.files.active = self.files.file_list
        self.set_focus(self.listing)

    def action_clear(self) -> None:
        """Give up a filter, asking for one, and what was said in the corner."""
        self.app.clear_notifications()
        if self._filter:
            self._seek("")
        if self.query_one("#sought", Input).display:
            self._stop_asking()

    def action_search_on(self) -> None:
        """The next line that has what was sought."""
        self._search(backwards=False)

    def action_search_back(self) -> None:
        """The line before that has what was sought."""
        self._search(backwards=True)

    def _search(self, *, backwards: bool) -> None:
        listing, text = self.listing, self._sought
        if text:
            listing.when_there(lambda: self._search_in(listing, text, backwards=backwards))

    def _search_in(self, listing: Listing, text: str, *, backwards: bool) -> None:
        if not listing.search(text, backwards=backwards):
            self._tell_absence(text)

    def _tell_absence(self, text: str) -> None:
        self.tell("not found" if self._pane is not None else self.files.absence(text), severity="error")

    def action_toggle_together(self) -> None:
        """Show one layer, or all up to it."""
        self.files.show_layers(together=not self.files.together)

    def action_show_details(self) -> None:
        """The details on a screen of their own."""
        pane = self.files if self._pane is None else self._pane
        self.listing.when_there(lambda: self._show_details_of(pane))

    def _show_details_of(self, pane: Widget) -> None:
        if not pane.has_focus_within:  # somebody went on while a table was made
            return
        told = laid_out(pane.query_one(Details).details, self.size.width - NUMBERED)
        lines = ["".join(part.text for part in line) for line in told]
        self.app.push_screen(Lines("details", TextRows("details", lines)))

    def action_next_theme(self) -> None:
        """Other colours."""
        self.notify(self.coloured.next_theme(), title="colours", markup=False)

    def action_help(self) -> None:
        """All keys."""
        self.app.push_screen(Lines("keys", HelpRows()))

    def action_leave(self) -> None:
        """The end."""
        self.app.exit()
