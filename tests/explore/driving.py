"""The app, driven without a terminal: keys and clicks go in, lines of text come out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

import imgscan
from imgscan.cli.explore import explorer_of
from imgscan.cli.lineage import Lineage
from imgscan.explore.app import Explorer
from imgscan.explore.main_screen import MainScreen
from imgscan.explore.tree_listing import TreeListing

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
CHARACTERS = {"slash": "/", "asterisk": "*", "question_mark": "?", "space": " "}
SMALL, LARGE = (80, 24), (140, 40)
_PAUSE, _PAUSES = 0.02, 1500


class Driver:
    """The pilot, and what tests ask of the app."""

    def __init__(self, app: Explorer, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *names: str) -> None:
        """Press keys, one after the other, each when all that came of the one before has happened.

        The pilot's own way waits until the processor has nothing to do: seconds, where tests run side by side.
        """
        driver = self.app._driver
        assert driver is not None
        for name in names:
            event = events.Key(name, name if len(name) == 1 else CHARACTERS.get(name))
            event.set_sender(self.app)
            driver.send_message(event)
            await self.rest()

    async def rest(self) -> None:
        """Wait until there is nothing left in any queue of messages; one message may bring about a few others."""
        for _ in range(8):
            await self.pilot.pause(0)

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait for what a thread of the app brings about."""
        for _ in range(_PAUSES):
            if happened():
                await self.rest()
                return
            await self.pilot.pause(_PAUSE)
        raise AssertionError("it never happened; the screen shows\n" + "\n".join(self.lines))

    async def shows(self, text: str) -> None:
        """Wait until a text is on the screen."""
        await self.until(lambda: any(text in line for line in self.lines))

    @property
    def screen(self) -> Screen[Any]:
        return self.app.screen

    @property
    def main(self) -> MainScreen:
        assert isinstance(self.app.screen_stack[1], MainScreen)
        return self.app.screen_stack[1]

    @property
    def tree(self) -> TreeListing:
        return self.main.files.file_list

    @property
    def lines(self) -> list[str]:
        """What the screen shows."""
        width, height = self.app.size
        strips = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip)[:width].rstrip() for strip in strips[:height]]

    @property
    def names(self) -> list[str]:
        """The paths of all lines of the tree."""
        tree = self.tree.filetree
        return [tree.picture.tree.paths[node].decode() for node in tree.lines.tolist()]

    @property
    def messages(self) -> str:
        """All that was said in the corner."""
        return "\n".join(each.message for each in self.app._notifications)


@asynccontextmanager
async def driven(*images: imgscan.Image, size: tuple[int, int] = LARGE, own: bool = False) -> AsyncIterator[Driver]:
    """The app on one image or two, when it has read them."""
    app = explorer_of(list(images), Lineage(own=own))
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: len(app.screen_stack) > 1 and isinstance(app.screen, MainScreen))
        await driver.rest()
        yield driver


def sample(name: str) -> imgscan.Image:
    """One of the sample images."""
    return imgscan.open(SAMPLES / f"{name}.tar")


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run a test that waits."""
    asyncio.run(test())  # type: ignore[arg-type]
