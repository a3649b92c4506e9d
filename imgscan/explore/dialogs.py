"""Screens over the screen: a question, or lines that fill it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

from . import keys
from .content import HexRows, content_rows
from .key_line import KeyLine
from .listing import Listing, bindings
from .matching import LENGTH
from .rows import shown

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from .rows import Rows


class Question(ModalScreen[str | None]):
    """Asks for a line of text, with one to begin with; None where nothing is wanted."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "give_up", "no")]

    def __init__(self, question: str, answer: str) -> None:
        super().__init__()
        self._question = question
        self._answer = answer

    def compose(self) -> ComposeResult:
        """The question over the line."""
        with Vertical():
            yield Static(shown(self._question), markup=False)
            yield Input(self._answer, select_on_focus=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The answer; an empty one is none."""
        self.dismiss(event.value or None)

    def action_give_up(self) -> None:
        """No answer."""
        self.dismiss(None)


class Confirmation(ModalScreen[bool]):
    """Asks whether something is meant; only `y` says so."""

    BINDINGS: ClassVar[list[BindingType]] = [("y", "answer(True)", "yes"), ("n,escape,enter,q", "answer(False)", "no")]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question and the answers."""
        with Vertical():
            yield Static(shown(self._question), markup=False)
            yield Static("y: yes   n: no", classes="quiet")

    def action_answer(self, answer: bool) -> None:
        """What was answered."""
        self.dismiss(answer)


class Lines(Screen[None]):
    """Lines that fill the screen. With a ``content`` they are its text, or it in hexadecimal."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(keys.CONTENT)
    _STEP = 8

    def __init__(self, name: str, rows: Rows, content: bytes | None = None) -> None:
        super().__init__()
        self._name_of_it = name
        self._rows = rows
        self._content = content
        self._sought = ""

    def compose(self) -> ComposeResult:
        """The lines, and a line to type in what is sought."""
        yield Listing(self._rows)
        yield Input(placeholder="search", max_length=LENGTH, compact=True, id="sought")
        yield KeyLine(keys.CONTENT)

    def on_mount(self) -> None:
        """The lines have the keys."""
        self.set_focus(self.listing)

    @property
    def listing(self) -> Listing:
        """The lines."""
        return self.query_one(Listing)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a content is there in hexadecimal too."""
        return self._content is not None if action == "hexadecimal" else super().check_action(action, parameters)

    def action_hexadecimal(self) -> None:
        """The other way to show a content."""
        if self._content is not None:
            hexadecimal = not isinstance(self.listing.rows, HexRows)
            self.listing.show(content_rows(self._name_of_it, self._content, hexadecimal=hexadecimal))

    def action_right(self) -> None:
        """What is further to the right."""
        self.listing.pan += self._STEP
        self.listing.refresh()

    def action_left(self) -> None:
        """Back to the left."""
        self.listing.pan = max(self.listing.pan - self._STEP, 0)
        self.listing.refresh()

    def action_search(self) -> None:
        """Ask for a text."""
        self.query_one(Input).display = True
        self.set_focus(self.query_one(Input))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next line that has it."""
        self._sought = event.value
        self._stop_seeking()
        self.action_search_on()

    def _stop_seeking(self) -> None:
        self.query_one(Input).display = False
        self.set_focus(self.listing)

    def action_search_on(self) -> None:
        """The next line with what was sought."""
        self._search(backwards=False)

    def action_search_back(self) -> None:
        """The line before with what was sought."""
        self._search(backwards=True)

    def _search(self, *, backwards: bool) -> None:
        if self._sought and not self.listing.search(self._sought, backwards=backwards):
            self.notify("not found", severity="warning", markup=False)

    def action_back(self) -> None:
        """Give up seeking, or leave."""
        if self.query_one(Input).display:
            self._stop_seeking()
        else:
            self.dismiss()
