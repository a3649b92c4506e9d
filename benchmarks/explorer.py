"""What each key of `imgscan explore` costs: processor time from the press until the screen is as it should be.

python -m benchmarks.explorer IMAGE [NEW] [--rounds N]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from typing import TYPE_CHECKING

from textual import events

import imgscan
from imgscan.cli.explore import explorer_of
from imgscan.explore.main_screen import MainScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgscan.explore.app import Explorer

SIZE = (140, 40)
_CHARACTERS = {"slash": "/", "question_mark": "?", "space": " "}
# In this order each key finds what it is for: first the layers, then their files with all directories open.
_KEYS = [
    "down", "up", "pagedown", "pageup", "G", "g", "G", "a", "a", "ctrl+a", "ctrl+l", "ctrl+a", "tab", "z", "G", "g",
    "down", "up", "pagedown", "pageup", "space", "space", "l", "h", "ctrl+u", "ctrl+u", "ctrl+r", "ctrl+r", "m",
    "m", "c", "c", "p", "p", "ctrl+b", "ctrl+b", "s", "s", "s", "y", "n", "N", "t", "t", "t", "slash", "l", "i",
    "b", "enter", "n", "N", "ctrl+f", "s", "o", "enter", "escape", "question_mark", "down", "G", "q", "i", "q", "2",
    "down", "3", "down", "G", "g", "4", "down", "5", "down", "6", "down", "7", "down", "G", "1", "shift+tab",
]  # fmt: skip


async def _press(app: Explorer, key: str) -> float:
    """Processor time in seconds until nothing more happens. Waiting for that takes none, unlike the pilot's own way."""
    event = events.Key(key, key if len(key) == 1 else _CHARACTERS.get(key))
    event.set_sender(app)
    before = time.process_time()
    assert app._driver is not None  # noqa: SLF001 - as the pilot does
    app._driver.send_message(event)  # noqa: SLF001
    await _quiet()
    return time.process_time() - before


async def _costs(images: Sequence[imgscan.Image], rounds: int) -> dict[str, list[float]]:
    app = explorer_of(list(images))
    costs: dict[str, list[float]] = {}
    async with app.run_test(size=SIZE):
        while not (len(app.screen_stack) > 1 and isinstance(app.screen, MainScreen)):
            await asyncio.sleep(0.1)
        await _quiet()
        for number in range(rounds + 1):
            for key in _KEYS:
                cost = await _press(app, key)
                if number:  # the first round imports, makes tables and takes what is first used in
                    costs.setdefault(key, []).append(cost)
    return costs


async def _quiet() -> None:
    """Until the screen is drawn, and threads that prepare something are done."""
    while True:
        before = time.process_time()
        await asyncio.sleep(0.06)
        if time.process_time() - before < 0.002:
            return


def main() -> None:
    """Measure, and print a line a key, the most expensive first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("images", nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    images = [imgscan.open(each) for each in arguments.images]
    costs = asyncio.run(_costs(images, arguments.rounds))
    for key, values in sorted(costs.items(), key=lambda item: -statistics.median(item[1])):
        least, median, most = (each(values) * 1000 for each in (min, statistics.median, max))
        print(f"{key:14} least {least:6.1f} ms  median {median:6.1f} ms  most {most:6.1f} ms")


if __name__ == "__main__":
    main()
