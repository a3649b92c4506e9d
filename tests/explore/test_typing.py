"""Keys that come in bunches, and before there is what they are for: each does what it would have done later."""

import asyncio
import threading
from dataclasses import replace

import pytest
from textual import events
from textual.widgets import Input

from imgscan.explore import files_pane, handing
from imgscan.explore.details import Details
from imgscan.explore.help import HelpRows
from imgscan.explore.main_screen import MainScreen
from imgscan.explore.one_image import OneImage
from tests.explore.driving import CHARACTERS, Driver, driven, run, sample

APP = "app-2.0"
HISTORY, CONFIG = "5", "6"


def _at_once(explorer: Driver, *names: str) -> None:
    """Keys as a terminal hands them over in one piece: all are there before the first is looked at."""
    driver = explorer.app._driver
    assert driver is not None
    for name in names:
        event = events.Key(name, name if len(name) == 1 else CHARACTERS.get(name))
        event.set_sender(explorer.app)
        driver.send_message(event)


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Tables are made when this is set, and not before."""
    go_on, tabs = threading.Event(), OneImage.tabs

    def slow(make):
        def made():
            go_on.wait(60)
            return make()

        return made

    late = property(lambda self: tuple(replace(each, make=slow(each.make)) for each in tabs.func(self)))
    monkeypatch.setattr(OneImage, "tabs", late)
    return go_on


def test_keys_wait_for_the_table_that_they_are_for(held_up: threading.Event) -> None:
    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            _at_once(explorer, HISTORY, *"jjj", "G", "k", "k")
            await explorer.shows("one moment")
            held_up.set()
            await explorer.shows("USER")
            listing = explorer.main.listing
            assert listing.cursor == listing.count - 3

    run(test)


def test_a_filter_and_a_search_wait_too(held_up: threading.Event) -> None:
    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            _at_once(explorer, HISTORY, "ctrl+f", *"RUN", "enter", "slash", *"chmod", "enter")
            await explorer.shows("one moment")
            held_up.set()
            await explorer.shows("only “RUN”")
            listing = explorer.main.listing
            (line,) = [at for at in range(listing.count) if "chmod" in listing.rows.line(at, 200)[-1].text]
            assert listing.cursor == line
            assert explorer.main.focused is listing

    run(test)


def test_enter_leads_nowhere_once_somebody_went_on(held_up: threading.Event) -> None:
    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            _at_once(explorer, HISTORY, "j", "enter", CONFIG, "j", "j")
            held_up.set()
            await explorer.shows("platform")
            await explorer.until(lambda: explorer.main.listing.cursor == 2)
            assert explorer.lines[1].strip().startswith("1 Files")
            assert explorer.main._pane is not None
            assert explorer.main._pane.id == "pane-5"

    run(test)


def test_enter_leads_to_the_files_as_soon_as_it_can(held_up: threading.Event) -> None:
    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            _at_once(explorer, "3", "enter")
            await explorer.shows("one moment")
            held_up.set()
            await explorer.until(lambda: explorer.main._pane is None)
            await explorer.until(lambda: dict(explorer.main.files.known()).get("path") == "srv/app/catalogue.csv")

    run(test)


def test_a_table_that_cannot_be_made_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    from analyzer.errors import LayerReadError

    def broken():
        raise LayerReadError("no such luck")

    tabs = OneImage.tabs
    monkeypatch.setattr(OneImage, "tabs", property(lambda self: [replace(e, make=broken) for e in tabs.func(self)]))

    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            _at_once(explorer, "3", "j", "enter")
            await explorer.shows("no such luck")

    run(test)


def test_a_bunch_of_keys_is_taken_one_by_one() -> None:
    """What is typed behind a key that moves the focus goes where the focus then is; letters are no keys in a line."""

    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            _at_once(explorer, *"jjjjjj", "tab", "slash", *"catalogue", "enter", "ctrl+u", "s")
            await explorer.until(lambda: dict(explorer.main.files.known()).get("path") == "srv/app/catalogue.csv")
            assert explorer.main.focused is explorer.tree
            assert not explorer.main.query_one("#sought", Input).display
            _at_once(explorer, "ctrl+f", *"saq", "escape", "question_mark", "G")
            await explorer.until(lambda: not isinstance(explorer.screen, MainScreen))
            listing = explorer.screen.listing
            await explorer.until(lambda: listing.cursor == listing.count - 1)
            assert isinstance(listing.rows, HelpRows)
            _at_once(explorer, "q", "1", "tab", "g")
            await explorer.until(lambda: explorer.main.files.layer_list.cursor == 0)

    run(test)


def test_leaving_while_a_thread_is_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it made comes when half of the screen is gone: nobody asks what is gone for anything."""
    looking, gone, handed = threading.Event(), threading.Event(), threading.Event()
    taken: list[object] = []

    def digest(*_: object) -> str:
        looking.set()
        gone.wait(60)
        return "sha256:0"

    async def on_unmount(_: Details) -> None:
        gone.set()
        while not handed.is_set():
            await asyncio.sleep(0.01)

    def hand_over(*made: object) -> None:
        try:
            handing.hand_over(*made)  # type: ignore[arg-type]
        finally:
            handed.set()

    monkeypatch.setattr(OneImage, "digest", digest)
    monkeypatch.setattr(Details, "on_unmount", on_unmount, raising=False)
    monkeypatch.setattr(files_pane, "hand_over", hand_over)
    monkeypatch.setattr(files_pane.FilesPane, "_take_digest", lambda *made: taken.append(made))

    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            await explorer.press("tab", "ctrl+@", "G")
            await explorer.until(looking.is_set)

    run(test)
    assert handed.is_set()
    assert not taken
