"""The app: it shows how far the reading is, then what was read."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import ProgressBar, Static

from analyzer.errors import ImgscanError

from .._lean import settle_down
from .colours import ColouredApp
from .main_screen import MainScreen
from .rows import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.notifications import SeverityLevel

    from .read import Read
    from .subject import Subject

_LOOKS = 0.1  # seconds between two looks at how far it is


class Reading(Screen[None]):
    """A bar, while layers are read."""

    BINDINGS: ClassVar[list[BindingType]] = [("q,ctrl+c,escape", "app.leave", "leave")]

    def __init__(self, name: str, read: Read) -> None:
        super().__init__()
        self._name_of_it = name
        self._read = read

    def compose(self) -> ComposeResult:
        """What is read, and how far."""
        with Vertical():
            yield Static(f"reading {shown(self._name_of_it)}", markup=False)
            yield ProgressBar(show_eta=True)

    def on_mount(self) -> None:
        """Look again and again."""
        self.set_interval(_LOOKS, self._look)

    def _look(self) -> None:
        self.query_one(ProgressBar).update(total=self._read.total, progress=self._read.done)


class Explorer(ColouredApp[ImgscanError]):
    """Explores what ``load`` gives. It ends with the error that ended the loading, or with None."""

    CSS_PATH = "explore.tcss"
    TITLE = "imgscan"
    ENABLE_COMMAND_PALETTE = False

    class Loaded(Message):
        """There is something to show."""

        def __init__(self, subject: Subject) -> None:
            super().__init__()
            self.subject = subject

    class Failed(Message):
        """There is nothing to show, and why."""

        def __init__(self, error: ImgscanError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, name: str, load: Callable[[], Subject], read: Read) -> None:
        super().__init__()
        self._name_of_it = name
        self._load = load
        self._read = read

    def on_mount(self) -> None:
        """Begin to read, in a thread that nobody waits for: whoever leaves need not see the end of it."""
        self.animation_level = "none"  # nothing moves that one would wait for
        self.push_screen(Reading(self._name_of_it, self._read))
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        try:
            subject = self._load()
            _ = subject.headline, subject.layers
        except CancelledError:  # somebody left, and reading was called off
            return
        except ImgscanError as error:
            self._tell(self.Failed(error))
            return
        self._tell(self.Loaded(subject))

    def _tell(self, message: Message) -> None:
        if self.is_running:
            self.post_message(message)

    def on_explorer_loaded(self, event: Explorer.Loaded) -> None:
        """Show it."""
        settle_down()
        self.switch_screen(MainScreen(event.subject))

    def on_explorer_failed(self, event: Explorer.Failed) -> None:
        """Say it where commands say such things: below the prompt."""
        self.exit(event.error)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Say something in the corner, in the place of what may still stand there with the same words or title."""
        for each in [each for each in self._notifications if each.message == message or title == each.title != ""]:
            self._unnotify(each, refresh=False)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def action_leave(self) -> None:
        """The end."""
        self.exit()
